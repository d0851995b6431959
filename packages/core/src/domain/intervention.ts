import type { NotificationStatus } from "./notification.js";

/**
 * `cancelled`: not wanted any more. `superseded`: a newer notification says it better. `condition`: its `onlyIf` said no.
 * `unwanted`: the person did not want to be told any more when it was about to be sent.
 * `replayed`: sent once more after it had failed. `resolved`: a person decided what became of an uncertain send.
 */
export type InterventionAction =
  | "cancelled"
  | "superseded"
  | "condition"
  | "unwanted"
  | "replayed"
  | "resolved";

/** What a person, or the host's code, decided about a notification that was queued already. Never changed afterwards. */
export interface Intervention {
  readonly notificationId: string;
  readonly action: InterventionAction;
  readonly from: NotificationStatus;
  readonly to: NotificationStatus;
  /** Why, in the words of whoever did it. Empty once forgotten. */
  readonly reason: string;
  /** Who did it, as the host knows them. `null`: the host's code, or Callboard itself. */
  readonly by: string | null;
  readonly at: Date;
}

/** An intervention about to be written with the step that it causes. */
export interface NewIntervention extends Pick<Intervention, "action" | "reason" | "by"> {}
