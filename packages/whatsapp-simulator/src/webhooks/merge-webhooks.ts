import type { WebhookChange, WebhookEntry, WebhookPayload } from "./webhook-payload.js";

/**
 * One body that tells several updates, in order.
 *
 * Neighbours of one kind share a change, other kinds get a change of their own, and events of the account,
 * which carry a time, get an entry of their own. So all three levels come up.
 */
export function mergeWebhooks(payloads: readonly WebhookPayload[]): WebhookPayload {
  const entries = payloads.flatMap(({ entry }) => entry);
  return { object: "whatsapp_business_account", entry: mergeNeighbours(entries, mergeEntries) };
}

function mergeEntries(left: WebhookEntry, right: WebhookEntry): WebhookEntry | null {
  if (left.id !== right.id || left.time !== undefined || right.time !== undefined) return null;
  return { ...left, changes: mergeNeighbours([...left.changes, ...right.changes], mergeChanges) };
}

function mergeChanges(left: WebhookChange, right: WebhookChange): WebhookChange | null {
  if (left.field !== "messages" || right.field !== "messages") return null;
  for (const kind of ["statuses", "messages"]) {
    const [first, second] = [left.value[kind], right.value[kind]];
    if (!Array.isArray(first) || !Array.isArray(second)) continue;
    const contacts = distinct([...listOf(left.value.contacts), ...listOf(right.value.contacts)]);
    const value = {
      ...left.value,
      ...(contacts.length > 0 && { contacts }),
      [kind]: [...first, ...second],
    };
    return { field: "messages", value };
  }
  return null;
}

/** Joins each item to the one before it where `merge` can; null keeps them apart. */
function mergeNeighbours<Item>(
  items: readonly Item[],
  merge: (left: Item, right: Item) => Item | null,
): Item[] {
  const merged: Item[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    const joined = last === undefined ? null : merge(last, item);
    if (joined === null) merged.push(item);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function distinct(contacts: readonly unknown[]): unknown[] {
  return [...new Map(contacts.map((contact) => [JSON.stringify(contact), contact])).values()];
}
