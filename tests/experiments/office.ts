import { createCallboard, defineTemplate, type Notification } from "@callboard/core";
import { type Clock, type Scheduler, type Storage, StorageError, systemClock } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { type FakeTransport, fakeTransport, type RecordingLogger, recordingLogger } from "@callboard/testing";
import { z } from "zod";

/** What every office sends. */
export const officeTemplates = {
  order: defineTemplate({
    context: z.object({ order: z.string() }),
    sample: { order: "SO-1" },
    body: "Order <%= it.order %> awaits you.",
  }),
};

/** Sends that an office has under way at once, at most. */
export const concurrency = 20;

export interface OfficeOptions {
  /** How long a claim holds when nobody renews it. @default 2_000 */
  readonly leaseMs?: number;
  /** How often it looks for what nobody rang for. @default 100 */
  readonly sweepMs?: number;
  readonly logger?: RecordingLogger;
  /** @default one that rings in this process */
  readonly scheduler?: Scheduler;
  /** @default one that accepts every message */
  readonly transport?: FakeTransport<"chat">;
  /** @default the machine's own */
  readonly clock?: Clock;
}

/** On whatever storage. */
// biome-ignore lint/suspicious/noExplicitAny: what a transaction is does not matter to most experiments.
export type Office = ReturnType<typeof openOffice<any>>;

/** One process of a host: a Callboard on a storage, with a channel "chat" that keeps what it was asked to send. */
export function openOffice<Tx>(
  storage: Storage<Tx>,
  {
    leaseMs = 2_000,
    sweepMs = 100,
    logger = recordingLogger(),
    scheduler = inProcessScheduler(),
    transport = fakeTransport("chat"),
    clock = systemClock,
  }: OfficeOptions = {},
) {
  const callboard = createCallboard({
    storage,
    scheduler,
    transports: [transport],
    templates: officeTemplates,
    logger,
    clock,
    policy: { uncertainWaitMs: 200 },
    dispatch: {
      concurrency: 20,
      leaseMs,
      heartbeatMs: leaseMs / 4,
      sendTimeoutMs: leaseMs / 2,
      sweepMs,
    },
  });
  /** Loads the templates and makes people of these user ids. */
  const furnish = async (userIds: readonly string[]) => {
    await callboard.templates.load();
    await callboard.contacts.save(
      userIds.map((userId) => ({ userId, addresses: { chat: `${userId}@chat` } })),
    );
  };
  /** Every notification there is. */
  const notifications = async (): Promise<Notification[]> => {
    const found: Notification[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof callboard.notifications.page>> =
        await callboard.notifications.page({ limit: 1_000, ...(after !== null && { after }) });
      found.push(...page.notifications);
      after = page.next;
    } while (after !== null);
    return found;
  };
  /** Whether nothing waits, is being sent, or is uncertain. */
  const isIdle = async (): Promise<boolean> => {
    for (const status of ["pending", "sending", "uncertain"] as const) {
      const { notifications } = await callboard.notifications.page({ status, limit: 1 });
      if (notifications.length > 0) return false;
    }
    // A row may have moved from a status that was asked for later to one that was asked for before: one look at all.
    const { byStatus } = await callboard.notifications.stats({ from: new Date(0) });
    return !byStatus.pending && !byStatus.sending && !byStatus.uncertain;
  };
  return { callboard, transport, logger, furnish, notifications, isIdle };
}

/** The text by which the transport is asked to tell somebody of an order. */
export function textOf(order: string): string {
  return `Order ${order} awaits you.`;
}

/** What a call rejected with: a StorageError's fault, or the name of another error; `null` when it resolved. */
export async function faultOf(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (StorageError.is(error)) return error.fault;
    return error instanceof Error ? error.name : String(error);
  }
}

/** Counts how often each value is there. */
export function tally(values: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
