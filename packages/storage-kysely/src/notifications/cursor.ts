import { InvalidOptionsError } from "@callboard/core/adapter";
import type { NotificationsTable } from "../schema.js";

/** The last row of a page. */
export interface Cursor {
  readonly createdAt: number;
  readonly id: string;
}

export function writeCursor({
  created_at: createdAt,
  id,
}: Pick<NotificationsTable, "created_at" | "id">): string {
  return `${Number(createdAt)}.${id}`;
}

/** @throws {InvalidOptionsError} It was not written by {@link writeCursor}. */
export function readCursor(path: string, cursor: string): Cursor {
  const [, createdAt, id] = /^(\d{1,16})\.(.{1,64})$/.exec(cursor) ?? [];
  if (createdAt === undefined || id === undefined)
    throw new InvalidOptionsError(path, "is not a cursor. Pass on `next` of the page before, as it is.");
  return { createdAt: Number(createdAt), id };
}
