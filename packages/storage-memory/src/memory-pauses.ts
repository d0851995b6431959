import type { Clock, Pause, PauseScope, PauseStore } from "@callboard/core/adapter";
import type { Gate } from "./gate.js";
import { Table } from "./table.js";

export function memoryPauses(gate: Gate, clock: Clock): PauseStore {
  const pauses = new Table<Omit<Pause, "holds">>();
  return {
    list: () =>
      gate.run(undefined, () =>
        [...pauses.values()].map((pause) => ({ ...pause, holds: pause.until > clock.now() })),
      ),
    pause: ({ channel, template, reason, forMs }) =>
      gate.run(undefined, () => {
        const key = keyOf({ channel, template });
        const isFirst = !pauses.get(key);
        pauses.set(key, { channel, template, reason, until: new Date(clock.now().getTime() + forMs) });
        return isFirst;
      }),
    takeProbe: (scope, { forMs }) =>
      gate.run(undefined, () => {
        const pause = pauses.get(keyOf(scope));
        const now = clock.now();
        if (!pause || pause.until > now) return false;
        pauses.set(keyOf(scope), { ...pause, until: new Date(now.getTime() + forMs) });
        return true;
      }),
    resume: (scope) => gate.run(undefined, () => pauses.delete(keyOf(scope))),
  };
}

function keyOf({ channel, template }: PauseScope): string {
  return JSON.stringify([channel, template]);
}
