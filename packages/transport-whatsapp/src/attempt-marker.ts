const marker = "cb1:";
const marked = /^cb1:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/**
 * What Meta echoes in every status of a message, at most 512 characters. The marker tells ours from that of other
 * tools that send from the same number.
 */
export function markAttempt(attemptId: string): string {
  return marker + attemptId;
}

/** The attempt's id, or `null` when the echo is not ours. */
export function attemptIn(callbackData: unknown): string | null {
  return typeof callbackData === "string" ? (marked.exec(callbackData)?.[1] ?? null) : null;
}
