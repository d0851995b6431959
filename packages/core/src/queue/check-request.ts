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
  cancelKey: true,
  supersedes: true,
  onlyIf: true,
  priority: true,
  metadata: true,
  onUncertain: true,
};

/**
 * Refuses what types would refuse, for callers without types, and what types cannot say.
 *
 * @throws {InvalidOptionsError}
 */
export function checkRequest(request: QueueRequest, conditions: ReadonlyMap<string, unknown>): void {
  const unknown = Object.keys(request).find((key) => !Object.hasOwn(known, key));
  if (unknown) refuse(unknown, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  if (request.userIds === undefined && request.groupNames === undefined) {
    refuse("userIds, groupNames", "names nobody. Give userIds, groupNames, or both; an empty list is fine.");
  }
  checkNames("userIds", request.userIds);
  checkNames("groupNames", request.groupNames);
  checkKey("idempotencyKey", request.idempotencyKey, "the id of the event is a good one.");
  checkKey("cancelKey", request.cancelKey, "what it is about is a good one, such as order:17.");
  checkKey("supersedes", request.supersedes, "it is the cancelKey of earlier calls.");
  checkCondition(request.onlyIf, [...conditions.keys()]);
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

function checkKey(option: string, key: string | undefined, advice: string): void {
  if (key === undefined) return;
  if (typeof key !== "string" || key === "" || key.length > 255) {
    refuse(option, `must be a string of 1 to 255 characters; ${advice}`);
  }
  check(option, unstorable(key));
}

function checkCondition(name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const cure =
    known.length > 0
      ? `Known: ${known.join(", ")}.`
      : "There is none yet: give createCallboard({ conditions: { name: (notification) => true or false } }).";
  refuse("onlyIf", `no condition has this name. ${cure}`);
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
