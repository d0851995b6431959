import type { Batch } from "../domain/batch.js";
import type { Notification } from "../domain/notification.js";
import type { ExplanationStep } from "./explanation-step.js";
import type { NextStep } from "./next-step.js";

/** The whole story of one notification. */
export interface Explanation {
  /** As it is. The only part that holds the address and the content. */
  readonly notification: Notification;
  /** The call that asked for it. `null`: no record of it was kept. */
  readonly batch: Batch | null;
  /** In order of time; what has the same time, in the order of cause and effect. */
  readonly steps: readonly ExplanationStep[];
  readonly next: NextStep;
  /** When this was asked, by this process's clock. */
  readonly asOf: Date;
  /**
   * For people: one line for each step and one for what is next, in UTC. Whatever others say in it, such as the
   * provider, is on one line, cut after 300 characters, and without the address and the text of the message.
   */
  readonly text: string;
}
