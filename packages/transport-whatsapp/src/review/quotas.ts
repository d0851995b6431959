import type { ChannelTemplate } from "@callboard/core/adapter";

const hour = 3_600_000;
const day = 24 * hour;

const editsPerMonth = 10;
const creationsPerHour = 100;
/** How long Meta keeps the name of an approved template that was deleted, in ms: 30 days. */
export const nameBlockedMs = 30 * day;
const monthMs = 30 * day;

/**
 * When an approved template may be edited again: once in 24 hours, and ten times in 30 days. `null`: now.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export function editableFrom(editedAt: readonly Date[], now: Date): Date | null {
  const recent = recentEdits(editedAt, now);
  const last = recent.at(-1);
  if (last === undefined) return null;
  const tenth = recent.at(-editsPerMonth);
  const from = Math.max(last.getTime() + day, tenth === undefined ? 0 : tenth.getTime() + monthMs);
  return from > now.getTime() ? new Date(from) : null;
}

/** Those of the last 30 days, oldest first. */
export function recentEdits(editedAt: readonly Date[], now: Date): readonly Date[] {
  const since = now.getTime() - monthMs;
  return editedAt.filter((at) => at.getTime() > since).toSorted((a, b) => a.getTime() - b.getTime());
}

/** How many templates may be created in this hour, as far as is known here, and when there will be room again. */
export interface CreationRoom {
  readonly left: number;
  readonly fullUntil: Date;
}

/** Whatever was handed in within the hour counts, because an edit cannot be told from a creation afterwards. */
export function creationRoom(known: readonly ChannelTemplate[], now: Date): CreationRoom {
  const since = now.getTime() - hour;
  const times = known.map(({ submittedAt }) => submittedAt.getTime()).filter((time) => time > since);
  const oldest = times.length > 0 ? Math.min(...times) : now.getTime();
  return { left: Math.max(0, creationsPerHour - times.length), fullUntil: new Date(oldest + hour) };
}
