import { businessScopedUserId } from "../person.js";
import { e164 } from "../phone-number.js";
import type { Simulation } from "../simulation.js";
import { GraphError } from "./graph-error.js";

/** A send whose recipient is given by phone number. */
export interface AddressedBody {
  readonly body: unknown;
  /** The business-scoped user id that the sender gave instead, or null. */
  readonly userId: string | null;
}

/**
 * Puts a person's phone number in place of a business-scoped user id. When a body has both, `to` wins.
 *
 * @throws {GraphError} 131009 nobody has this id.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export function findRecipient(simulation: Simulation, body: unknown): AddressedBody {
  if (!namesUserId(body)) return { body, userId: null };
  const { recipient, ...rest } = body;
  const { businessAccountId } = simulation.options;
  for (const digits of knownPeople(simulation)) {
    if (businessScopedUserId(businessAccountId, digits) !== recipient) continue;
    return { body: { ...rest, to: e164(digits) }, userId: recipient };
  }
  throw new GraphError(131009, { details: "recipient: nobody who is known here has this user id" });
}

function namesUserId(body: unknown): body is { readonly recipient: string } {
  if (typeof body !== "object" || body === null || "to" in body) return false;
  return "recipient" in body && typeof body.recipient === "string";
}

/** People of the options, and whoever wrote or was written to. */
function knownPeople({ options, ledger }: Simulation): ReadonlySet<string> {
  const numbers = [...ledger.messages().map(({ to }) => to), ...ledger.replies().map(({ from }) => from)];
  return new Set([...Object.keys(options.people), ...numbers.map((number) => number.slice(1))]);
}
