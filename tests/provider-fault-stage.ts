import { type Attempt, createCallboard, defineTemplate, type Notification } from "@callboard/core";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { recordingLogger } from "@callboard/testing";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import { z } from "zod";
import { simulatorAccount } from "./whatsapp-stage.js";

/** What a provider's fault has led to. */
export interface Aftermath {
  /** As it was when its fate was first told. */
  readonly notification: Notification;
  readonly attempts: readonly Attempt[];
  /** Pauses that a listener was told of. */
  readonly pauses: readonly { readonly template: string | null; readonly forMs: number }[];
  /** Lines in the log that somebody is woken by. */
  readonly alarms: number;
  /** Everything that was logged. */
  readonly log: string;
}

export type FaultStage = ReturnType<typeof openFaultStage>;

export interface FaultStageOptions {
  readonly transport: Partial<WhatsappTransportOptions>;
  readonly people?: number;
  readonly concurrency?: number;
  readonly uncertainWaitMs?: number;
}

/** Longer than any test: no row is tried again before it has been looked at. */
export const ownWaitMs = 3_600_000;
export const uncertainWaitMs = 600_000;

const templates = {
  order: defineTemplate({
    context: z.object({ order: z.string() }),
    sample: { order: "SO-1" },
    body: "Order <%= it.order %> awaits you.",
  }),
};

/** A Callboard on a memory storage, for people who have written a moment ago. */
export function openFaultStage({ transport, people = 1, concurrency = 3, ...policy }: FaultStageOptions) {
  const storage = memoryStorage();
  const logger = recordingLogger();
  const callboard = createCallboard({
    storage,
    scheduler: inProcessScheduler(),
    transports: [whatsappTransport({ ...simulatorAccount, timeoutMs: 2_000, ...transport })],
    templates,
    policy: { baseDelayMs: ownWaitMs, uncertainWaitMs, ...policy },
    dispatch: { sweepMs: 50, concurrency },
    logger,
  });
  const userIds = Array.from({ length: people }, (_, index) => `user-${index}`);
  const pauses: { template: string | null; forMs: number }[] = [];
  callboard.observe("channel.paused", ({ forMs }) => void pauses.push({ template: null, forMs }));
  callboard.observe("template.paused", ({ template, forMs }) => void pauses.push({ template, forMs }));

  return {
    callboard,
    storage,
    pauses,
    /** Queues one message to everybody, then begins to send. */
    async queueAndStart(onUncertain: "resend" | "hold" = "resend"): Promise<readonly string[]> {
      await savePeople();
      await callboard.templates.load();
      const { queued } = await callboard.queueNotificationsToUsers({
        template: "order",
        context: { order: "SO-1042" },
        userIds,
        onUncertain,
      });
      await callboard.start();
      return queued.map(({ id }) => id);
    },
    attemptsOf: (id: string) => storage.notifications.attemptsOf([id]),
    alarms: () => logger.entries.filter(({ level }) => level === "error").length,
    log: () => logger.text(),
  };

  async function savePeople(): Promise<void> {
    const addresses = userIds.map((_, index) => `+26377123${String(4_000 + index)}`);
    await callboard.contacts.save(
      userIds.map((userId, index) => ({ userId, addresses: { whatsapp: addresses[index] ?? "" } })),
    );
    const at = new Date();
    await storage.contacts.recordInbound(
      addresses.map((address) => ({ channel: "whatsapp", address, alias: null, at })),
    );
  }
}

/** Sends one message, and looks at what became of it as soon as that is told. */
export async function aftermathOf(options: FaultStageOptions): Promise<Aftermath> {
  const stage = openFaultStage(options);
  const { callboard } = stage;
  try {
    const { promise, resolve } = Promise.withResolvers<Notification>();
    for (const name of ["sent", "retrying", "uncertain", "failed"] as const) {
      callboard.observe(`notification.${name}`, ({ notification }) => resolve(notification));
    }
    await stage.queueAndStart();
    const notification = await promise;
    const attempts = await stage.attemptsOf(notification.id);
    return { notification, attempts, pauses: stage.pauses, alarms: stage.alarms(), log: stage.log() };
  } finally {
    await callboard.stop({ drainMs: 1_000 });
  }
}
