export { inProcessScheduler } from "./in-process-scheduler.js";
