import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageError } from "@callboard/core";
import { kyselyStorage } from "@callboard/storage-kysely";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";
import { servers, sqlite } from "./experiments/databases.js";
import { faultOf, openOffice } from "./experiments/office.js";
import { goneServer, outage, readOnlyFile, readOnlyServer } from "./experiments/outage.js";
import { until } from "./experiments/until.js";

vi.setConfig({ testTimeout: 120_000 });

const calls = [
  "queue",
  "queueWithKey",
  "queueInTransaction",
  "saveContact",
  "ensureGroup",
  "forgetUser",
  "publishTemplate",
  "pause",
  "claimSlot",
];

test.each([readOnlyFile, ...servers.map(readOnlyServer), ...servers.map(goneServer)])(
  "calls on $name reject as $fault and write nothing; once it is back the same Callboard sends all that was queued",
  async (trouble) => {
    const { during, queued, sent, ...mistakes } = await outage({ outage: trouble });
    expect(during).toEqual({ [trouble.fault]: Object.fromEntries(calls.map((call) => [call, 1])) });
    expect(mistakes).toEqual({ changed: [], failedAfterwards: [], unsent: {}, repeatedSends: 0 });
    expect(sent).toBe(queued);
  },
);

test.each(servers)(
  "start() while $name is gone rejects as unavailable, health() is failing, and both are well once it is back",
  async (database) => {
    const { db, dialect, begin, end, close } = await goneServer(database).open();
    onTestFinished(close);
    const storage = kyselyStorage({ db, dialect });
    await storage.migrate();
    const { callboard, furnish, isIdle, transport } = openOffice(storage);
    await furnish(["ada"]);
    await callboard.queueNotificationsToUsers({
      template: "order",
      context: { order: "SO-1" },
      userIds: ["ada"],
    });
    await begin();
    expect(await faultOf(callboard.start())).toBe("unavailable");
    const { problems, ...health } = await callboard.health();
    expect(health).toMatchObject({ status: "failing", storage: { answers: false } });
    expect(problems).toEqual([
      expect.stringMatching(/^The store does not answer, .*\((E|PROTOCOL)?[\w ]+\)$/),
    ]);
    expect(problems.join()).not.toMatch(/127\.0\.0\.1|localhost|callboard_/);
    await end();
    await callboard.start();
    expect(await callboard.health()).toMatchObject({ status: "ok", storage: { answers: true } });
    await until("it is sent", isIdle);
    await callboard.stop();
    expect(transport.sent).toHaveLength(1);
  },
);

test("every call on a SQLite file that is opened read-only rejects as read-only", async () => {
  const folder = mkdtempSync(join(tmpdir(), "callboard-read-only-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (file: string) => {
    const db = new Kysely<unknown>({ dialect: nodeSqliteDialect({ file }) });
    onTestFinished(() => db.destroy());
    return kyselyStorage({ db, dialect: "sqlite" });
  };
  const file = join(folder, "callboard.sqlite");
  const writable = at(file);
  await writable.migrate();
  await openOffice(writable).furnish(["ada"]);
  const { callboard } = openOffice(at(`file:${file}?mode=ro`));
  const request = { template: "order", context: { order: "SO-1" }, userIds: ["ada"] } as const;
  expect(await faultOf(callboard.queueNotificationsToUsers(request))).toBe("read-only");
  expect(await faultOf(callboard.start())).toBe("read-only");
  expect(await callboard.contacts.get(["ada"])).toHaveLength(1);
  expect(await openOffice(writable).notifications()).toEqual([]);
});

test.each([sqlite, ...servers])(
  "on $name that was never migrated, a call and start() reject as not-migrated, and say what to run",
  async ({ dialect, open }) => {
    const { db, close } = await open();
    onTestFinished(close);
    const storage = kyselyStorage({ db, dialect });
    const { callboard } = openOffice(storage);
    const request = { template: "order", context: { order: "SO-1" }, userIds: ["ada"] } as const;
    for (const call of [
      () => callboard.queueNotificationsToUsers(request),
      () => callboard.contacts.save([{ userId: "ada" }]),
      () => callboard.start(),
    ]) {
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StorageError);
      expect(error).toMatchObject({
        fault: "not-migrated",
        message: expect.stringContaining("Run `await storage.migrate()` at deploy"),
      });
    }
    await storage.migrate();
    await callboard.contacts.save([{ userId: "ada", addresses: { chat: "ada@chat" } }]);
    await callboard.start();
    onTestFinished(() => callboard.stop());
    expect((await callboard.queueNotificationsToUsers(request)).queued).toHaveLength(1);
  },
);
