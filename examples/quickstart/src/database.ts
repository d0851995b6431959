import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { nodeSqliteDialect } from "@callboard/storage-kysely/node-sqlite";
import { Kysely } from "kysely";

/** The shop's own tables live next to Callboard's, in one file. */
export interface ShopDatabase {
  orders: { number: string; customer: string };
}

export type Shop = Kysely<ShopDatabase>;

export async function openShop(file: string, { fresh }: { readonly fresh: boolean }): Promise<Shop> {
  mkdirSync(dirname(file), { recursive: true });
  if (fresh) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  const db: Shop = new Kysely<ShopDatabase>({ dialect: nodeSqliteDialect({ file }) });
  await db.schema
    .createTable("orders")
    .ifNotExists()
    .addColumn("number", "text", (column) => column.primaryKey())
    .addColumn("customer", "text", (column) => column.notNull())
    .execute();
  return db;
}
