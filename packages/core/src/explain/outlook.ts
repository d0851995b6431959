import type { Runtime } from "../runtime.js";

/** What a process must know about itself to tell what comes next. */
export type Outlook = Pick<Runtime, "policyOf" | "transports">;
