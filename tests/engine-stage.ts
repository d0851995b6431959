import {
  type Callboard,
  type Condition,
  createCallboard,
  defineTemplate,
  type Notification,
} from "@callboard/core";
import type {
  NotificationStore,
  OutgoingMessage,
  Receipt,
  Scheduler,
  SendResult,
} from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import {
  type FakeTransport,
  fakeTransport,
  type RecordingLogger,
  recordingLogger,
  type TestClock,
  testClock,
} from "@callboard/testing";
import { z } from "zod";
import type { EngineStorage, StorageKind } from "./engine-storages.js";

const context = z.object({ order: z.string() });
const sample = { order: "SO-1" };

export const templates = {
  order: defineTemplate({ context, sample, body: "Order <%= it.order %> awaits you." }),
  invoice: defineTemplate({ context, sample, body: "Order <%= it.order %> is to be paid." }),
  request: defineTemplate({
    ...{ context, sample, body: "Please confirm order <%= it.order %>." },
    buttons: [{ type: "reply", id: "ack", label: "Acknowledge" }],
  }),
};

export type ChatTransport = FakeTransport<"chat">;
export type ChatCallboard = Callboard<
  unknown,
  readonly [ChatTransport],
  typeof templates,
  Record<never, never>,
  string
>;
type WiringOptions = Parameters<
  typeof createCallboard<unknown, readonly [ChatTransport], typeof templates>
>[0];
type QueueRequest = Parameters<ChatCallboard["queueNotificationsToUsers"]>[0];

/** One process: a Callboard with its own transport over the common storage. */
export interface Worker {
  readonly callboard: ChatCallboard;
  readonly transport: ChatTransport;
}

export interface WorkerOptions
  extends Partial<Pick<WiringOptions, "dispatch" | "policy" | "rateLimiter" | "newId" | "recipients">> {
  readonly conditions?: Readonly<Record<string, Condition>>;
  readonly transport?: ChatTransport;
  readonly scheduler?: Scheduler;
  readonly storage?: EngineStorage;
  readonly clock?: TestClock;
}

/** A storage, a clock that stands still, and any number of processes. */
export class Stage {
  readonly #workers: { callboard: ChatCallboard; clock: TestClock }[] = [];

  constructor(
    readonly storage: EngineStorage,
    readonly clock: TestClock,
    readonly logger: RecordingLogger,
  ) {}

  /** Wires a process that has not been started. */
  worker({
    transport = fakeTransport("chat", { clock: this.clock }),
    scheduler = inProcessScheduler(),
    storage = this.storage,
    clock = this.clock,
    conditions = {},
    ...options
  }: WorkerOptions = {}): Worker {
    const transports = [transport] as const;
    const { logger } = this;
    const callboard = createCallboard({
      storage,
      scheduler,
      transports,
      templates,
      logger,
      clock,
      conditions,
      ...options,
    });
    this.#workers.push({ callboard, clock });
    return { callboard, transport };
  }

  async started(options?: WorkerOptions): Promise<Worker> {
    const worker = this.worker(options);
    await worker.callboard.start();
    await (options?.clock ?? this.clock).advance(0);
    return worker;
  }

  /** Queues one notification for each of `count` people, and returns their ids in the order of the people. */
  async queue(
    { callboard }: Worker,
    { people = 1, ...request }: Partial<QueueRequest> & { people?: number } = {},
  ): Promise<string[]> {
    const userIds = peopleUpTo(people);
    const { queued, skipped } = await callboard.queueNotificationsToUsers({
      template: "order",
      context: sample,
      userIds,
      ...request,
    } as QueueRequest);
    if (skipped.length > 0) throw new Error(`queue() skipped ${JSON.stringify(skipped)}`);
    const ids = new Map(queued.map(({ id, userId }) => [userId, id]));
    return (request.userIds ?? userIds).map((userId) => ids.get(userId) ?? "");
  }

  /** Queues one notification, and returns its id. */
  async queueOne(worker: Worker, request: Partial<QueueRequest> = {}): Promise<string> {
    const [id = ""] = await this.queue(worker, request);
    return id;
  }

