import type { Notification } from "../domain/notification.js";
import type { Runtime } from "../runtime.js";
import type { Returned } from "./hand-back.js";

/** So many crashes before it is quarantined, a notification is under suspicion. */
const crashesLeft = 2;

/** Those who wait for the one ahead look again after a random time up to this. */
const longestTurnMs = 2_000;

/**
 * Lets a process send one notification under suspicion at a time. Whatever kills workers would otherwise take those
 * along that were claimed with it, crash by crash, until all of them are quarantined.
 */
export class Suspects {
  #underWay: string | null = null;

  constructor(private readonly runtime: Pick<Runtime, "policyOf" | "random">) {}

  /** All that are above suspicion, and of the others one, if none is under way. */
  admit(notifications: readonly Notification[]): {
    readonly now: readonly Notification[];
    readonly returned: readonly Returned[];
  } {
    const now: Notification[] = [];
    const returned: Returned[] = [];
    for (const notification of notifications) {
      if (!this.#isSuspect(notification)) now.push(notification);
      else if (this.#underWay === null) {
        this.#underWay = notification.id;
        now.push(notification);
      } else returned.push({ notification, event: { type: "postponed", delayMs: this.#turn() } });
    }
    return { now, returned };
  }

  /** It has been answered, or was not sent after all. */
  dismiss({ id }: Notification): void {
    if (this.#underWay === id) this.#underWay = null;
  }

  #isSuspect({ crashes, template }: Notification): boolean {
    return crashes > 0 && crashes >= this.runtime.policyOf(template).maxCrashes - crashesLeft;
  }

  #turn(): number {
    return Math.ceil(this.runtime.random() * longestTurnMs);
  }
}
