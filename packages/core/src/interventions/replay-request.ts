import type { FailureClass } from "../domain/failure.js";
import { checkPeriod } from "../notifications/check-period.js";
import { refuse, refuseUnknown } from "../notifications/refuse.js";
import { checkDecision, checkIds, checkText, type Decision } from "./decision.js";
import type { RefusedNotification } from "./refused-notification.js";

/** Which failed notifications to send once more: single ones, or all that fit every filter. */
export type ReplayRequest<Channel extends string = string> = ReplayByIds | ReplayFilter<Channel>;

export interface ReplayByIds {
  readonly ids: readonly string[];
}

/** Without any filter: everything that has failed. */
export interface ReplayFilter<Channel extends string = string> {
  readonly template?: string;
  readonly channel?: Channel;
  readonly userId?: string;
  /** A group through which the person was reached. */
  readonly groupName?: string;
  readonly batchId?: string;
  readonly relatedContactId?: string;
  readonly failureClass?: FailureClass;
  /** The provider's own code of the last failure. */
  readonly providerCode?: string;
  /** Queued at or after. */
  readonly from?: Date;
  /** Queued before. */
  readonly until?: Date;
  readonly ids?: never;
}

export interface ReplayResult {
  readonly replayed: number;
  /** What has expired, has not failed (any more), or was never there. */
  readonly refused: readonly RefusedNotification[];
}

const call = "notifications.replay";

const known: Record<keyof ReplayFilter, true> = {
  ids: true,
  template: true,
  channel: true,
  userId: true,
  groupName: true,
  batchId: true,
  relatedContactId: true,
  failureClass: true,
  providerCode: true,
  from: true,
  until: true,
};

const texts = [
  "template",
  "channel",
  "userId",
  "groupName",
  "batchId",
  "relatedContactId",
  "providerCode",
] as const satisfies readonly (keyof ReplayFilter)[];

const failureClasses: Record<FailureClass, true> = {
  retry: true,
  "retry-later": true,
  "permanent-recipient": true,
  "permanent-request": true,
  template: true,
  sender: true,
  uncertain: true,
  quarantined: true,
};

const decisionKeys: Record<keyof Decision, true> = { reason: true, by: true };

/** @throws {InvalidOptionsError} Names the filter and the cure. */
export function checkReplay(request: ReplayRequest, decision: Partial<Decision> = {}): void {
  refuseUnknown(call, request, known);
  refuseUnknown(call, decision, decisionKeys);
  checkDecision(call, decision);
  const { ids } = request;
  if (ids !== undefined) {
    checkIds(call, "ids", ids);
    if (Object.keys(request).length > 1) refuse(call, "ids", "says all. Leave out the filters, or the ids.");
    return;
  }
  const filter: ReplayFilter = request;
  for (const option of texts) checkText(call, option, filter[option]);
  const { failureClass } = filter;
  if (failureClass !== undefined && !Object.hasOwn(failureClasses, failureClass))
    refuse(call, "failureClass", `must be one of ${Object.keys(failureClasses).join(", ")}.`);
  checkPeriod(call, filter);
}
