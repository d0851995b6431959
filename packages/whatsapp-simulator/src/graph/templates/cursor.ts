import { GraphError } from "../graph-error.js";

/** The opaque text that stands for a place in the list. `generation` makes those of an earlier one stale. */
export function writeCursor(templateId: string, generation: number): string {
  return Buffer.from(`${generation}:${templateId}`, "latin1").toString("base64url");
}

/**
 * The template that a cursor stands at.
 *
 * @throws {GraphError} 131059: it is of an earlier generation, or no cursor at all.
 */
export function readCursor(cursor: string, generation: number): string {
  const [, found, templateId] =
    /^(\d+):(\d+)$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (templateId === undefined || Number(found) !== generation) throw staleCursor();
  return templateId;
}

/** @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
export function staleCursor(): GraphError {
  return new GraphError(131059, { details: "The cursor is no longer valid. Start again without a cursor." });
}
