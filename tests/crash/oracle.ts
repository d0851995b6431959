import type { Attempt, Notification } from "@callboard/core";
import type { Acknowledged } from "./host.ts";
import type { LedgerEntry } from "./ledger.ts";

/** The logs of an experiment that is over. */
export interface Evidence {
  /** What the host's calls committed: ids of notifications. */
  readonly intents: readonly string[];
  readonly rows: readonly Notification[];
  readonly attempts: readonly Attempt[];
  /** What the provider has had. */
  readonly ledger: readonly LedgerEntry[];
  /** Receipts that the host answered for. */
  readonly acknowledged: readonly Acknowledged[];
  /** Notifications whose lease had been over for more than two sweeps when somebody looked. */
  readonly overdue: readonly string[];
  readonly receipts: boolean;
}

/** Notifications and attempts, by what is the matter with them; the invariants of an experiment. */
export interface Verdict {
  /** I1: committed, and gone; or called sent, and the provider never had it. */
  readonly lost: readonly string[];
  /** I2: the provider had what nobody committed. */
  readonly ghosts: readonly string[];
  /** I3: sent again, though a receipt, an answer or the attempt could have told that it had been. */
  readonly toldTwice: readonly string[];
  /** Of those: sent again before the receipt of the first one was there. */
  readonly toldTwiceBeforeReceipt: readonly string[];
  /** Sent again after an attempt of which nobody could know: its worker or its answer was lost, and no receipts come. */
  readonly toldTwiceUnavoidably: readonly string[];
  /** I4: without an end, or under a dead worker's lease for more than two sweeps. */
  readonly stuck: readonly string[];
  /** I5: weaker than what was known before. */
  readonly regressed: readonly string[];
  /** I6: attempts and requests that do not match. */
  readonly mismatched: readonly string[];
  /** Given up. */
  readonly failed: readonly string[];
  /** Kept for a person to decide. */
  readonly held: readonly string[];
  /** Requests that the provider accepted beyond the first of each notification. */
  readonly extraSends: number;
}

const strength: Readonly<Record<string, number>> = { sent: 1, delivered: 2, read: 3 };

/** Joins what the host, the provider, the receipts and the store say. */
export function judge(evidence: Evidence): Verdict {
  const { intents, rows, overdue } = evidence;
  const known = new Set(rows.map(({ id }) => id));
  const committed = new Set(intents);
  const sends = sendsByNotification(evidence);
  const isSent = ({ status }: Notification) => status in strength;
  const isHeld = ({ status, onUncertain }: Notification) => status === "uncertain" && onUncertain === "hold";
  const isEnd = (row: Notification) => isSent(row) || row.status === "failed" || isHeld(row);
  const told = rows.filter(({ id }) => (sends.get(id)?.length ?? 0) > 1);
  const [unavoidable, avoidable] = split(told, ({ id }) => isUnavoidable(sends.get(id) ?? [], evidence));
  return {
    lost: [
      ...intents.filter((id) => !known.has(id)),
      ...ids(rows.filter((row) => isSent(row) && !sends.has(row.id))),
    ],
    ghosts: [
      ...ids(rows).filter((id) => !committed.has(id)),
      ...[...sends.keys()].filter((id) => !known.has(id)),
    ],
    toldTwice: ids(avoidable),
    toldTwiceBeforeReceipt: ids(avoidable.filter(({ id }) => isBeforeReceipt(sends.get(id) ?? [], evidence))),
    toldTwiceUnavoidably: ids(unavoidable),
    stuck: [...new Set([...ids(rows.filter((row) => !isEnd(row))), ...overdue])],
    regressed: regressed(evidence),
    mismatched: mismatched(evidence),
    failed: ids(rows.filter(({ status }) => status === "failed")),
    held: ids(rows.filter(isHeld)),
    extraSends: [...sends.values()].reduce((sum, { length }) => sum + length - 1, 0),
  };
}

/** Accepted requests of each notification, in their order. One without an attempt's row is nobody's. */
function sendsByNotification({ ledger, attempts, rows }: Evidence): Map<string, LedgerEntry[]> {
  const owners = new Map(attempts.map(({ id, notificationId }) => [id, notificationId]));
  const people = new Map(rows.map(({ address, id }) => [address, id]));
  const sends = new Map<string, LedgerEntry[]>();
  for (const entry of ledger.filter(({ messageId }) => messageId !== null)) {
    // By the person it went to, where the attempt was not written: it has been told all the same.
    const id = owners.get(entry.attemptId ?? "") ?? people.get(entry.to) ?? `nobody's, to ${entry.to}`;
    sends.set(id, [...(sends.get(id) ?? []), entry]);
  }
  return sends;
}

/** Nobody could know of any send but the last: no receipts, and the attempt has no answer. */
function isUnavoidable(sends: readonly LedgerEntry[], { attempts, receipts }: Evidence): boolean {
  if (receipts) return false;
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  return sends.slice(0, -1).every(({ attemptId }) => {
    const attempt = byId.get(attemptId ?? "");
    return attempt !== undefined && (attempt.outcome === null || attempt.outcome === "uncertain");
  });
}

/** The receipt of the first send came after the second one had left, or never. */
function isBeforeReceipt([first, second]: readonly LedgerEntry[], { acknowledged }: Evidence): boolean {
  const receipt = acknowledged.find(({ messageId }) => messageId === first?.messageId);
  return receipt === undefined || receipt.at > (second?.at ?? 0);
}

function regressed({ rows, attempts, acknowledged, ledger }: Evidence): string[] {
  const attemptOf = new Map(ledger.map(({ messageId, attemptId }) => [messageId, attemptId]));
  const ownerOf = new Map(attempts.map(({ id, notificationId }) => [id, notificationId]));
  const least = new Map<string, number>();
  for (const { messageId, status } of acknowledged) {
    const owner = ownerOf.get(attemptOf.get(messageId) ?? "");
    if (owner) least.set(owner, Math.max(least.get(owner) ?? 0, strength[status] ?? 0));
  }
  return ids(
    rows.filter(({ id, status, sentAt, deliveredAt, readAt }) => {
      const stamped = readAt ? 3 : deliveredAt ? 2 : sentAt ? 1 : 0;
      return (strength[status] ?? 0) < Math.max(stamped, least.get(id) ?? 0);
    }),
  );
}

function mismatched({ attempts, ledger }: Evidence): string[] {
  const written = new Set(attempts.map(({ id }) => id));
  const accepted = ledger.filter(({ messageId }) => messageId !== null);
  const requested = new Set(accepted.map(({ attemptId }) => attemptId));
  const says = (outcome: string) => attempts.filter((attempt) => attempt.outcome === outcome);
  return [
    ...ledger
      .filter(({ attemptId }) => attemptId === null || !written.has(attemptId))
      .map(({ attemptId }) => `request without an attempt ${attemptId}`),
    ...Array<string>(accepted.length - requested.size).fill("two requests of one attempt"),
    ...says("accepted")
      .filter(({ id }) => !requested.has(id))
      .map(({ id }) => `accepted attempt without a request ${id}`),
    ...says("retry")
      .filter(({ id }) => requested.has(id))
      .map(({ id }) => `attempt that did not reach the provider, which accepted it ${id}`),
  ];
}

function ids(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

function split<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
