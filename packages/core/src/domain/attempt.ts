import type { FailureClass } from "./failure.js";

/** One time the provider was asked to send one notification. Written before the first byte leaves. */
export interface Attempt {
  /** Random. Travels with the message where the provider echoes such an id. */
  readonly id: string;
  readonly notificationId: string;
  readonly startedAt: Date;
  /** `null` while it runs, and for ever if its worker died. */
  readonly endedAt: Date | null;
  readonly outcome: "accepted" | FailureClass | null;
  readonly providerMessageId: string | null;
  readonly providerCode: string | null;
  readonly message: string | null;
  readonly durationMs: number | null;
}
