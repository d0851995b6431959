import { inProcessScheduler } from "@callboard/scheduler-in-process";
import type { Engine } from "./engine.ts";

export { bullmq } from "./bullmq-engine.ts";
export { pgBoss } from "./pg-boss-engine.ts";

export const inProcess: Engine = {
  name: "in-process",
  absent: null,
  open: async () => ({
    connect: async () => inProcessScheduler(),
    wipe: async () => {},
    wipeSome: async () => {},
    age: async () => {},
    plant: async () => {},
    jobs: async () => ({}),
    close: async () => {},
  }),
};

/** Those that are here; says of each other one why it is left out. */
export function presentEngines<One extends Engine>(engines: readonly One[]): One[] {
  return engines.filter(({ name, absent }) => {
    if (absent !== null) console.log(`Left out, because ${absent}: the experiment under ${name}.`);
    return absent === null;
  });
}
