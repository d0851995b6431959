import type { Notification } from "../domain/notification.js";
import { emitMoves, type Lifecycle } from "../events/lifecycle.js";

/** Remembers what notifications were before the first receipt of a batch, to tell only what is new since. */
export class ReceiptChanges {
  readonly #before = new Map<string, Pick<Notification, "status" | "acknowledgedAt">>();

  note(notification: Notification): void {
    if (!this.#before.has(notification.id)) this.#before.set(notification.id, notification);
  }

  /** One event for each that is in another state, and one for each whose button was pressed for the first time. */
  tell(lifecycle: Lifecycle, moved: readonly Notification[]): void {
    for (const notification of moved) {
      const before = this.#before.get(notification.id);
      if (before?.status !== notification.status) emitMoves(lifecycle, [notification]);
      const isFirst = notification.acknowledgedAt !== null && !before?.acknowledgedAt;
      if (isFirst) lifecycle.emit("notification.acknowledged", { notification });
    }
  }
}
