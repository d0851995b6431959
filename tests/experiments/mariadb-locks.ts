import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { type Kysely, type LogEvent, sql } from "kysely";
import { administrate } from "./databases.ts";
import { faultOf, type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface LockOptions {
  readonly database: TestDatabase;
  /** How often each call gets into somebody's way. */
  readonly rounds: number;
}

export interface LockCounts {
  readonly calls: number;
  /** What the database refused our statements with, by its number: 1213 is a deadlock, 1205 a wait that was too long. */
  readonly refused: Readonly<Record<string, number>>;
  /** What reached the callers. */
  readonly surfaced: readonly string[];
  /** How often the other side was undone instead of us. */
  readonly rivalsUndone: number;
}

/** Somebody else, with a transaction of their own, which holds what our call wants. */
interface Rival {
  readonly office: Office;
  // biome-ignore lint/suspicious/noExplicitAny: the host's tables are its own business.
  readonly transaction: Kysely<any>;
}

interface Collision {
  /** Takes the first lock, then what `second` holds. */
  readonly call: (office: Office, name: string) => Promise<unknown>;
  readonly first: (rival: Rival, name: string) => Promise<unknown>;
  /** Takes what our call holds by now. */
  readonly second: (rival: Rival, name: string) => Promise<unknown>;
}

const lockContact = ({ transaction }: Rival, userId: string) =>
  sql`update callboard_contacts set active = active where user_id = ${userId}`.execute(transaction);

const queue = ({ callboard }: Office, name: string, userIds: readonly string[], transaction?: never) =>
  callboard.queueNotificationsToUsers(
    { template: "order", context: { order: name }, userIds, idempotencyKey: name },
    { transaction },
  );

/** Calls of ours that lock two things, one after the other. */
const collisions: Readonly<Record<string, Collision>> = {
  saveContacts: {
    call: ({ callboard }, name) =>
      callboard.contacts.save([{ userId: `${name}-a` }, { userId: `${name}-b` }]),
    first: (rival, name) => lockContact(rival, `${name}-b`),
    second: (rival, name) => lockContact(rival, `${name}-a`),
  },
  queue: {
    call: (office, name) => queue(office, name, [`${name}-a`, `${name}-b`]),
    first: ({ office, transaction }, name) => queue(office, name, [`${name}-b`], transaction as never),
    second: ({ office, transaction }, name) => queue(office, name, [`${name}-a`], transaction as never),
  },
  addMembers: {
    call: ({ callboard }, name) => callboard.groups.addMembers(name, [`${name}-a`]),
    first: ({ transaction }, name) =>
      sql`insert into callboard_group_members (group_id, user_id)
        select id, ${`${name}-a`} from callboard_groups where name = ${name}`.execute(transaction),
    second: ({ transaction }, name) =>
      sql`update callboard_groups set created_at = created_at where name = ${name}`.execute(transaction),
  },
  forgetUser: {
    call: ({ callboard }, name) => callboard.forgetUser(`${name}-a`),
    first: (rival, name) => lockContact(rival, `${name}-a`),
    second: ({ transaction }, name) =>
      sql`update callboard_notifications set attempts = attempts where user_id = ${`${name}-a`}`.execute(
        transaction,
      ),
  },
};

/** R17: each call holds what somebody wants who holds what the call wants, and is the one that is undone. */
export async function deadlocks({ database, rounds }: LockOptions): Promise<LockCounts> {
  const stage = await openStage(database, []);
  const surfaced: string[] = [];
  let [calls, rivalsUndone] = [0, 0];
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [kind, { call, first, second }] of Object.entries(collisions)) {
        const name = `${kind}-${round}`;
        await stage.prepare(name);
        const rival = await stage.rival();
        await first(rival, name);
        const ours = faultOf(call(stage.office, name));
        await until("the call waits", async () => (await stage.administrator.waiting()) === 1);
        const undone = await faultOf(second(rival, name));
        await (undone === null ? rival.commit() : rival.rollback());
        const fault = await ours;
        calls += 1;
        if (undone !== null) rivalsUndone += 1;
        if (fault !== null) surfaced.push(`${kind}: ${fault}`);
      }
    }
    return { calls, refused: tally(stage.refused), surfaced, rivalsUndone };
  } finally {
    await stage.close();
  }
}

/** R17: what each call wants is held for longer than it may wait. */
export async function lockWaits({ database, rounds }: LockOptions): Promise<LockCounts> {
  const stage = await openStage(database, ["set session innodb_lock_wait_timeout = 1"]);
  const surfaced: string[] = [];
  let calls = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const kinds = Object.entries(collisions);
      for (const [kind] of kinds) await stage.prepare(`${kind}-${round}`);
      const inVain = () => stage.refused.filter((errno) => errno === "1205").length;
      const before = inVain();
      const pending = kinds.map(async ([kind, { call, first }]) => {
        const name = `${kind}-${round}`;
        const rival = await stage.rival();
        await first(rival, name);
        const ours = faultOf(call(stage.office, name));
        await until("each call has waited in vain", () => inVain() >= before + kinds.length);
        await rival.commit();
        const fault = await ours;
        if (fault !== null) surfaced.push(`${kind}: ${fault}`);
      });
      await Promise.all(pending);
      calls += kinds.length;
    }
    return { calls, refused: tally(stage.refused), surfaced, rivalsUndone: 0 };
  } finally {
    await stage.close();
  }
}

async function openStage(database: TestDatabase, session: readonly string[]) {
  const refused: string[] = [];
  const log = (event: LogEvent) => {
    if (event.level === "error") refused.push(String(Object(event.error).errno));
  };
  const { db, url, close } = await database.open({ log, session: () => session });
  const storage = kyselyStorage({ db, dialect: "mysql" });
  await storage.migrate();
  await sql`create table ballast (id int primary key auto_increment)`.execute(db);
  const office = openOffice(storage);
  await office.callboard.templates.load();
  const others = connect(url, { connections: 10 }).db;
  const otherOffice = openOffice(kyselyStorage({ db: others, dialect: "mysql" }));
  const administrator = administrate(url);
  return {
    office,
    administrator,
    refused,
    /** Two people, one of whom was told something, and a group, all of this name. */
    async prepare(name: string): Promise<void> {
      const userIds = [`${name}-a`, `${name}-b`];
      await office.callboard.contacts.save(
        userIds.map((userId) => ({ userId, addresses: { chat: userId } })),
      );
      await office.callboard.groups.ensure([name]);
      await queue(office, `${name}-before`, [`${name}-a`]);
    },
    async rival() {
      // As calls of ours; the default would lock the gaps between rows, so that our call got no lock at all.
      const transaction = await others.startTransaction().setIsolationLevel("read committed").execute();
      // Of two that wait for each other, the one that has written less is undone.
      const rows = Array.from({ length: 50 }, () => sql`(default)`);
      await sql`insert into ballast values ${sql.join(rows)}`.execute(transaction);
      return {
        office: otherOffice,
        transaction,
        commit: () => transaction.commit().execute(),
        rollback: () => transaction.rollback().execute(),
      };
    },
    async close() {
      await administrator.close();
      await others.destroy();
      await close();
    },
  };
}
