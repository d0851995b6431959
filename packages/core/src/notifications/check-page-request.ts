import type { PageRequest } from "../ports/notification-store.js";
import { checkPeriod } from "./check-period.js";
import { refuse, refuseUnknown } from "./refuse.js";
import { statuses } from "./statuses.js";

const call = "notifications.page";

const known: Record<keyof PageRequest, true> = {
  status: true,
  userId: true,
  groupName: true,
  template: true,
  channel: true,
  batchId: true,
  relatedContactId: true,
  idempotencyKey: true,
  from: true,
  until: true,
  limit: true,
  after: true,
};

const texts = [
  "userId",
  "groupName",
  "template",
  "channel",
  "batchId",
  "relatedContactId",
  "idempotencyKey",
  "after",
] as const satisfies readonly (keyof PageRequest)[];

/** @throws {InvalidOptionsError} Names the filter and the cure. */
export function checkPageRequest(request: Partial<PageRequest>): void {
  refuseUnknown(call, request, known);
  const { status, limit } = request;
  if (status !== undefined && !statuses.includes(status)) {
    refuse(call, "status", `must be one of ${statuses.join(", ")}.`);
  }
  for (const filter of texts) checkText(filter, request[filter]);
  if (request.idempotencyKey !== undefined && request.userId === undefined)
    refuse(call, "idempotencyKey", "is looked for among one person's notifications. Give userId, too.");
  checkPeriod(call, request);
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1 || limit > 1_000)) {
    refuse(call, "limit", "must be a whole number from 1 to 1,000.");
  }
}

function checkText(filter: string, text: string | undefined): void {
  if (text === undefined) return;
  if (typeof text !== "string" || text === "") {
    refuse(call, filter, "must be a string of at least 1 character. Leave it out to see everything.");
  }
}
