/** Drivers give large integers as numbers or as text; both are exact here. */
export function toDate(ms: number | string | bigint | null): Date | null {
  return ms === null ? null : new Date(Number(ms));
}

export function toMs(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

/** In slices, because databases bound the number of parameters of a statement. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
