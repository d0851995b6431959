import { kyselyStorage } from "@callboard/storage-kysely";
import { memoryStorage } from "@callboard/storage-memory";
import { connect } from "@callboard/test-databases";
import { expect, onTestFinished, test } from "vitest";
import { type ExperimentDatabase, servers, sqlite } from "./experiments/databases.js";
import { keyRace } from "./experiments/keys.js";
import { type Office, openOffice } from "./experiments/office.js";

const kinds: { name: string; open: () => Promise<Office[]> }[] = [
  {
    name: "memory",
    async open() {
      const storage = memoryStorage();
      return [openOffice(storage), openOffice(storage)];
    },
  },
  ...[sqlite, ...servers].map((database) => ({ name: database.name, open: () => openTwo(database) })),
];

const [keys, callers, people] = [20, 32, 3];

test.each(kinds)(
  "32 callers at once under each of 20 keys on $name write one row for each person, and each gets a true answer",
  { timeout: 120_000 },
  async ({ open }) => {
    const { rows, doubled, untrue, calls } = await keyRace({ offices: await open(), keys, callers });
    expect(untrue).toEqual([]);
    expect({ rows, doubled }).toEqual({ rows: keys * people, doubled: 0 });
    // Two of each ten keys have callers who say something else: half of them, or whoever comes second.
    const { resolved, IdempotencyConflictError: conflicts, ...surfaced } = calls;
    expect(surfaced).toEqual({});
    expect(conflicts).toBe((keys / 10) * 2 * (callers / 2));
    expect(resolved).toBe(keys * callers - (conflicts ?? 0));
  },
);

/** Two processes; SQLite has one connection, and they share it. */
async function openTwo({ dialect, open }: ExperimentDatabase): Promise<Office[]> {
  const { db, url, close } = await open();
  onTestFinished(close);
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  if (dialect === "sqlite") return [openOffice(storage), openOffice(storage)];
  const other = connect(url, { connections: 10 }).db;
  onTestFinished(() => other.destroy());
  return [openOffice(storage), openOffice(kyselyStorage({ db: other, dialect }))];
}
