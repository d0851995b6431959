import type { NotificationStatus } from "../domain/notification.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import { refuse, refuseUnknown } from "../notifications/refuse.js";
import { checkDecision, checkIds, checkText, type Decision } from "./decision.js";

/** What is not wanted any more: everything under a key, some of it, or single notifications. */
export type CancelRequest<Channel extends string = string> = CancelByKey<Channel> | CancelByIds;

export interface CancelByKey<Channel extends string = string> extends Partial<Decision> {
  /** As the calls that queued them gave it. */
  readonly cancelKey: string;
  /** Only what waits for these people. @default for anybody */
  readonly userIds?: readonly string[];
  /** Only what waits on this channel. @default on any */
  readonly channel?: Channel;
  readonly ids?: never;
}

export interface CancelByIds extends Partial<Decision> {
  readonly ids: readonly string[];
  readonly cancelKey?: never;
  readonly userIds?: never;
  readonly channel?: never;
}

export interface CancelResult {
  /** Never sent. */
  readonly cancelled: readonly { readonly id: string; readonly userId: string }[];
  /**
   * On their way, so that they cannot be called back: `sending` or `uncertain`; and of those named by id, what was sent.
   * A send that fails waits for its next attempt, and can be cancelled then.
   */
  readonly tooLate: readonly {
    readonly id: string;
    readonly userId: string;
    readonly status: NotificationStatus;
  }[];
}

const call = "notifications.cancel";

const known: Record<keyof CancelByKey, true> = {
  cancelKey: true,
  userIds: true,
  channel: true,
  ids: true,
  reason: true,
  by: true,
};

/**
 * @param channels those of this Callboard
 * @throws {InvalidOptionsError} Names the option and the cure.
 * @throws {UnknownChannelError}
 */
export function checkCancel(request: CancelRequest, channels: readonly string[]): void {
  refuseUnknown(call, request, known);
  const { cancelKey, ids, userIds, channel, reason, by } = request;
  if ((cancelKey === undefined) === (ids === undefined))
    refuse(call, "cancelKey, ids", "must be one of the two: say what to cancel by its key, or by ids.");
  if (ids !== undefined && (userIds !== undefined || channel !== undefined))
    refuse(call, "ids", "says already what to cancel. Leave out userIds and channel, or give a cancelKey.");
  checkText(call, "cancelKey", cancelKey);
  checkIds(call, "ids", ids);
  checkIds(call, "userIds", userIds);
  if (channel !== undefined && !channels.includes(channel)) throw new UnknownChannelError(channel, channels);
  checkDecision(call, { reason: reason ?? "None was given.", ...(by !== undefined && { by }) });
}
