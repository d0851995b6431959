import type { Notification } from "@callboard/core";
import Table from "cli-table3";
import type { Told } from "./a-day-at-the-shop.ts";
import { staff } from "./company.ts";

/** One line per row, without colours, so that it reads the same in a terminal, a file and a log. */
const plain = { style: { head: [], border: [], compact: true } };

const names = new Map(staff.map(({ userId, name }) => [userId, name]));

/** Who was told what, and how far it came. */
export function toldTable(notifications: readonly Notification[], shown: number): string {
  const table = new Table({
    head: ["Person", "Told by template", "Through", "Status", "Sent", "Delivered", "Read"],
    ...plain,
  });
  for (const one of notifications.slice(0, shown)) {
    table.push([
      names.get(one.userId) ?? one.userId,
      one.template,
      one.groupNames.join(", ") || "by name",
      one.failure ? `${one.status}: ${one.failure.message} ${one.failure.hint}` : one.status,
      timeOf(one.sentAt),
      timeOf(one.deliveredAt),
      timeOf(one.readAt),
    ]);
  }
  const more = notifications.length - shown;
  return more > 0 ? `${table.toString()}\n… and ${more} more` : table.toString();
}

/** Who was not told, and what to do about it. */
export function skippedTable(told: readonly Told[]): string {
  const table = new Table({ head: ["Not told", "Of", "Why", "What to do"], ...plain });
  for (const { event, result } of told) {
    for (const { userId, reason, hint } of result.skipped) {
      if (reason !== "duplicate") table.push([names.get(userId) ?? userId, event, reason, hint]);
    }
  }
  return table.toString();
}

/** To the second: providers report no finer. */
function timeOf(date: Date | null): string {
  return date === null ? "–" : date.toISOString().slice(11, 19);
}
