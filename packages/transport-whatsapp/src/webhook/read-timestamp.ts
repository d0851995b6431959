/** The last second of the year 9999: what every database can hold. */
const latest = 253_402_300_799;

/** Seconds since 1970 as a time. Meta sends a string in messages, a number elsewhere; `null` for anything else. */
export function readTimestamp(value: unknown): Date | null {
  const seconds = typeof value === "string" && /^\d{1,12}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isInteger(seconds)) return null;
  return seconds > 0 && seconds <= latest ? new Date(seconds * 1000) : null;
}
