import { randomUUID } from "node:crypto";
import type { NewNotification, NotificationStore } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect } from "@callboard/test-databases";
import type { LogEvent } from "kysely";
import type { ExperimentDatabase } from "./databases.ts";
import { faultOf } from "./office.ts";

type Store = NotificationStore<never>;

export interface ClaimsOptions {
  /** One store for each claimer, all on one database. */
  readonly claimers: readonly Store[];
  /** Rows that are due. */
  readonly due: number;
  /** Rows that must be left alone, due longer than all others. */
  readonly unfit: number;
  /** Rows that a claim takes at most. @default 50 */
  readonly limit?: number;
}

export interface ClaimsCounts {
  readonly claimed: number;
  readonly claimedTwice: number;
  readonly unfitClaimed: number;
  /** What one more claimer finds after all. */
  readonly leftOver: number;
  /** Rows in the store that are held, as far as it says so. */
  readonly sending: number;
  /** What reached the claimers' callers, by fault. */
  readonly errors: readonly string[];
  /** How many claimers got any row at all. */
  readonly busyClaimers: number;
}

const leaseMs = 600_000;
const pausedTemplates = [{ channel: "chat", template: "paused" }];

/** Claimers on one new database; where it has a server, each with a connection of its own. */
export async function openClaimers({ dialect, open }: ExperimentDatabase, count: number) {
  /** Statements that the database refused, whether or not they were repeated. */
  const refused: string[] = [];
  const log = (event: LogEvent) => {
    if (event.level === "error") refused.push(String(event.error));
  };
  const { db, url, close } = await open({ log });
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const own = Array.from({ length: dialect === "sqlite" ? 0 : count }, () =>
    connect(url, { connections: 1, log }),
  );
  const claimers: Store[] = own.map(({ db }) => kyselyStorage({ db, dialect }).notifications);
  while (claimers.length < count) claimers.push(storage.notifications);
  return {
    claimers,
    refused,
    async close() {
      await Promise.all(own.map(({ db }) => db.destroy()));
      await close();
    },
  };
}

/** R19: many claimers race for rows that are due, behind a head of rows that they must leave alone. */
export async function claimRace(options: ClaimsOptions): Promise<ClaimsCounts> {
  const { claimers, due, limit = 50 } = options;
  const [first] = claimers;
  if (!first) throw new RangeError("claimRace({ claimers }) needs at least one.");
  const dueIds = await fill(first, options);
  const claims = new Map<string, number>();
  const errors: string[] = [];
  const claimOnce = async (store: Store): Promise<number> => {
    const rows = await store.claim({
      ...{ token: randomUUID(), leaseMs, limit },
      ...{ channels: ["chat"], pausedTemplates, priorities },
    });
    for (const { id } of rows) claims.set(id, (claims.get(id) ?? 0) + 1);
    return rows.length;
  };
  const claimAll = async (store: Store): Promise<number> => {
    let taken = 0;
    // Whoever finds nothing may only have found everything in others' hands.
    for (let empty = 0; claims.size < due && empty < 1_000; ) {
      const fault = await faultOf(
        claimOnce(store).then((count) => {
          taken += count;
          empty = count > 0 ? 0 : empty + 1;
        }),
      );
      if (fault !== null) errors.push(fault);
      if (errors.length > 100) break;
    }
    return taken;
  };
  const shares = await Promise.all(claimers.map(claimAll));
  const times = [...claims.values()];
  return {
    claimed: [...claims.keys()].filter((id) => dueIds.has(id)).length,
    claimedTwice: times.filter((count) => count > 1).length,
    unfitClaimed: [...claims.keys()].filter((id) => !dueIds.has(id)).length,
    leftOver: await claimOnce(first),
    sending: await countSending(first),
    errors,
    busyClaimers: shares.filter((taken) => taken > 0).length,
  };
}

/** Returns the ids of those that are due. */
async function fill(store: Store, { due, unfit }: ClaimsOptions): Promise<Set<string>> {
  const kinds: Partial<NewNotification>[] = [
    { channel: "mail" },
    { template: "paused" },
    { expiresAt: new Date("2020-01-02T00:00:00Z") },
  ];
  const head = Array.from({ length: unfit }, (_, index) => ({
    ...newRow(index),
    notBefore: new Date("2020-01-01T00:00:00Z"),
    ...kinds[index % kinds.length],
  }));
  // Rows of one batch share their template and their channel.
  for (const kind of kinds.keys()) {
    await insert(
      store,
      head.filter((_, index) => index % kinds.length === kind),
    );
  }
  const rows = Array.from({ length: due }, (_, index) => newRow(unfit + index));
  await insert(store, rows);
  return new Set(rows.map(({ id }) => id));
}

async function insert(store: Store, rows: readonly NewNotification[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 1_000) {
    const batchId = randomUUID();
    await store.insertMany(rows.slice(start, start + 1_000).map((row) => ({ ...row, batchId })));
  }
}

const priorities = ["high", "normal", "low"] as const;

function newRow(index: number): NewNotification {
  return {
    ...{ id: randomUUID(), batchId: "", userId: `user-${index}`, channel: "chat", address: `${index}@chat` },
    ...{ template: "order", templateVersion: 1, priority: priorities[index % 10] ?? "normal" },
    ...{ content: { text: "Order SO-1 awaits you.", variables: null, buttons: [], channel: null } },
    ...{ relatedContact: null, metadata: null, contentHash: "hash", groupNames: [] },
    ...{ idempotencyKey: null, cancelKey: null, onlyIf: null, traceParent: null },
    ...{ notBefore: null, expiresAt: null, onUncertain: "resend" },
  };
}

async function countSending(store: Store): Promise<number> {
  const counts = await store.count({ from: new Date(0) });
  return counts.reduce((sum, { status, count }) => sum + (status === "sending" ? count : 0), 0);
}
