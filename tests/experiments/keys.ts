import type { Notification } from "@callboard/core";
import { type Office, tally } from "./office.ts";
import { until } from "./until.ts";

export interface KeysOptions {
  /** Processes on one database, each with connections of its own. */
  readonly offices: readonly Office[];
  /** A multiple of 10: one in ten of each special kind. */
  readonly keys: number;
  /** Calls that are made at once under each key. */
  readonly callers: number;
}

export interface KeysCounts {
  /** Rows that there are; one for each key and person is right. */
  readonly rows: number;
  /** (template, key, person, channel) with more than one row. */
  readonly doubled: number;
  /** Calls by what became of them: `resolved`, or the error's name. */
  readonly calls: Readonly<Record<string, number>>;
  /** Answers that the rows contradict, in words. */
  readonly untrue: readonly string[];
}

const people = ["ada", "ben", "cleo"];
const [original, changed] = ["SO-1", "SO-2"];

/**
 * What is so before the callers come, and what they say. `fresh`: nothing, all the same. `raced`: nothing, two different
 * things. `changed`: queued, every other one says something else. `finished`: queued and sent, all the same.
 */
type Kind = "fresh" | "raced" | "changed" | "finished";

/** R20: many callers queue under the same keys at once, from several processes. */
export async function keyRace({ offices, keys, callers }: KeysOptions): Promise<KeysCounts> {
  const [first] = offices;
  if (!first) throw new RangeError("keyRace({ offices }) needs at least one.");
  await first.furnish(people);
  const kinds = new Map(Array.from({ length: keys }, (_, index) => [`evt-${index}`, kindOf(index)]));
  const keysOf = (wanted: Kind) => [...kinds].filter(([, kind]) => kind === wanted).map(([key]) => key);
  for (const key of keysOf("finished")) await queue(first, key, original, people);
  await sendAll(first);
  for (const key of keysOf("changed")) await queue(first, key, original, people);
  const calls: Call[] = [];
  for (const [key, kind] of kinds) {
    const saying = (caller: number) =>
      (kind === "raced" || kind === "changed") && caller % 2 === 1 ? changed : original;
    const racing = Array.from({ length: callers }, async (_, caller) => {
      const office = offices[caller % offices.length] ?? first;
      return call(office, key, saying(caller), turned(people, caller));
    });
    calls.push(...(await Promise.all(racing)));
  }
  const rows = await first.notifications();
  return {
    rows: rows.length,
    doubled: Object.values(tally(rows.map(identityOf))).filter((count) => count > 1).length,
    calls: tally(calls.map(({ error }) => error ?? "resolved")),
    untrue: [...kinds].flatMap(([key, kind]) =>
      untruths(
        kind,
        calls.filter((one) => one.key === key),
        rows.filter(({ idempotencyKey }) => idempotencyKey === key),
      ).map((untruth) => `${key} (${kind}): ${untruth}`),
    ),
  };
}

interface Call {
  readonly key: string;
  readonly order: string;
  /** Its name; `null`: the call resolved. */
  readonly error: string | null;
  /** Ids of the rows that it says it wrote, by person. */
  readonly queued: ReadonlyMap<string, string>;
  /** What it says of the others, by person. */
  readonly skipped: ReadonlyMap<string, string>;
}

function kindOf(index: number): Kind {
  return (["changed", "finished", "raced"] as const)[index % 10] ?? "fresh";
}

/** In another order for each caller, so that they get into each other's way. */
function turned(items: readonly string[], by: number): string[] {
  return items.map((_, index) => items[(index + by) % items.length] ?? "");
}

function queue(office: Office, idempotencyKey: string, order: string, userIds: readonly string[]) {
  return office.callboard.queueNotificationsToUsers({
    template: "order",
    context: { order },
    userIds,
    idempotencyKey,
  });
}

async function call(office: Office, key: string, order: string, userIds: readonly string[]): Promise<Call> {
  try {
    const { queued, skipped } = await queue(office, key, order, userIds);
    return {
      ...{ key, order, error: null },
      queued: new Map(queued.map(({ id, userId }) => [userId, id])),
      skipped: new Map(skipped.map(({ userId, reason, hint }) => [userId, `${reason}: ${hint}`])),
    };
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return { key, order, error: name, queued: new Map(), skipped: new Map() };
  }
}

async function sendAll(office: Office): Promise<void> {
  await office.callboard.start();
  await until("everything is sent", office.isIdle);
  await office.callboard.stop();
}

function identityOf({ template, idempotencyKey, userId, channel }: Notification): string {
  return JSON.stringify([template, idempotencyKey, userId, channel]);
}

/** What the answers of all callers under one key say that is not so. */
function untruths(kind: Kind, calls: readonly Call[], rows: readonly Notification[]): string[] {
  const found: string[] = [];
  const text = rows[0]?.content.text ?? "";
  if (rows.some(({ content }) => content.text !== text)) found.push("people were told different things");
  for (const { order, error } of calls) {
    const expected = text.includes(order) ? null : "IdempotencyConflictError";
    if (error !== expected) found.push(`said ${order}, got ${error ?? "an answer"}`);
  }
  const answered = calls.filter(({ error }) => error === null);
  for (const { id, userId, status } of rows) {
    const writers = answered.filter(({ queued }) => queued.has(userId));
    const expected = kind === "fresh" || kind === "raced" ? 1 : 0;
    if (writers.length !== expected) found.push(`${userId} was queued by ${writers.length} calls`);
    if (writers.some(({ queued }) => queued.get(userId) !== id)) found.push(`${userId} got an id of no row`);
    const readers = answered.filter(({ queued }) => !queued.has(userId));
    const duplicate = `duplicate: Notification ${id} (${kind === "finished" ? "sent" : "pending"})`;
    if (readers.some(({ skipped }) => !skipped.get(userId)?.startsWith(duplicate)))
      found.push(`${userId} (${status}) was not named as a duplicate`);
  }
  return found;
}
