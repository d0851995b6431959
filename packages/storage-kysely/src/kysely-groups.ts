import { randomUUID } from "node:crypto";
import { type GroupStore, type MembersRequest, UnknownGroupError } from "@callboard/core/adapter";
import { type Kysely, sql } from "kysely";
import { chunks } from "./codec.js";
import type { Database, HostTransaction } from "./database.js";
import type { Tables } from "./schema.js";

/** Two parameters a member. */
const membersPerStatement = 1_000;

export function kyselyGroups(database: Database): GroupStore<HostTransaction> {
  const { tables } = database;
  return {
    ensure: (names, options = {}) => ensure(database, names, database.on(options)),
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
  };
}

async function ensure(
  { tables, sql: dialect }: Database,
  names: readonly string[],
  executor: Kysely<Tables>,
): Promise<string[]> {
  if (names.length === 0) return [];
  const created = await executor
    .insertInto(tables.groups)
    .values(names.map((name) => ({ id: randomUUID(), name, created_at: dialect.now() })))
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returning("name")
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
  { tables }: Database,
  executor: Kysely<Tables>,
  groupName: string,
  userIds: readonly string[],
): Promise<number> {
  const groupId = await idOf(tables, executor, groupName);
  let added = 0;
  for (const chunk of chunks(userIds, membersPerStatement)) {
    const { numInsertedOrUpdatedRows = 0n } = await executor
      .insertInto(tables.groupMembers)
      .values(chunk.map((userId) => ({ group_id: groupId, user_id: userId })))
      .onConflict((conflict) => conflict.columns(["group_id", "user_id"]).doNothing())
      .executeTakeFirstOrThrow();
    added += Number(numInsertedOrUpdatedRows);
  }
  return added;
}

async function removeMembers(
  { tables }: Database,
  executor: Kysely<Tables>,
  groupName: string,
  userIds: readonly string[],
): Promise<number> {
  const groupId = await idOf(tables, executor, groupName);
  let removed = 0;
  for (const chunk of chunks(userIds, membersPerStatement)) {
    const { numDeletedRows } = await executor
      .deleteFrom(tables.groupMembers)
      .where("group_id", "=", groupId)
      .where("user_id", "in", chunk)
      .executeTakeFirstOrThrow();
    removed += Number(numDeletedRows);
  }
  return removed;
}

async function idOf(tables: Database["tables"], executor: Kysely<Tables>, name: string): Promise<string> {
  const row = await executor
    .selectFrom(tables.groups)
    .select("id")
    .where("name", "=", name)
    .executeTakeFirst();
  if (!row) throw new UnknownGroupError([name]);
  return row.id;
}

async function members(
  { tables }: Database,
  executor: Kysely<Tables>,
  { groupNames, afterUserId, limit }: MembersRequest,
) {
  if (groupNames.length === 0) return [];
  const named = sql`g.name in (${sql.join([...new Set(groupNames)])})`;
  const membership = sql`${sql.table(tables.groupMembers)} as m join ${sql.table(tables.groups)} as g on g.id = m.group_id`;
  const { rows } = await sql<{ user_id: string; name: string }>`
    select page.user_id, g.name
    from (select distinct m.user_id from ${membership}
          where ${named} and m.user_id > ${afterUserId ?? ""} order by m.user_id limit ${limit}) as page
    join ${sql.table(tables.groupMembers)} as m on m.user_id = page.user_id
    join ${sql.table(tables.groups)} as g on g.id = m.group_id
    where ${named}
    order by page.user_id, g.name`.execute(executor);
  const namesOf = new Map<string, string[]>();
  for (const { user_id: userId, name } of rows) namesOf.set(userId, [...(namesOf.get(userId) ?? []), name]);
  return [...namesOf].map(([userId, names]) => ({ userId, groupNames: names }));
}
