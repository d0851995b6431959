export { bullmqScheduler } from "./bullmq-scheduler.js";
export type { BullmqSchedulerOptions } from "./options.js";
