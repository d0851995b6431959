import { setTimeout as sleep } from "node:timers/promises";
import { type Callboard, createCallboard, defineTemplate, type LifecycleEvents } from "@callboard/core";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { type TestClock, testClock } from "@callboard/testing";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import {
  startSimulator,
  type VirtualClock,
  virtualClock,
  type WhatsappSimulator,
  type WhatsappSimulatorOptions,
  webhookSignature,
} from "@callboard/whatsapp-simulator";
import { z } from "zod";
import { type EngineStorage, openSqlite } from "./engine-storages.js";
import { serveWebhook, simulatorAccount, urlOf } from "./whatsapp-stage.js";

const order = { context: z.object({ order: z.string() }), sample: { order: "SO-1" } };

const templates = {
  /** Goes out as a template of Meta's, with a button to press. */
  notice: defineTemplate({
    ...order,
    body: "Order <%= it.order %> awaits your review, please look at it today.",
    buttons: [{ type: "reply", id: "ack", label: "Acknowledge" }],
    whatsapp: { category: "UTILITY", language: "en_US" },
  }),
  offer: defineTemplate({
    ...order,
    body: "What goes with order <%= it.order %> is cheaper until Friday, have a look.",
    whatsapp: { category: "MARKETING", language: "en_US" },
  }),
};

type TemplateName = keyof typeof templates;

export interface LoopOptions {
  readonly simulator?: WhatsappSimulatorOptions;
  readonly transport?: Partial<WhatsappTransportOptions>;
  /** For a test that lives through days. @default 5_000 */
  readonly sweepMs?: number;
}

export type LoopStage = Awaited<ReturnType<typeof openLoop>>["stage"];

/** A test body on a Callboard and a simulated Meta that talk over HTTP, while their two clocks move only on demand. */
export function onLoop(options: LoopOptions, run: (stage: LoopStage) => Promise<void>): () => Promise<void> {
  return async () => {
    const { stage, close } = await openLoop(options);
    try {
      await run(stage);
    } finally {
      await close();
    }
  };
}

/** A webhook of this body, as Meta signs it. */
export function signedRequest({ webhookUrl }: Pick<LoopStage, "webhookUrl">, body: Buffer): Request {
  const signature = webhookSignature(body, simulatorAccount.appSecret);
  const headers = { "x-hub-signature-256": signature, "content-type": "application/json" };
  return new Request(webhookUrl, { method: "POST", headers, body: new Uint8Array(body) });
}

async function openLoop(options: LoopOptions) {
  const clock = testClock(new Date("2026-11-02T08:00:00Z"));
  const metaClock = virtualClock(clock.now());
  const { db: _, ...opened } = await openSqlite(":memory:", clock);
  const storage = opened.storage as EngineStorage;
  const startMeta = (more: WhatsappSimulatorOptions = {}) =>
    startSimulator({ clock: metaClock, seed: 1, templates: remoteTemplates, ...options.simulator, ...more });
  const simulator = await startMeta();
  const underway = new Set<Promise<unknown>>();
  const callboard = createCallboard({
    ...{ storage, clock, scheduler: inProcessScheduler(), templates },
    dispatch: { sweepMs: options.sweepMs ?? 5_000 },
    transports: [watched(whatsappTransport(accountAt(simulator, options)), underway)],
  });
  const server = await serveWebhook((request) => callboard.webhook("whatsapp", request));
  simulator.setWebhookUrl(urlOf(server));
  const advance = advancer(clock, metaClock, underway);
  await callboard.start();
  const stage = {
    ...{ callboard, storage, simulator, clock, metaClock, advance, webhookUrl: urlOf(server) },
    /** Another Meta with the same account, whose webhooks come to the same host. */
    startMeta: (more: WhatsappSimulatorOptions) => startMeta({ webhookUrl: urlOf(server), ...more }),
    until: untilWith(advance),
    heard: <Name extends keyof LifecycleEvents>(name: Name) => heard(callboard, name),
    queue: (template: TemplateName, userIds: readonly string[], order = "SO-1042") =>
      callboard.queueNotificationsToUsers({ template, context: { order }, userIds }),
    /** All that was queued; newest first. */
    rows: async () => (await storage.notifications.page({ limit: 1_000 })).notifications,
  };
  const close = async () => {
    await endOf(callboard.stop({ drainMs: 1_000 }), advance);
    await simulator.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await opened.close();
  };
  return { stage, close };
}

/** The two templates as Meta has approved them. */
const remoteTemplates = Object.entries(templates).map(([name, { body, buttons, channels }]) => ({
  ...{ name, language: channels.whatsapp.language, category: channels.whatsapp.category },
  body: body.replace("<%= it.order %>", "{{1}}"),
  buttons: buttons.map(({ label }) => ({ type: "quick_reply" as const, text: label })),
}));

function accountAt(simulator: WhatsappSimulator, { transport }: LoopOptions): WhatsappTransportOptions {
  return { ...simulatorAccount, baseUrl: simulator.url, ...transport };
}

type Whatsapp = ReturnType<typeof whatsappTransport>;

/** Time stands still while an answer is awaited, however slow the machine is. */
function watched(whatsapp: Whatsapp, underway: Set<Promise<unknown>>): Whatsapp {
  return {
    ...whatsapp,
    send(message, options) {
      const sent = whatsapp.send(message, options);
      const over = sent.catch(() => null).finally(() => underway.delete(over));
      underway.add(over);
      return sent;
    },
  };
}

/** Moves both clocks on together, and each step only once all HTTP has been answered. */
function advancer(clock: TestClock, metaClock: VirtualClock, underway: ReadonlySet<Promise<unknown>>) {
  return async (ms: number, stepMs = 100) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await metaClock.advance(stepMs);
      await clock.advance(stepMs);
      while (underway.size > 0) {
        await Promise.all(underway);
        await sleep(1);
      }
    }
  };
}

type Advance = ReturnType<typeof advancer>;

function untilWith(advance: Advance) {
  return async (isSo: () => unknown, stepMs = 100): Promise<void> => {
    for (let step = 0; step < 2_000; step += 1) {
      if (await isSo()) return;
      await advance(stepMs, stepMs);
    }
    throw new Error(`This never came true: ${isSo}`);
  };
}

/** Waits for what only ends while time passes. */
async function endOf(ending: Promise<unknown>, advance: Advance): Promise<void> {
  let isOver = false;
  const over = ending.finally(() => {
    isOver = true;
  });
  for (let step = 0; step < 200 && !isOver; step += 1) await advance(100);
  await over;
}

function heard<Name extends keyof LifecycleEvents>(
  callboard: Pick<Callboard<never, never, never, never>, "observe">,
  name: Name,
): readonly LifecycleEvents[Name][] {
  const events: LifecycleEvents[Name][] = [];
  callboard.observe(name, (event) => void events.push(event));
  return events;
}
