/** Runs tasks one after another within a lane, and side by side across lanes. */
export interface Lanes {
  /** `task` must not reject: one that did would stop its lane. */
  run(lane: string, task: () => Promise<void>): Promise<void>;
  /** Later tasks no longer wait for those already given. */
  clear(): void;
}

export function createLanes(): Lanes {
  const last = new Map<string, Promise<void>>();
  return {
    async run(lane, task) {
      const turn = (last.get(lane) ?? Promise.resolve()).then(task);
      last.set(lane, turn);
      await turn;
      if (last.get(lane) === turn) last.delete(lane);
    },
    clear: () => last.clear(),
  };
}
