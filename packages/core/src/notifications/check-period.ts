import type { Period } from "../ports/notification-store.js";
import { refuse } from "./refuse.js";

/** @throws {InvalidOptionsError} A time is no valid Date, or the period is empty. */
export function checkPeriod(call: string, { from, until }: Partial<Period>): void {
  checkDate(call, "from", from);
  checkDate(call, "until", until);
  if (from !== undefined && until !== undefined && from >= until) {
    refuse(call, "until", "must be later than from, or nothing lies between them.");
  }
}

function checkDate(call: string, option: string, date: Date | undefined): void {
  if (date === undefined) return;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) refuse(call, option, "must be a valid Date.");
}
