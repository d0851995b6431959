/** Versions and the first day on which each is no longer served. Null: not announced yet. */
const ends: ReadonlyMap<string, number | null> = new Map([
  ["v20.0", Date.UTC(2026, 8, 24)],
  ["v21.0", Date.UTC(2027, 0, 21)],
  ["v22.0", Date.UTC(2027, 4, 20)],
  ["v23.0", Date.UTC(2027, 9, 8)],
  ["v24.0", Date.UTC(2028, 1, 18)],
  ["v25.0", Date.UTC(2028, 6, 29)],
  ["v26.0", null],
]);

/**
 * The version that answers a call to `asked`: a dead one, or none, is replaced by the oldest living one without a word.
 * Null for a version that Meta never released.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/versioning
 */
export function servedVersion(asked: string | null, at: Date): string | null {
  if (asked !== null && !isReleased(asked)) return null;
  if (asked !== null && isAlive(asked, at)) return asked;
  return [...ends.keys()].find((version) => isAlive(version, at)) ?? null;
}

/** Versions before the first one listed are long dead, but were released once. */
function isReleased(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  return ends.has(version) || (major >= 1 && major < 20 && minor < 13);
}

function isAlive(version: string, at: Date): boolean {
  const end = ends.get(version);
  return end === null || (end !== undefined && at.getTime() < end);
}

/** Whether a version is at least the one with this major number. */
export function isAtLeast(version: string, major: number): boolean {
  return Number.parseInt(version.slice(1), 10) >= major;
}
