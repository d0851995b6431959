import type { ChannelReceipt, ChannelTemplateNews } from "@callboard/core/adapter";
import { type KyselyDialect, kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { mariadb, type OpenDatabase, postgres } from "@callboard/test-databases";
import { type CompiledQuery, Kysely, type LogEvent, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillStorage, ids } from "./filled-storage.js";

type Storage = ReturnType<typeof kyselyStorage>;

/** How a database is asked what it is going to do, and what it says when it reads a table from end to end. */
interface Planner {
  readonly name: string;
  readonly dialect: KyselyDialect;
  readonly absent: string | null;
  readonly open: (log: (event: LogEvent) => void) => Promise<Pick<OpenDatabase, "db" | "close">>;
  readonly explain: string;
  readonly scans: (plan: readonly unknown[]) => string[];
}

const planners: Planner[] = [
  {
    name: "SQLite",
    dialect: "sqlite",
    absent: null,
    async open(log) {
      const db = new Kysely<unknown>({ dialect: nodeSqliteDialect({ file: ":memory:" }), log });
      return { db, close: () => db.destroy() };
    },
    explain: "explain query plan",
    scans: (plan) =>
      (plan as { detail: string }[])
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN (callboard_\w+|[a-z]|target)( USING .*)?$/.test(detail))
        // In the order of an index, up to a limit.
        .filter(
          (detail) =>
            !/USING INDEX callboard_(notifications_(newest|trouble)|webhooks(_aside)?_age)$/.test(detail),
        ),
  },
  {
    name: "PostgreSQL, never analysed",
    dialect: "postgres",
    absent: postgres.absent,
    open: (log) => postgres.open({ log }),
    explain: "explain",
    scans: (plan) =>
      (plan as { "QUERY PLAN": string }[])
        .map((row) => row["QUERY PLAN"])
        .filter((line) => /Seq Scan on callboard_|Index Only Scan .* \(cost=.*rows=\d{5}/.test(line))
        .filter(
          (line) =>
            !/callboard_(groups|templates|template_versions|channel_templates|pauses|parked_receipts|webhooks)/.test(
              line,
            ),
        ),
  },
  {
    name: "MariaDB",
    dialect: "mysql",
    absent: mariadb.mysql2.absent,
    open: (log) => mariadb.mysql2.open({ log }),
    explain: "explain",
    scans: (plan) =>
      (plan as { table: string | null; type: string; key: string | null; Extra: string }[])
        // In the order of an index, up to a limit.
        .filter(({ type, key }) => type !== "index" || !/^callboard_webhooks(_aside)?_age$/.test(key ?? ""))
        .filter(
          ({ type, Extra, table }) =>
            /^(ALL|index)$/.test(type) &&
            !/Table function/.test(Extra) &&
            !/^<|^(g|t|v|p)$/.test(table ?? "<"),
        )
        .map(({ table, type }) => `${type} of ${table}`),
  },
];

const receipt: ChannelReceipt = {
  channel: "whatsapp",
  providerMessageId: ids.message(7),
  attemptId: ids.attempt(7),
  status: "read",
  occurredAt: new Date(0),
  failure: null,
};

const press: ChannelReceipt = {
  ...receipt,
  status: "acknowledged",
  button: { id: "confirm", label: "I will be there" },
  charge: { category: "utility", type: "regular", country: "ZW" },
};

const someReceipts = Array.from({ length: 10 }, (_, index) => ({
  ...receipt,
  ...{ attemptId: ids.attempt(index), providerMessageId: ids.message(index) },
}));

const soon = new Date("2100-01-01T00:00:00Z");
const page = (filter: object) => (storage: Storage) => storage.notifications.page({ limit: 50, ...filter });
const move = { status: "pending", leaseToken: null, attemptId: null, leaseOver: false } as const;

const byAlias = (index: number) => ({ channel: "whatsapp", address: null, alias: ids.user(index) });

const templateNews = (remoteId: string | null): ChannelTemplateNews => ({
  ...{ channel: "whatsapp", remoteId, remoteName: null, language: "en" },
  ...{ status: "paused", category: null, reason: null, at: new Date() },
});

const verbs: Record<string, (storage: Storage) => Promise<unknown>> = {
  "claim()": ({ notifications }) =>
    notifications.claim({ ...ids.due("t", 50), leaseMs: 1, channels: ["whatsapp", "email"] }),
  "claim() of one template": ({ notifications }) =>
    notifications.claim({ ...ids.due("t", 1), priorities: ["low", "normal"], template: "template_11" }),
  "oldestDue()": ({ notifications }) =>
    notifications.oldestDue({ channels: ["whatsapp", "email"], pausedTemplates: [] }),
  "oldestDue() beside paused templates": ({ notifications }) => {
    const pausedTemplates = ["template_3", "template_11"].map((template) => ({
      channel: "whatsapp",
      template,
    }));
    return notifications.oldestDue({ channels: ["whatsapp"], pausedTemplates });
  },
  "saveSkipped()": ({ notifications }) =>
    notifications.saveSkipped("new", [{ userId: ids.user(1), reason: "inactive", hint: "" }]),
  "batch()": ({ notifications }) => notifications.batch(ids.batch(2)),
  "skipped()": ({ notifications }) => notifications.skipped({ batchId: ids.batch(2), userId: ids.user(3) }),
  "insertMany() under a key": ({ notifications }) =>
    notifications.insertMany([ids.draft({ id: "new", idempotencyKey: "evt-1", userId: ids.user(3) })]),
  "discardBatch()": ({ notifications }) => notifications.discardBatch("no-such-batch", {}),
  "startAttempts()": ({ notifications }) =>
    notifications.startAttempts([{ id: "a", notificationId: ids.notification(1), leaseToken: "t" }]),
  "renew()": ({ notifications }) => notifications.renew({ token: "t", leaseMs: 1 }),
  "record()": ({ notifications }) => notifications.record([ids.acceptance(1)]),
  "settle()": ({ notifications }) =>
    notifications.settle([{ id: "none", from: move, transition: ids.acceptance(1).transition }]),
  "settle() of what somebody decided": ({ notifications }) => notifications.settle([ids.decision(1)]),
  "findCancellable()": ({ notifications }) =>
    notifications.findCancellable({ cancelKey: "cancel-11", afterId: ids.notification(1), limit: 100 }),
  "findCancellable() of some people": ({ notifications }) =>
    notifications.findCancellable({ cancelKey: "cancel-11", userIds: ids.users(1_000), limit: 100 }),
  "findOverdue()": ({ notifications }) => notifications.findOverdue({ limit: 10 }),
  "applyReceipts()": ({ notifications }) => notifications.applyReceipts([receipt], () => null),
  "applyReceipts() by the message alone": ({ notifications }) =>
    notifications.applyReceipts([{ ...receipt, attemptId: null }], () => null),
  "applyReceipts() of some": ({ notifications }) =>
    notifications.applyReceipts(someReceipts, () => ids.acceptance(1).transition),
  "applyReceipts() of a press": ({ notifications }) =>
    notifications.applyReceipts([press], ({ attempts }, { button = null, charge = null }) => ({
      ...ids.acceptance(1).transition,
      ...{ attempts, status: "read", acknowledgedWith: button, charge },
    })),
  "applyParked() of some messages": ({ notifications }) =>
    notifications.applyParked({ providerMessageIds: ["wamid-1", "wamid-2"], limit: 10 }, () => null),
  "forgetParked()": ({ notifications }) => notifications.forgetParked({ olderThanMs: 1 }),
  "getMany()": ({ notifications }) => notifications.getMany([ids.notification(1)]),
  "attemptsOf()": ({ notifications }) => notifications.attemptsOf([ids.notification(1)]),
  "receiptsOf()": ({ notifications }) => notifications.receiptsOf([ids.notification(1)]),
  "interventionsOf()": ({ notifications }) => notifications.interventionsOf([ids.notification(1)]),
  "page() of everything": page({}),
  "page() of one person": page({ userId: ids.user(3) }),
  "page() of one person under a key": page({ userId: ids.user(3), idempotencyKey: "evt-1" }),
  "page() of one batch": page({ batchId: ids.batch(2) }),
  "page() of one template": page({ template: "template_3" }),
  "page() of one group": page({ groupName: "Sales Team" }),
  "page() of one related contact": page({ relatedContactId: "customer-4" }),
  "page() of what failed": page({ status: "failed" }),
  "page() of a period": page({ from: new Date(0), until: soon }),
  "count()": ({ notifications }) => notifications.count({ from: soon }),
  "countCharges()": ({ notifications }) => notifications.countCharges({ from: soon }),
  "purge()": ({ notifications }) => notifications.purge({ olderThanMs: 1e9, limit: 100 }),
  "notifications.forget()": ({ notifications }) =>
    notifications.forget({ userId: ids.user(9), pseudonym: "nobody" }),
  "published()": ({ templates }) => templates.published(["order_created"]),
  "members()": ({ groups }) => groups.members({ groupNames: ["Sales Team"], afterUserId: null, limit: 10 }),
  "groups.forget()": ({ groups }) => groups.forget("ada"),
  "contacts.getMany()": ({ contacts }) => contacts.getMany(["ada"]),
  "contacts.list()": ({ contacts }) => contacts.list({ afterUserId: null, limit: 10 }),
  "contacts.forget()": ({ contacts }) => contacts.forget("ada"),
  "recordInbound()": ({ contacts }) =>
    contacts.recordInbound([{ channel: "whatsapp", address: "+1", at: new Date() }]),
  "markUnreachable()": ({ contacts }) =>
    contacts.markUnreachable([{ channel: "whatsapp", address: "+263770", reason: "No such number." }]),
  "recordInbound() by alias": ({ contacts }) =>
    contacts.recordInbound([
      { ...byAlias(7), at: new Date() },
      { channel: "whatsapp", address: "+263778", alias: "new", at: new Date() },
    ]),
  "recordInbound() of some": ({ contacts }) =>
    contacts.recordInbound(ids.users(10).map((_, index) => ({ ...byAlias(index), at: new Date() }))),
  "recordPreferences()": ({ contacts }) =>
    contacts.recordPreferences([
      { ...byAlias(9), scope: "marketing", optedOut: true, at: new Date() },
      { channel: "whatsapp", address: "+2637710", scope: "everything", optedOut: true, at: new Date() },
    ]),
  "recordMoves()": ({ contacts }) =>
    contacts.recordMoves([{ ...byAlias(11), newAddress: "+1", newAlias: ids.user(12) }]),
  "contacts.save() of who is known": ({ contacts }) =>
    contacts.save([
      { userId: ids.user(13), name: null, locale: null, active: true, addresses: { whatsapp: "+13" } },
    ]),
  "versions()": ({ templates }) => templates.versions([{ name: "order_created", version: 1 }]),
  "channelTemplates.save()": ({ channelTemplates }) =>
    channelTemplates.save([ids.channelTemplate("new", "new")]),
  "applyNews()": ({ channelTemplates }) =>
    channelTemplates.applyNews([templateNews("17"), { ...templateNews(null), remoteName: "template_18" }]),
  "applyNews() of some": ({ channelTemplates }) =>
    channelTemplates.applyNews(Array.from({ length: 10 }, (_, index) => templateNews(String(index)))),
  "keep()": ({ webhooks }) => webhooks.keep({ channel: "whatsapp", hash: "new", body: "{}" }),
  "claim() of webhooks": ({ webhooks }) => webhooks.claim({ limit: 10, leaseMs: 60_000 }),
  "claim() of one webhook": ({ webhooks }) =>
    webhooks.claim({ hash: "hash-1999", limit: 1, leaseMs: 60_000 }),
  "finish()": ({ webhooks }) => webhooks.finish([{ channel: "whatsapp", hash: "hash-1998" }]),
  "setAside()": ({ webhooks }) =>
    webhooks.setAside([{ channel: "whatsapp", hash: "hash-1", reason: "No reader.", body: "{}" }]),
  "listAside()": ({ webhooks }) => webhooks.listAside({ limit: 10 }),
  "forgetAside()": ({ webhooks }) => webhooks.forgetAside({ olderThanMs: 3_600_000 }),
  "takeProbe()": ({ pauses }) => pauses.takeProbe({ channel: "whatsapp", template: null }, { forMs: 1 }),
  "purge() of what is old": ({ notifications }) => notifications.purge({ olderThanMs: -1_000, limit: 2 }),
};

describe.each(planners)("on $name", ({ name, dialect, absent, open, explain, scans }) => {
  if (absent !== null) {
    console.log(`Left out, because ${absent}: the query plans of ${name}.`);
    return test.skip("reads by indexes", () => undefined);
  }
  let opened: Pick<OpenDatabase, "db" | "close">;
  let storage: Storage;
  let queries: CompiledQuery[] = [];

  beforeAll(async () => {
    opened = await open(({ level, query }) => {
      if (level === "query") queries.push(query);
    });
    storage = kyselyStorage({ db: opened.db, dialect });
    await storage.migrate();
    await fillStorage(storage);
  }, 120_000);
  afterAll(() => opened.close());

  /** What the database says of each statement that `run` executes. */
  async function plansOf(run: () => Promise<unknown>): Promise<unknown[]> {
    queries = [];
    await run();
    const executed = queries.filter(({ sql: text }) => /^\s*(with|select|update|delete|insert)/i.test(text));
    expect(executed.length).toBeGreaterThan(0);
    const plans: unknown[] = [];
    for (const query of executed) {
      const { rows } = await opened.db.executeQuery({ ...query, sql: `${explain} ${query.sql}` });
      plans.push(...rows);
    }
    return plans;
  }

  test.each(Object.entries(verbs))("%s reads no large table from end to end", async (_name, verb) => {
    expect(scans(await plansOf(() => verb(storage)))).toEqual([]);
  });

  test("the test sees a full scan when there is one", async () => {
    const scanned = await plansOf(() =>
      sql`select * from callboard_notifications where content = 'x'`.execute(opened.db),
    );
    expect(scans(scanned)).toHaveLength(1);
  });
});
