/** Sends of unproven templates: how many went out, and which are held until people's reactions are known. */
export interface Pacing {
  /** Counts one send. True when it is beyond the first `after` and has to wait. */
  countAndHold(templateId: string, after: number): boolean;
  hold(templateId: string, messageId: string): void;
  /** Takes one message off the list. False when it was not held any more. */
  release(templateId: string, messageId: string): boolean;
  /** Takes every held message of a template off the list. */
  releaseAll(templateId: string): readonly string[];
  clear(): void;
}

export function createPacing(): Pacing {
  const sent = new Map<string, number>();
  const held = new Map<string, Set<string>>();
  return {
    countAndHold(templateId, after) {
      const count = (sent.get(templateId) ?? 0) + 1;
      sent.set(templateId, count);
      return count > after;
    },
    hold(templateId, messageId) {
      held.set(templateId, (held.get(templateId) ?? new Set()).add(messageId));
    },
    release: (templateId, messageId) => held.get(templateId)?.delete(messageId) ?? false,
    releaseAll(templateId) {
      const ids = [...(held.get(templateId) ?? [])];
      held.delete(templateId);
      return ids;
    },
    clear() {
      sent.clear();
      held.clear();
    },
  };
}
