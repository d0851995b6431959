import { randomUUID } from "node:crypto";
import type { Notification, Transition } from "@callboard/core/adapter";
import type { Stopwatch } from "../harness/measure.ts";
import { channel } from "../workload.ts";
import type { BenchStorage } from "./table-set.ts";

/** So many at most. */
export const perClaim = 50;

/** What the stopwatch of {@link sendSome} calls a claim. */
export const claimLabel = `claim the next ${perClaim}`;

export interface SentMessage {
  readonly notificationId: string;
  readonly attemptId: string;
  readonly providerMessageId: string;
}

/** What a worker does, without a provider: claims what is due, starts it, and records it as sent. */
export async function sendSome(
  { notifications }: Pick<BenchStorage, "notifications">,
  time: Stopwatch,
  { on = channel, limit = perClaim }: { readonly on?: string; readonly limit?: number } = {},
): Promise<SentMessage[]> {
  const token = randomUUID();
  const claimed = await time(claimLabel, () =>
    notifications.claim({
      token,
      leaseMs: 60_000,
      channels: [on],
      pausedTemplates: [],
      priorities: ["high", "normal", "low"],
      limit,
    }),
  );
  if (claimed.length === 0) return [];
  const attempts = claimed.map(({ id }) => ({ id: randomUUID(), notificationId: id, leaseToken: token }));
  const held = await time(`start ${perClaim} attempts`, () => notifications.startAttempts(attempts));
  const started = new Set(held);
  const results = attempts
    .filter(({ notificationId }) => started.has(notificationId))
    .map(({ id, notificationId, leaseToken }) => {
      const providerMessageId = `wamid.${id}`;
      return {
        attemptId: id,
        notificationId,
        leaseToken,
        outcome: "accepted" as const,
        providerMessageId,
        providerCode: null,
        message: null,
        durationMs: 50,
        transition: transition("sent", { providerMessageId }),
      };
    });
  const moved = await time(`record ${perClaim} results`, () => notifications.record(results));
  const sent = new Set(moved.map(({ id }) => id));
  return results.filter(({ notificationId }) => sent.has(notificationId));
}

/** A step of a notification that was tried once. */
export function transition(status: Notification["status"], changes: Partial<Transition>): Transition {
  return {
    status,
    dueInMs: null,
    attempts: 1,
    crashes: 0,
    uncertainties: 0,
    failure: null,
    providerMessageId: null,
    stamps: {},
    acknowledgedWith: null,
    charge: null,
    replayed: false,
    ...changes,
  };
}
