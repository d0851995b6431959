import { kyselyStorage } from "@callboard/storage-kysely";
import type { TestDatabase } from "@callboard/test-databases";
import { administrate, connectionOf } from "./databases.ts";
import { meeting } from "./meeting.ts";
import { faultOf, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface IdleOptions {
  readonly database: TestDatabase;
  /** How often all connections die of idleness. */
  readonly rounds: number;
}

export interface IdleCounts {
  /** Connections that died while nobody used them. */
  readonly died: number;
  /** What the first call after it, and the one after that, came to; `null`: it resolved. */
  readonly first: Readonly<Record<string, number>>;
  readonly second: Readonly<Record<string, number>>;
  /** Rows, of which each call that resolved has written one. */
  readonly rows: number;
}

/** R17: the server drops connections that nobody has used for a second, as production servers do after some hours. */
export async function idleConnections({ database, rounds }: IdleOptions): Promise<IdleCounts> {
  const connections = 4;
  const session = () => ["set session wait_timeout = 1"];
  const { db, url, close } = await database.open({ connections, session });
  const { dialect } = database;
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const office = openOffice(storage);
  await office.furnish(["ada"]);
  const administrator = administrate(url);
  const outcomes: Record<"first" | "second", string[]> = { first: [], second: [] };
  let died = 0;
  const call = async () =>
    String(
      await faultOf(
        office.callboard.queueNotificationsToUsers({
          ...{ template: "order", context: { order: "SO-1" }, userIds: ["ada"] },
        }),
      ),
    );
  try {
    for (let round = 0; round < rounds; round += 1) {
      // All of the pool at once, or one would do.
      const { arrive } = meeting(connections);
      const used = await Promise.all(
        Array.from({ length: connections }, () =>
          db.connection().execute(async (own) => {
            const id = await connectionOf(own, dialect);
            await arrive();
            return id;
          }),
        ),
      );
      await until("the server has dropped them", async () => {
        const alive = new Set(await administrator.connections());
        return used.every((id) => !alive.has(id));
      });
      died += used.length;
      outcomes.first.push(await call());
      outcomes.second.push(await call());
    }
    const rows = (await office.notifications()).length;
    return { died, first: tally(outcomes.first), second: tally(outcomes.second), rows };
  } finally {
    await administrator.close();
    await close();
  }
}
