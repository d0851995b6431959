import type { Scheduler } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";

/** The schedulers that the matrix knows, each as a worker's process makes it. */
export const schedulers = {
  "in-process": () => inProcessScheduler(),
} satisfies Record<string, () => Scheduler>;

export type SchedulerName = keyof typeof schedulers;

export const schedulerNames = Object.keys(schedulers) as SchedulerName[];
