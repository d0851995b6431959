import { setImmediate as nextTurn } from "node:timers/promises";

/** So many ids at a time, so that no statement is too large and no row is held for long. */
export const pageSize = 1_000;

/** Each id once, page by page, with room for other work in between. */
export async function* pagesOf(ids: readonly string[]): AsyncGenerator<readonly string[]> {
  const distinct = [...new Set(ids)];
  for (let start = 0; start < distinct.length; start += pageSize) {
    if (start > 0) await nextTurn();
    yield distinct.slice(start, start + pageSize);
  }
}
