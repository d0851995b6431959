import { type Kysely, sql, type Transaction } from "kysely";
import { ids } from "./filled-storage.js";

/*
 * What earlier versions say to the database: they know none of the columns and tables that came after them.
 */

const fresh = {
  ...{ channel: "whatsapp", address: "+263771234567", template: "template_1", template_version: 1 },
  ...{
    status: "pending",
    priority: 1,
    content: '{"text":"Order SO-1","variables":[],"buttons":[],"channel":null}',
  },
  ...{ content_hash: "hash-1", group_names: '["Sales Team"]', on_uncertain: "resend" },
  ...{ attempts: 0, crashes: 0, uncertainties: 0 },
};

/** Queues, claims, starts and records, one round after the other. */
export class FormerWorker {
  isOver = false;
  rounds = 0;
  readonly queued: string[] = [];
  readonly sent: string[] = [];

  constructor(
    readonly name: string,
    readonly db: Kysely<unknown>,
    /** As they do from 0003 on. */
    readonly keepsReceipts = false,
  ) {}

  async work(): Promise<void> {
    for (;;) {
      if (!this.isOver) await this.queue(5);
      const sent = await this.send();
      if (this.isOver && sent === 0) return;
      this.rounds += 1;
    }
  }

  /** Writes a batch with its label. */
  async queue(count: number): Promise<void> {
    const first = this.queued.length;
    const now = Date.now();
    const rows = Array.from({ length: count }, (_, index) => ({
      ...{
        id: `${this.name}-${first + index}`,
        batch_id: `${this.name}-batch-${first}`,
        user_id: ids.user(index),
      },
      ...{ ...fresh, idempotency_key: `${this.name}-${first}`, created_at: now, next_attempt_at: now },
    }));
    const label = {
      kind: "template",
      value: "template_1",
      created_at: now,
      batch_id: `${this.name}-batch-${first}`,
    };
    await this.#transaction(async (transaction) => {
      await insert(transaction, "callboard_notifications", rows);
      await insert(transaction, "callboard_batch_labels", [{ ...label, size: count }]);
    });
    this.queued.push(...rows.map(({ id }) => id));
  }

  async send(): Promise<number> {
    const claimed = await this.#transaction((transaction) => claim(transaction));
    if (claimed.length === 0) return 0;
    const names = sql.join(claimed);
    await this.#transaction(async (transaction) => {
      const started = claimed.map((id) => ({
        id: `attempt-of-${id}`,
        notification_id: id,
        channel: "whatsapp",
      }));
      await insert(
        transaction,
        "callboard_attempts",
        started.map((row) => ({ ...row, started_at: Date.now() })),
      );
      await sql`update callboard_notifications set attempt_id = concat('attempt-of-', id)
        where id in (${names})`.execute(transaction);
    });
    await this.#transaction(async (transaction) => {
      await sql`update callboard_notifications set status = 'sent', attempts = 1, sent_at = ${Date.now()},
        next_attempt_at = null, lease_token = null, lease_until = null where id in (${names})`.execute(
        transaction,
      );
      await sql`update callboard_attempts set outcome = 'accepted', ended_at = ${Date.now()}
        where notification_id in (${names})`.execute(transaction);
      if (this.keepsReceipts) await insert(transaction, "callboard_receipts", claimed.map(receiptOf));
    });
    this.sent.push(...claimed);
    return claimed.length;
  }

  /** As earlier versions do, it repeats what a deadlock has undone. */
  async #transaction<Result>(work: (transaction: Transaction<unknown>) => Promise<Result>): Promise<Result> {
    for (let left = 5; ; left -= 1) {
      try {
        return await this.db.transaction().execute(work);
      } catch (error) {
        if (left === 0 || !isDeadlock(error)) throw error;
      }
    }
  }
}

function isDeadlock(error: unknown): boolean {
  const { code } = Object(error);
  return code === "ER_LOCK_DEADLOCK" || code === "40P01";
}

function receiptOf(id: string) {
  const [now, place] = [Date.now(), 0];
  const about = { notification_id: id, attempt_id: `attempt-of-${id}`, status: "sent" };
  return { ...about, occurred_at: now, received_at: now, place };
}

async function claim(transaction: Transaction<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from callboard_notifications where status = 'pending' and priority = 1
    order by next_attempt_at limit 50 for update skip locked`.execute(transaction);
  const claimed = rows.map(({ id }) => id);
  if (claimed.length === 0) return [];
  await sql`update callboard_notifications set status = 'sending', lease_token = 'lease', lease_until = ${Date.now() + 60_000}
    where id in (${sql.join(claimed)})`.execute(transaction);
  return claimed;
}

async function insert(
  transaction: Kysely<unknown>,
  table: string,
  rows: readonly Readonly<Record<string, string | number>>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).map((name) => sql.id(name));
  const values = rows.map((row) => sql`(${sql.join(Object.values(row))})`);
  await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values ${sql.join(values)}`.execute(
    transaction,
  );
}
