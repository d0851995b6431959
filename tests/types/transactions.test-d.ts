import { createCallboard, defineTemplate } from "@callboard/core";
import type { Recipients, Scheduler } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { type MemoryTransaction, memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import type { Kysely, Transaction } from "kysely";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

interface Shop {
  orders: { number: string };
}
declare const db: Kysely<Shop>;
declare const transaction: Transaction<Shop>;
declare const otherTransaction: Transaction<{ invoices: { number: string } }>;
declare const memoryTransaction: MemoryTransaction;

const wiring = {
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
} as const;
const callboard = createCallboard({ ...wiring, storage: kyselyStorage({ db, dialect: "sqlite" }) });
const inMemory = createCallboard({ ...wiring, storage: memoryStorage() });
const request = { template: "plain", context: {}, userIds: ["ada"] } as const;

// The transaction is the storage's own kind.
await callboard.queueNotificationsToUsers(request, { transaction });
await callboard.queueNotificationsToUsers(request, { transaction: undefined });
await inMemory.queueNotificationsToUsers(request, { transaction: memoryTransaction });
await callboard.queueNotificationsToUsers(request, {
  // @ts-expect-error another storage's transaction
  transaction: memoryTransaction,
});
await callboard.queueNotificationsToUsers(request, {
  // @ts-expect-error another database's transaction
  transaction: otherTransaction,
});
await callboard.queueNotificationsToUsers(request, {
  // @ts-expect-error the database itself is no transaction
  transaction: db,
});
await inMemory.queueNotificationsToUsers(request, {
  // @ts-expect-error another storage's transaction
  transaction,
});
await callboard.queueNotificationsToUsers(request, {
  // @ts-expect-error no such option
  trx: transaction,
});
await callboard.contacts.save([], { transaction });
await callboard.contacts.save([], {
  // @ts-expect-error another storage's transaction
  transaction: memoryTransaction,
});
await callboard.groups.ensure([], { transaction });
await callboard.groups.ensure([], {
  // @ts-expect-error another storage's transaction
  transaction: memoryTransaction,
});

// What runs inside gets the host's own transaction, and what it returns comes back.
const orders = await callboard.transaction(async (within) => {
  holds<Equal<typeof within, Transaction<Shop>>>();
  return within.selectFrom("orders").selectAll().execute();
});
holds<Equal<typeof orders, { number: string }[]>>();
await callboard.every("daily", {
  cron: "0 8 * * *",
  timeZone: "Africa/Harare",
  run: async (tick) => {
    holds<Equal<typeof tick.transaction, Transaction<Shop>>>();
    holds<Equal<typeof tick.slot, Date>>();
  },
});
// @ts-expect-error a time zone is required
await callboard.every("daily", { cron: "0 8 * * *", run: async () => {} });

// A scheduler or recipients that enlist must speak of the storage's transactions.
declare const enlisting: Scheduler<Transaction<Shop>>;
declare const people: Recipients<Transaction<Shop>>;
createCallboard({
  ...wiring,
  storage: kyselyStorage({ db, dialect: "sqlite" }),
  scheduler: enlisting,
  recipients: people,
});
declare const enlistingElsewhere: Scheduler<MemoryTransaction>;
declare const peopleElsewhere: Recipients<MemoryTransaction>;
createCallboard({
  ...wiring,
  storage: kyselyStorage({ db, dialect: "sqlite" }),
  // @ts-expect-error another storage's transactions
  scheduler: enlistingElsewhere,
});
createCallboard({
  ...wiring,
  storage: kyselyStorage({ db, dialect: "sqlite" }),
  // @ts-expect-error another storage's transactions
  recipients: peopleElsewhere,
});
