import type { RelatedContact } from "../domain/notification.js";
import { unstorable, unusableName } from "../domain/storable-text.js";
import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { QueueRequest } from "./queue-request.js";

const known: Record<keyof QueueRequest, true> = {
  template: true,
  context: true,
  userIds: true,
  groupNames: true,
  channel: true,
  relatedContact: true,
  idempotencyKey: true,
  at: true,
  expiresAt: true,
  priority: true,
  metadata: true,
  onUncertain: true,
};

/**
 * Refuses what types would refuse, for callers without types, and what types cannot say.
 *
 * @throws {InvalidOptionsError}
 */
export function checkRequest(request: QueueRequest, now: Date): void {
  const unknown = Object.keys(request).find((key) => !Object.hasOwn(known, key));
  if (unknown) refuse(unknown, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  if (request.userIds === undefined && request.groupNames === undefined) {
    refuse("userIds, groupNames", "names nobody. Give userIds, groupNames, or both; an empty list is fine.");
  }
  checkNames("userIds", request.userIds);
  checkNames("groupNames", request.groupNames);
  checkKey(request.idempotencyKey);
  checkDate("at", request.at);
  checkDate("expiresAt", request.expiresAt);
  const earliest = Math.max(now.getTime(), request.at?.getTime() ?? 0);
  if (request.expiresAt && request.expiresAt.getTime() <= earliest) {
    refuse(
      "expiresAt",
      "lies before the time of sending, so nothing would ever be sent. Choose a later time.",
    );
  }
  oneOf("priority", request.priority, ["high", "normal", "low"]);
  oneOf("onUncertain", request.onUncertain, ["resend", "hold", "fail"]);
  checkRelatedContact(request.relatedContact);
}

function checkNames(option: "userIds" | "groupNames", names: readonly string[] | undefined): void {
  if (names === undefined) return;
  if (!Array.isArray(names)) refuse(option, "must be an array of strings.");
  const wrong = names.findIndex((name) => unusableName(name) !== null);
  if (wrong >= 0) check(`${option}[${wrong}]`, unusableName(names[wrong]));
}

function checkKey(key: string | undefined): void {
  if (key === undefined) return;
  if (typeof key !== "string" || key === "" || key.length > 255) {
    refuse("idempotencyKey", "must be a string of 1 to 255 characters; the id of the event is a good one.");
  }
  check("idempotencyKey", unstorable(key));
}

function checkRelatedContact(contact: RelatedContact | undefined): void {
  if (contact === undefined) return;
  if (typeof contact?.id !== "string") {
    refuse("relatedContact.id", "must be a string. Write { id: String(…), name: … }.");
  }
  if (contact.id.length > 255) refuse("relatedContact.id", "must have at most 255 characters.");
  check("relatedContact.id", unstorable(contact.id));
  // Any other type is refused with the rest of what is no plain JSON.
  if (typeof contact.name === "string") check("relatedContact.name", unstorable(contact.name));
}

function checkDate(option: string, date: Date | undefined): void {
  if (date === undefined) return;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) refuse(option, "must be a valid Date.");
}

function oneOf(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value))
    refuse(option, `must be one of ${allowed.join(", ")}.`);
}

function check(option: string, problem: string | null): void {
  if (problem !== null) refuse(option, problem);
}

function refuse(option: string, problem: string): never {
  throw new InvalidOptionsError(`queueNotificationsToUsers({ ${option} })`, problem);
}
