import { InvalidOptionsError } from "@callboard/core/adapter";
import { compareText } from "./compare-text.js";

/** A place in the walk through all rows. It outlives its row, which may be gone when the walk goes on. */
export interface RowPlace {
  readonly createdAt: Date;
  readonly id: string;
}

/** Oldest first. */
export function compareAge(a: RowPlace, b: RowPlace): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || compareText(a.id, b.id);
}

export function writeCursor({ createdAt, id }: RowPlace): string {
  return `${createdAt.getTime()}.${id}`;
}

/** @throws {InvalidOptionsError} It was not written by this storage. */
export function readCursor(verb: string, cursor: string): RowPlace {
  const [, createdAt, id] = /^(\d{1,16})\.(.+)$/s.exec(cursor) ?? [];
  if (createdAt === undefined || id === undefined) {
    throw new InvalidOptionsError(
      `notifications.${verb}({ after })`,
      "is not a cursor. Pass on `next` of the answer before, as it is.",
    );
  }
  return { createdAt: new Date(Number(createdAt)), id };
}
