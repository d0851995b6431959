import type { Fields } from "../narrow.js";

/** A header's picture, film or file as a message carries it. */
export function mediaParameter({ type, link, id, filename }: Fields): object {
  const source = link === undefined ? { id } : { link };
  return { type, [String(type)]: { ...source, ...(filename !== undefined && { filename }) } };
}
