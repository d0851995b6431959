import type { Part } from "../part.ts";
import { hintsOfOthers, workersAway } from "./hints.ts";
import { queueWiped, redisSick } from "./queue-lost.ts";
import { jobsOfMany } from "./recurring.ts";
import { deploysRolling, hostRestarted, schedulerChanged, workerDrained } from "./restarts.ts";

/** What tests show in small, in full; each can be asked for by its name. */
export const experiments: readonly Part[] = [
  ...queueWiped,
  ...redisSick,
  ...hostRestarted,
  ...workerDrained,
  ...deploysRolling,
  ...jobsOfMany,
  ...workersAway,
  ...hintsOfOthers,
  ...schedulerChanged,
];
