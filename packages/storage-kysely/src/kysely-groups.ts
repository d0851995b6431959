import { randomUUID } from "node:crypto";
import {
  type GroupMember,
  type GroupStore,
  type MembersRequest,
  UnknownGroupError,
} from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "./codec.js";
import type { Database, HostTransaction } from "./database.js";
import { insertRows } from "./insert-rows.js";
import type { Tables } from "./schema.js";
import { timeOf } from "./time-of.js";

const membersPerStatement = 1_000;

export function kyselyGroups(database: Database): GroupStore<HostTransaction> {
  const { tables } = database;
  return {
    ensure: (names, options = {}) =>
      database.within(options, (executor) => ensure(database, executor, names)),
    list: () => list(database),
    async known(names, options) {
      if (names.length === 0) return [];
      const rows = await database
        .on(options)
        .selectFrom(tables.groups)
        .select("name")
        .where("name", "in", names)
        .execute();
      return rows.map(({ name }) => name);
    },
    addMembers: (name, userIds, options = {}) =>
      database.within(options, (executor) => addMembers(database, executor, name, userIds)),
    removeMembers: (name, userIds, options = {}) =>
      database.within(options, (executor) => removeMembers(database, executor, name, userIds)),
    members: (request, options) => members(database, database.on(options), request),
    forget: (userId, options) => forget(database, database.on(options), userId),
  };
}

/** Read back by the ids that were drawn here: those are the ones that this call created, however many raced. */
async function ensure(
  database: Database,
  executor: Kysely<Tables>,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const { tables, sql: dialect } = database;
  const createdAt = await timeOf(database, executor);
  const fresh = names.toSorted().map((name) => ({ id: randomUUID(), name }));
  await insertRows(database, executor, {
    table: tables.groups,
    columns: {
      id: ["text", ({ id }) => id],
      name: ["text", ({ name }) => name],
      created_at: ["integer", () => createdAt],
    },
    items: fresh,
    whenTaken: dialect.skipTaken(tables.groups, ["name"]),
  });
  const created = await executor
    .selectFrom(tables.groups)
    .select("name")
    .where(
      "id",
      "in",
      fresh.map(({ id }) => id),
    )
    .execute();
  return created.map(({ name }) => name);
}

async function list(database: Database) {
  const { groups, groupMembers } = database.tables;
  const { rows } = await sql<{ name: string; member_count: number | string }>`
    select name, count(user_id) as member_count
    from ${sql.table(groups)} as g left join ${sql.table(groupMembers)} as m on m.group_id = g.id
    group by g.id, name order by name`.execute(database.on());
  return rows.map(({ name, member_count: count }) => ({ name, memberCount: Number(count) }));
}

async function addMembers(
  database: Database,
  executor: Kysely<Tables>,
  groupName: string,
  userIds: readonly string[],
): Promise<number> {
  const { tables, sql: dialect } = database;
  const groupId = await lockedIdOf(database, executor, groupName);
  let added = 0;
  for (const chunk of chunks(userIds, membersPerStatement)) {
    const known = await executor
      .selectFrom(tables.groupMembers)
      .select("user_id")
      .where("group_id", "=", groupId)
      .where("user_id", "in", chunk)
      .execute();
    const members = new Set(known.map(({ user_id: userId }) => userId));
    const missing = chunk.filter((userId) => !members.has(userId));
    await insertRows(database, executor, {
      table: tables.groupMembers,
      columns: { user_id: ["text", (userId) => userId], group_id: ["text", () => groupId] },
      items: missing,
      whenTaken: dialect.skipTaken(tables.groupMembers, ["group_id", "user_id"]),
    });
    added += missing.length;
  }
  return added;
}

async function removeMembers(
  database: Database,
  executor: Kysely<Tables>,
  groupName: string,
  userIds: readonly string[],
): Promise<number> {
  const groupId = await lockedIdOf(database, executor, groupName);
  let removed = 0;
  for (const chunk of chunks(userIds, membersPerStatement)) {
    const { numDeletedRows } = await executor
      .deleteFrom(database.tables.groupMembers)
      .where("group_id", "=", groupId)
      .where("user_id", "in", chunk)
      .executeTakeFirstOrThrow();
    removed += Number(numDeletedRows);
  }
  return removed;
}

/** Changes of one group's members wait for each other, so that each can say how many came and went. */
async function lockedIdOf(
  { tables, sql: dialect }: Database,
  executor: Kysely<Tables>,
  name: string,
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(tables.groups)} where name = ${name} ${dialect.forUpdate}`.execute(executor);
  const [group] = rows;
  if (!group) throw new UnknownGroupError([name]);
  return group.id;
}

async function forget({ tables }: Database, executor: Kysely<Tables>, userId: string): Promise<number> {
  const { numDeletedRows } = await executor
    .deleteFrom(tables.groupMembers)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/**
 * Each group is read by its index up to the limit: whoever is among the first people of all groups is among the first
 * of each that they are in.
 */
async function members(
  { tables }: Database,
  executor: Kysely<Tables>,
  { groupNames, afterUserId, limit }: MembersRequest,
): Promise<GroupMember[]> {
  const names = [...new Set(groupNames)];
  if (names.length === 0) return [];
  const lanes = names.map(
    (name, index) => sql`
      select * from (
        select user_id, ${sql.lit(index)} as lane from ${sql.table(tables.groupMembers)}
        where group_id = (select id from ${sql.table(tables.groups)} where name = ${name})
          and user_id > ${afterUserId ?? ""}
        order by user_id limit ${limit}) as ${sql.id(`lane_${index}`)}`,
  );
  const { rows } = await sql<{ user_id: string; lane: number | bigint }>`
    ${sql.join(lanes, sql` union all `)} order by user_id, lane`.execute(executor);
  const namesOf = new Map<string, string[]>();
  for (const { user_id: userId, lane } of rows) {
    const known = namesOf.get(userId);
    const name = names[Number(lane)] ?? "";
    if (known) known.push(name);
    else if (namesOf.size < limit) namesOf.set(userId, [name]);
    else break;
  }
  return [...namesOf].map(([userId, groups]) => ({ userId, groupNames: groups }));
}
