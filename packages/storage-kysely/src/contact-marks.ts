import type { InboundContact, UnreachableAddress } from "@callboard/core/adapter";
import { sql } from "kysely";
import type { Database } from "./database.js";
import { bareName } from "./table-names.js";

/** Whoever writes to us can be reached. Time only moves on: webhooks come late, doubled and out of order. */
export async function recordInbound(database: Database, inbound: readonly InboundContact[]): Promise<number> {
  if (inbound.length === 0) return 0;
  const latest = new Map<string, InboundContact>();
  for (const message of inbound) {
    const key = `${message.channel}:${message.address}`;
    const known = latest.get(key);
    if (!known || known.at < message.at) latest.set(key, message);
  }
  const { tables, sql: dialect } = database;
  const rows = dialect.jsonRows(
    [...latest.values()].map(({ channel, address, at }) => ({
      i_channel: channel,
      i_address: address,
      i_at: at.getTime(),
    })),
    { i_channel: "text", i_address: "text", i_at: "integer" },
  );
  const update = dialect.updateFrom({
    table: tables.contactAddresses,
    as: "c",
    rows,
    index: `${bareName(tables.contactAddresses)}_owner`,
    on: sql`c.channel = i_channel and c.address = i_address and (last_inbound_at is null or last_inbound_at < i_at)`,
    set: sql`last_inbound_at = i_at, unreachable_at = null, unreachable_reason = null`,
  });
  const { numAffectedRows = 0n } = await update.execute(database.on());
  return Number(numAffectedRows);
}

/** Notes that the provider cannot reach these addresses; returns how many are known. */
export async function markUnreachable(
  database: Database,
  addresses: readonly UnreachableAddress[],
): Promise<number> {
  if (addresses.length === 0) return 0;
  const { tables, sql: dialect } = database;
  const latest = new Map(addresses.map((one) => [`${one.channel}:${one.address}`, one]));
  const rows = dialect.jsonRows(
    [...latest.values()].map(({ channel, address, reason }) => ({
      u_channel: channel,
      u_address: address,
      u_reason: reason,
    })),
    { u_channel: "text", u_address: "text", u_reason: "text" },
  );
  const update = dialect.updateFrom({
    table: tables.contactAddresses,
    as: "c",
    rows,
    index: `${bareName(tables.contactAddresses)}_owner`,
    on: sql`c.channel = u_channel and c.address = u_address`,
    set: sql`unreachable_at = ${dialect.now()}, unreachable_reason = u_reason`,
  });
  const { numAffectedRows = 0n } = await update.execute(database.on());
  return Number(numAffectedRows);
}
