import type { ChannelReceipt } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { type CompiledQuery, Kysely, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";

type Storage = ReturnType<typeof kyselyStorage<Record<string, never>>>;

let db: Kysely<Record<string, never>>;
let storage: Storage;
let queries: CompiledQuery[] = [];

beforeEach(async () => {
  db = new Kysely({
    dialect: nodeSqliteDialect({ file: ":memory:" }),
    log: ({ level, query }) => {
      if (level === "query") queries.push(query);
    },
  });
  storage = kyselyStorage({ db, dialect: "sqlite" });
  await storage.migrate();
});

afterEach(() => db.destroy());

/** How SQLite goes about each statement that `run` executes. */
async function plansOf(run: () => Promise<unknown>): Promise<string[]> {
  queries = [];
  await run();
  const executed = queries.filter(({ sql: text }) => /^\s*(select|update|delete|insert)/i.test(text));
  expect(executed.length).toBeGreaterThan(0);
  const plans: string[] = [];
  for (const query of executed) {
    const { rows } = await db.executeQuery<{ detail: string }>({
      ...query,
      sql: `explain query plan ${query.sql}`,
    });
    plans.push(...rows.map(({ detail }) => detail));
  }
  return plans;
}

/** Steps that read a table or an index of ours from end to end; parameters and sub-selects are read so by nature. */
async function fullScans(run: () => Promise<unknown>): Promise<string[]> {
  return (await plansOf(run)).filter((detail) => /^SCAN (callboard_\w+|[nagmpc])( USING .*)?$/.test(detail));
}

const receipt: ChannelReceipt = {
  channel: "whatsapp",
  providerMessageId: "wamid-1",
  attemptId: "attempt-1",
  status: "read",
  occurredAt: new Date(0),
  failure: null,
};

const verbs: Record<string, (storage: Storage) => Promise<unknown>> = {
  "claim()": ({ notifications }) =>
    notifications.claim({
      token: "t",
      leaseMs: 1,
      channels: ["whatsapp", "email"],
      pausedTemplates: [],
      limit: 50,
    }),
  "discardBatch()": ({ notifications }) => notifications.discardBatch("b", {}),
  "startAttempts()": ({ notifications }) =>
    notifications.startAttempts([{ id: "a", notificationId: "n", leaseToken: "t" }]),
  "renew()": ({ notifications }) => notifications.renew({ token: "t", leaseMs: 1 }),
  "findOverdue()": ({ notifications }) => notifications.findOverdue({ limit: 10 }),
  "applyReceipts()": ({ notifications }) => notifications.applyReceipts([receipt], () => null),
  "applyParked() of some messages": ({ notifications }) =>
    notifications.applyParked({ providerMessageIds: ["wamid-1", "wamid-2"], limit: 10 }, () => null),
  "forgetParked()": ({ notifications }) => notifications.forgetParked({ olderThanMs: 1 }),
  "getMany()": ({ notifications }) => notifications.getMany(["n"]),
  "attemptsOf()": ({ notifications }) => notifications.attemptsOf(["n"]),
  "page() of one person": ({ notifications }) => notifications.page({ limit: 50, userId: "ada" }),
  "page() of one batch": ({ notifications }) => notifications.page({ limit: 50, batchId: "b" }),
  "countByStatus()": ({ notifications }) => notifications.countByStatus({ since: new Date() }),
  "published()": ({ templates }) => templates.published(["order_created"]),
  "members()": ({ groups }) => groups.members({ groupNames: ["Sales Team"], afterUserId: null, limit: 10 }),
  "contacts.getMany()": ({ contacts }) => contacts.getMany(["ada"]),
  "recordInbound()": ({ contacts }) =>
    contacts.recordInbound([{ channel: "whatsapp", address: "+1", at: new Date() }]),
};

test.each(Object.entries(verbs))(
  "%s reads no table from end to end, on a fresh database",
  async (_name, verb) => {
    expect(await fullScans(() => verb(storage))).toEqual([]);
  },
);

test("claim() looks each priority up by an index, so that a million due rows need no sorting", async () => {
  const plans = await plansOf(() => verbs["claim()"]?.(storage) ?? Promise.resolve());
  const lookUp =
    /USING INDEX callboard_notifications_due \(status=\? AND priority=\? AND next_attempt_at<\?\)/;
  expect(plans.filter((detail) => lookUp.test(detail))).toHaveLength(3);
});

test("page() reads the newest first by an index, and stops at its limit", async () => {
  const plans = await plansOf(() => storage.notifications.page({ limit: 50 }));
  expect(plans).toEqual(["SCAN callboard_notifications USING INDEX callboard_notifications_newest"]);
});

test("the test sees a full scan when there is one", async () => {
  const scanned = await fullScans(() =>
    sql`select * from callboard_notifications where content = 'x'`.execute(db),
  );
  expect(scanned).toHaveLength(1);
});
