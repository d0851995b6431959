import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { type Office, openOffice, tally } from "./office.ts";

export interface EnqueuersOptions {
  readonly database: TestDatabase;
  /** Each of them queues under all of these keys, in an order of its own. */
  readonly keys: number;
  /** With connections of their own. @default 8 */
  readonly enqueuers?: number;
}

export interface EnqueuersCounts {
  readonly calls: number;
  /** What reached the callers. */
  readonly surfaced: readonly string[];
  readonly rows: number;
  readonly doubled: number;
  /** How often somebody was queued, in the callers' eyes. */
  readonly queued: number;
}

const people = ["ada", "ben", "cleo", "dan"];

/** R17: some processes queue under the same keys, each in another order, and tell the same people in another order. */
export async function overlappingKeys(options: EnqueuersOptions): Promise<EnqueuersCounts> {
  const { database, keys, enqueuers = 8 } = options;
  const { db, url, close } = await database.open();
  const storage = kyselyStorage({ db, dialect: database.dialect });
  await storage.migrate();
  const office = openOffice(storage);
  await office.furnish(people);
  const others = Array.from({ length: enqueuers }, () => connect(url, { connections: 2 }).db);
  try {
    const results = await Promise.all(
      others.map((own, index) =>
        enqueue(openOffice(kyselyStorage({ db: own, dialect: database.dialect })), index, keys),
      ),
    );
    const rows = await office.notifications();
    const identities = rows.map(({ idempotencyKey, userId }) => `${idempotencyKey}:${userId}`);
    return {
      calls: enqueuers * keys,
      surfaced: results.flatMap(({ surfaced }) => surfaced),
      rows: rows.length,
      doubled: Object.values(tally(identities)).filter((count) => count > 1).length,
      queued: results.reduce((sum, { queued }) => sum + queued, 0),
    };
  } finally {
    await Promise.all(others.map((own) => own.destroy()));
    await close();
  }
}

async function enqueue({ callboard }: Office, index: number, keys: number) {
  const surfaced: string[] = [];
  let queued = 0;
  for (let step = 0; step < keys; step += 1) {
    // Half of them begin at the end, and each somewhere else.
    const at = ((index % 2 ? keys - step : step) + index * 3) % keys;
    const userIds = people.toSorted((a, b) => (index % 2 ? a.localeCompare(b) : b.localeCompare(a)));
    try {
      const result = await callboard.queueNotificationsToUsers({
        ...{ template: "order", context: { order: `SO-${at}` }, userIds, idempotencyKey: `evt-${at}` },
      });
      queued += result.queued.length;
    } catch (error) {
      surfaced.push(String(error));
    }
  }
  return { surfaced, queued };
}
