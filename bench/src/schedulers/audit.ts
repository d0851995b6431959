import { until } from "@callboard/tests/experiments/until.ts";
import { sql } from "kysely";
import type { Store } from "./open-store.ts";
import type { Told } from "./provider-process.ts";

/** What the rows and the provider's ledger say about each other. */
export interface Audit {
  /** Queued, and never told, or told without a row that says so. */
  readonly lost: readonly string[];
  /** Told more than once. */
  readonly twice: readonly string[];
}

/** Waits until no row waits or is being sent. @throws {Error} It takes longer than a minute. */
export async function allEnded({ db }: Store): Promise<void> {
  const left = sql`select 1 from callboard_notifications where status in ('pending', 'sending', 'uncertain') limit 1`;
  const ended = async () => (await left.execute(db)).rows.length === 0;
  await until("all rows have an end", ended, { withinMs: 60_000, everyMs: 5 });
}

/** Joins rows and ledger. The people of a measurement have an address each, and one notification. */
export async function auditOf({ db }: Store, queued: number, ledger: readonly Told[]): Promise<Audit> {
  const { rows } = await sql<{ address: string; status: string }>`
    select address, status from callboard_notifications`.execute(db);
  const times = new Map<string, number>();
  for (const { to } of ledger) times.set(to, (times.get(to) ?? 0) + 1);
  const lost = rows.filter(({ address, status }) => status !== "sent" || !times.has(address));
  const missing = Array<string>(Math.max(0, queued - rows.length)).fill("a row that is gone");
  return {
    lost: [...missing, ...lost.map(({ address, status }) => `${address}: ${status}`)],
    twice: [...times].filter(([, count]) => count > 1).map(([to, count]) => `${to}: ${count} times`),
  };
}
