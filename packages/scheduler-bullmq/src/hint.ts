/** What a job in Redis says. Other versions of this package read it while a deployment rolls. */
export interface Hint {
  readonly v: 1;
  /** Rows that are due. */
  readonly ids: readonly string[];
}

/** None are named by a hint that cannot be read: it says that something may be due, and the store knows what. */
export function idsOf(data: unknown): readonly string[] {
  if (typeof data !== "object" || data === null || !("v" in data) || data.v !== 1 || !("ids" in data))
    return [];
  const { ids } = data;
  return Array.isArray(ids) && ids.every((id) => typeof id === "string") ? ids : [];
}
