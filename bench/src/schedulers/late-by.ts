import { setTimeout } from "node:timers/promises";
import { context, people, templateName } from "../workload.ts";
import type { Side } from "./open-side.ts";
import type { Provider } from "./provider.ts";
import { nowMs } from "./wall-clock.ts";

/** How a message is queued: by a call of its own, in the host's transaction, and for a time to come. */
export const kinds = ["at once", "in your transaction", "at a time to come"] as const;
export type Kind = (typeof kinds)[number];

export interface Asking {
  readonly host: Side;
  readonly provider: Provider;
  /** Of each kind. */
  readonly samples: number;
  /** Waits for each message; otherwise a ring for one would find those before it. */
  readonly oneByOne: boolean;
}

/** So long at most until the next message, in ms: longer than any engine's beat, so that all its moments are met. */
const longestPauseMs = 600;
const aheadMs = 700;

/** Queues messages one by one, and tells by how much each was late, in ms. */
export async function lateBy(asking: Asking): Promise<Record<Kind, readonly number[]>> {
  const { provider, samples, oneByOne } = asking;
  await provider.begin({ latencyMs: 0 });
  const asked: { readonly kind: Kind; readonly to: string; readonly dueAt: number }[] = [];
  for (const { userId, address: to } of people(kinds.length * samples)) {
    const kind = kinds[asked.length % kinds.length] ?? "at once";
    asked.push({ kind, to, dueAt: await ask[kind](asking.host, userId) });
    if (oneByOne) await provider.told(asked.length);
    await setTimeout(Math.random() * longestPauseMs);
  }
  await provider.told(asked.length);
  const toldAt = new Map((await provider.ledger()).map(({ to, at }) => [to, at]));
  const late = (wanted: Kind) =>
    asked.flatMap(({ kind, to, dueAt }) => (kind === wanted ? (toldAt.get(to) ?? Number.NaN) - dueAt : []));
  return {
    "at once": late("at once"),
    "in your transaction": late("in your transaction"),
    "at a time to come": late("at a time to come"),
  };
}

/** Returns when the message should have left, in ms since 1970: by the commit, which is seen from right before it. */
const ask: Record<Kind, (host: Side, userId: string) => Promise<number>> = {
  async "at once"({ callboard }, userId) {
    const calledAt = nowMs();
    await callboard.queueNotificationsToUsers({ template: templateName, context, userIds: [userId] });
    return calledAt;
  },
  async "in your transaction"({ callboard, store }, userId) {
    return store.db.transaction().execute(async (transaction) => {
      const request = { template: templateName, context, userIds: [userId] } as const;
      await callboard.queueNotificationsToUsers(request, { transaction });
      return nowMs();
    });
  },
  async "at a time to come"({ callboard }, userId) {
    const at = new Date(Date.now() + aheadMs);
    await callboard.queueNotificationsToUsers({ template: templateName, context, userIds: [userId], at });
    return at.getTime();
  },
};
