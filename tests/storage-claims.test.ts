import { memoryStorage } from "@callboard/storage-memory";
import { expect, onTestFinished, test } from "vitest";
import { claimRace, openClaimers } from "./experiments/claims.js";
import { servers, sqlite } from "./experiments/databases.js";

const claimerCount = 16;

const kinds = [
  {
    name: "memory",
    async open() {
      const { notifications } = memoryStorage();
      return { claimers: Array.from({ length: claimerCount }, () => notifications), refused: [], close() {} };
    },
  },
  { name: "SQLite with one connection", open: () => openClaimers(sqlite, claimerCount) },
  ...servers.map((database) => ({
    name: `${database.name} with a connection for each`,
    open: () => openClaimers(database, claimerCount),
  })),
];

test.each(kinds)(
  "16 claimers on $name take each of 20,000 due rows once, behind 1,000 that they must leave alone",
  { timeout: 120_000 },
  async ({ open }) => {
    const { claimers, refused, close } = await open();
    onTestFinished(close);
    expect(await claimRace({ claimers, due: 20_000, unfit: 1_000 })).toEqual({
      claimed: 20_000,
      claimedTwice: 0,
      unfitClaimed: 0,
      leftOver: 0,
      sending: 20_000,
      errors: [],
      busyClaimers: claimerCount,
    });
    // Claimers pass over each other's rows; on MariaDB a few meet all the same, and are repeated inside.
    expect(refused.filter((error) => !error.includes("Deadlock found"))).toEqual([]);
  },
);
