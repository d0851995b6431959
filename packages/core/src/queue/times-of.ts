import type { LocalTime } from "../domain/local-time.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import { instantOf } from "./instant-of.js";
import type { QueueRequest } from "./queue-request.js";

/** Between which times a batch may be sent. `null`: without a limit on this side. */
export interface SendingTimes {
  readonly notBefore: Date | null;
  readonly expiresAt: Date | null;
}

/** @throws {InvalidOptionsError} A time that cannot be read, or between which nothing could ever be sent. */
export async function timesOf(request: QueueRequest, now: Date): Promise<SendingTimes> {
  const notBefore = await timeOf("at", request.at);
  const expiresAt = await timeOf("expiresAt", request.expiresAt);
  const earliest = Math.max(now.getTime(), notBefore?.getTime() ?? 0);
  if (expiresAt && expiresAt.getTime() <= earliest) {
    refuse(
      "expiresAt",
      "lies before the time of sending, so nothing would ever be sent. Choose a later time.",
    );
  }
  return { notBefore, expiresAt };
}

async function timeOf(option: string, time: Date | LocalTime | undefined): Promise<Date | null> {
  if (time === undefined) return null;
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time;
  if (time instanceof Date || typeof time !== "object" || time === null) {
    refuse(
      option,
      'must be a valid Date, or a local time such as { local: "2026-12-01T08:00", timeZone: "Africa/Harare" }.',
    );
  }
  try {
    return await instantOf(time);
  } catch (error) {
    if (error instanceof RangeError) refuse(option, error.message);
    throw error;
  }
}

function refuse(option: string, problem: string): never {
  throw new InvalidOptionsError(`queueNotificationsToUsers({ ${option} })`, problem);
}