  async get(id: string): Promise<Notification> {
    const [notification] = await this.storage.notifications.getMany([id]);
    if (!notification) throw new Error(`There is no notification ${id}.`);
    return notification;
  }

  /** Hands a worker these receipts, as its provider's webhook would. */
  async report({ callboard, transport }: Worker, ...receipts: readonly Receipt[]): Promise<void> {
    const { status } = await callboard.webhook("chat", transport.webhookRequest(...receipts));
    if (status !== 200) throw new Error(`webhook() answered ${status}.`);
  }

  attemptsOf(id: string) {
    return this.storage.notifications.attemptsOf([id]);
  }

  /** Every notification, oldest first. */
  async all(): Promise<Notification[]> {
    const { notifications } = await this.storage.notifications.page({ limit: 1_000 });
    return [...notifications].reverse();
  }

  /** How many notifications are in each status. */
  async counts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status, count } of await this.storage.notifications.count({ from: new Date(0) })) {
      counts[status] = (counts[status] ?? 0) + count;
    }
    return counts;
  }

  /** Moves the time on, `stepMs` at a time, until `condition` holds; fails after 2,000 steps. */
  async until(condition: () => unknown, { stepMs = 0 }: { stepMs?: number } = {}): Promise<void> {
    for (let step = 0; step < 2_000; step += 1) {
      if (await condition()) return;
      await this.clock.advance(stepMs);
    }
    throw new Error(`This never came true: ${condition}; statuses: ${JSON.stringify(await this.counts())}`);
  }

  /** Stops a worker, and moves the time on for as long as that takes. */
  async stop(
    { callboard }: { readonly callboard: Pick<ChatCallboard, "stop"> },
    drainMs = 1_000,
    clock = this.clock,
  ): Promise<void> {
    let isStopped = false;
    const stopped = callboard.stop({ drainMs }).finally(() => {
      isStopped = true;
    });
    for (let step = 0; step < 100 && !isStopped; step += 1) await clock.advance(step === 0 ? 0 : 250);
    await stopped;
  }

  async close(): Promise<void> {
    for (const { callboard, clock } of this.#workers) await this.stop({ callboard }, 1, clock);
  }
}

/** A test body on an empty stage with `people` contacts, closed whatever happens. */
export function onStage(
  { open }: StorageKind,
  { people = 1 }: { people?: number },
  run: (stage: Stage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const clock = testClock();
    const { storage, close } = await open(clock);
    const stage = new Stage(storage, clock, recordingLogger());
    try {
      await storage.contacts.save(
        peopleUpTo(people).map((userId, index) => ({
          userId,
          name: null,
          locale: null,
          active: true,
          addresses: { chat: addressOf(index + 1) },
        })),
      );
      await run(stage);
    } finally {
      await stage.close();
      await close();
    }
  };
}

/** "user-1" to "user-<count>". */
export function peopleUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `user-${index + 1}`);
}

/** Where `user-<number>` is reached. */
export function addressOf(number: number): string {
  return `chat:${String(number).padStart(4, "0")}`;
}

/** A transport that sends as `send` says. */
export function chatTransport(
  send: (message: OutgoingMessage, options: { readonly signal: AbortSignal }) => Promise<SendResult>,
): ChatTransport {
  return { ...fakeTransport("chat"), send };
}

/** The storage with some of its notification verbs replaced. */
export function withVerbs(storage: EngineStorage, verbs: Partial<NotificationStore>): EngineStorage {
  return { ...storage, notifications: { ...storage.notifications, ...verbs } };
}

/** What a provider reports about a message, by its own id unless the attempt's is given. */
export function receipt(
  providerMessageId: string,
  status: Receipt["status"],
  changes: Partial<Receipt> = {},
): Receipt {
  const failure =
    status === "failed"
      ? ({
          failureClass: "permanent-recipient",
          providerCode: "131026",
          message: "Gone.",
          hint: "Ask.",
        } as const)
      : null;
  const occurredAt = new Date("2026-01-01T00:00:07Z");
  return { providerMessageId, attemptId: null, status, occurredAt, failure, ...changes };
}
