import type { Attempt, Notification } from "@callboard/core";
import type { Firm } from "./firm.ts";
import { tally } from "./office.ts";

/** What the provider's ledger and the rows say about each other in the end. */
export interface Audit {
  /** Rows that did not end as sent, by status. */
  readonly unsent: Readonly<Record<string, number>>;
  /** Rows that say a provider took them, though its ledger does not. */
  readonly unfounded: number;
  /** Messages whose attempt no row knows. */
  readonly ghosts: number;
  /** Messages beyond the first of a row. */
  readonly repeated: number;
  /** Those of them that no attempt of unknown outcome explains. */
  readonly unexplained: number;
  /**
   * Messages that arrived more than a lease after their attempt was started: their worker held the row no longer, since
   * whoever renews it would have sent long before.
   */
  readonly late: number;
  /** How often a worker died or froze while it held a row. */
  readonly crashes: number;
}

const told = ["sent", "delivered", "read"];

/** Holds the provider's ledger against the rows. */
export async function audit(firm: Firm): Promise<Audit> {
  const rows = await firm.notifications();
  const attempts = await attemptsOf(firm, rows);
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const messages = firm.simulator.messages().map(({ callbackData, acceptedAt }) => ({
    attempt: byId.get(callbackData?.replace("cb1:", "") ?? ""),
    acceptedAt,
  }));
  const sends = tally(messages.flatMap(({ attempt }) => attempt?.notificationId ?? []));
  const repeated = rows
    .map(({ id, crashes, uncertainties }) => ({
      times: (sends[id] ?? 0) - 1,
      excused: crashes + uncertainties,
    }))
    .filter(({ times }) => times > 0);
  const { leaseMs = 0 } = firm.settings.dispatch;
  return {
    unsent: tally(rows.map(({ status }) => status).filter((status) => !told.includes(status))),
    unfounded: rows.filter(({ id, status }) => told.includes(status) && !sends[id]).length,
    ghosts: messages.filter(({ attempt }) => !attempt).length,
    repeated: repeated.reduce((sum, { times }) => sum + times, 0),
    unexplained: repeated.reduce((sum, { times, excused }) => sum + Math.max(0, times - excused), 0),
    late: messages.filter(
      ({ attempt, acceptedAt }) => attempt && acceptedAt.getTime() - attempt.startedAt.getTime() > leaseMs,
    ).length,
    crashes: rows.reduce((sum, { crashes }) => sum + crashes, 0),
  };
}

/** The attempts of these rows, in the order of the rows. */
export async function attemptsOf({ storage }: Firm, rows: readonly Notification[]): Promise<Attempt[]> {
  const found: Attempt[] = [];
  for (let start = 0; start < rows.length; start += 500) {
    const ids = rows.slice(start, start + 500).map(({ id }) => id);
    found.push(...(await storage.notifications.attemptsOf(ids)));
  }
  return found;
}
