import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "@callboard/core/adapter";
import type { TimeControl } from "./time-control.js";

/** The machine's own time; to advance it is to wait. */
export const realTime: TimeControl = { ...systemClock, advance: (ms) => wait(ms) };
