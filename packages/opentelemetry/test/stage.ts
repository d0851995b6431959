import { createCallboard, defineTemplate } from "@callboard/core";
import type { Receipt, Storage, Telemetry } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, recordingLogger, type TestClock, testClock } from "@callboard/testing";
import { z } from "zod";

const context = z.object({ order: z.string() });

const templates = {
  order: defineTemplate({
    context,
    sample: { order: "SO-1" },
    body: "Order <%= it.order %>, <%= it.recipient.name %>.",
  }),
};

export interface StageOptions {
  readonly telemetry?: Telemetry;
  /** Tells this many people. @default 1 */
  readonly people?: number;
  readonly clock?: TestClock;
  readonly storage?: Storage;
}

/** A started Callboard with one channel, "chat", and people who can be told: "user-1", "user-2" and so on. */
export async function openStage({
  telemetry,
  people = 1,
  clock = testClock(),
  storage = memoryStorage({ clock }),
}: StageOptions = {}) {
  const transport = fakeTransport("chat", { clock });
  const logger = recordingLogger();
  const callboard = createCallboard({
    storage,
    scheduler: inProcessScheduler(),
    transports: [transport],
    templates,
    clock,
    logger,
    ...(telemetry && { telemetry }),
  });
  const userIds = Array.from({ length: people }, (_, index) => `user-${index + 1}`);
  await callboard.contacts.save(
    userIds.map((userId) => ({ userId, name: `Name of ${userId}`, addresses: { chat: `chat:${userId}` } })),
  );
  await callboard.start();
  await clock.advance(0);
  return {
    callboard,
    storage,
    transport,
    clock,
    logger,
    /** Queues one notification for everybody. */
    queue: (request: { readonly at?: Date; readonly userIds?: readonly string[] } = {}) =>
      callboard.queueNotificationsToUsers({
        template: "order",
        context: { order: "SO-1042" },
        userIds,
        ...request,
      }),
    /** Has the provider report about a message. */
    report: (...receipts: readonly Receipt[]) =>
      callboard.webhook("chat", transport.webhookRequest(...receipts)),
    async close() {
      const stopped = callboard.stop({ drainMs: 1 });
      await clock.advance(10_000);
      await stopped;
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
