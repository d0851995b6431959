import { createCallboard } from "@callboard/core";
import type {
  ChannelTemplate,
  MessageToRoute,
  OutgoingMessage,
  Recipient,
  ReviewStep,
  Route,
  TemplateReviewer,
  TemplateToReview,
  TemplateVersion,
} from "@callboard/core/adapter";
import { crmTemplates } from "@callboard/preset-crm";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import {
  startSimulator,
  type VirtualClock,
  virtualClock,
  type WhatsappSimulator,
  type WhatsappSimulatorOptions,
} from "@callboard/whatsapp-simulator";
import { expect, test, vi } from "vitest";

const businessAccountId = "100000000000002";
const minute = 60_000;
const hour = 60 * minute;

interface Stage {
  readonly simulator: WhatsappSimulator;
  readonly clock: VirtualClock;
  readonly reviewer: TemplateReviewer;
  /** What is known of templates here, as core would keep it. */
  known(): readonly ChannelTemplate[];
  plan(templates: readonly TemplateToReview[]): Promise<readonly ReviewStep[]>;
  /** Plans, and takes every step that can be taken; the actions of the plan. */
  apply(templates: readonly TemplateToReview[]): Promise<readonly string[]>;
  poll(): Promise<void>;
  route(version?: number, recipient?: Partial<Recipient>): Route;
  /** Sends as routed; Meta's id of the message. */
  send(route: Route, version?: number): Promise<string | null>;
}

/** A test body with a transport that hands templates to a simulated Meta, closed whatever happens. */
function onStage(
  {
    meta = {},
    transport = {},
  }: { meta?: WhatsappSimulatorOptions; transport?: Partial<WhatsappTransportOptions> },
  run: (stage: Stage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const clock = virtualClock(new Date("2026-11-24T12:00:00Z"));
    const simulator = await startSimulator({
      clock,
      businessAccountId,
      strictTemplates: true,
      seed: 1,
      ...meta,
    });
    const whatsapp = whatsappTransport({
      phoneNumberId: "100000000000001",
      accessToken: "simulator-access-token",
      baseUrl: simulator.url,
      businessAccountId,
      ...transport,
    });
    try {
      await run(stageOf(simulator, clock, whatsapp));
    } finally {
      await whatsapp.close?.();
      await simulator.stop();
    }
  };
}

function stageOf(
  simulator: WhatsappSimulator,
  clock: VirtualClock,
  whatsapp: ReturnType<typeof whatsappTransport>,
): Stage {
  const { reviewer, route } = whatsapp;
  if (reviewer === undefined || route === undefined) throw new Error("The transport reviews no templates.");
  let known: readonly ChannelTemplate[] = [];
  const keep = (template: ChannelTemplate) => {
    known = [...known.filter(({ remoteName }) => remoteName !== template.remoteName), template];
  };
  const words = new Map<number, TemplateVersion>();
  const plan: Stage["plan"] = (templates) => {
    for (const { version } of templates) words.set(version.version, version);
    return reviewer.plan({ templates, known, now: clock.now() });
  };
  return {
    simulator,
    clock,
    reviewer,
    plan,
    known: () => known,
    async apply(templates) {
      const steps = await plan(templates);
      for (const step of steps)
        if (["create", "edit", "adopt"].includes(step.action))
          keep(await reviewer.apply(step, { now: clock.now() }));
      return steps.map(({ action }) => action);
    },
    async poll() {
      for (const { remoteName, status, category, reason, at } of await reviewer.poll(known, {
        now: clock.now(),
      })) {
        const before = known.find((template) => template.remoteName === remoteName);
        if (before && status)
          keep({ ...before, status, category: category ?? before.category, reason, statusAt: at });
      }
    },
    route: (version = 1, recipient = {}) =>
      route(messageOf(version), {
        now: clock.now(),
        recipient: { ...ada, lastInboundAt: null, ...recipient },
        templates: known,
        words: words.get(version) ?? null,
        failure: null,
      }),
    async send(decided, version = 1) {
      if (decided.type !== "send") throw new Error(decided.failure.message);
      const message: OutgoingMessage = {
        ...messageOf(version),
        attemptId: "3f0c1f60-93a0-4d1e-8a54-6f2f9f0d7a11",
        route: decided.route,
      };
      const result = await whatsapp.send(message, { signal: AbortSignal.timeout(10_000) });
      return result.providerMessageId;
    },
  };
}

const ada = {
  userId: "ada",
  name: "Ada",
  locale: "en",
  active: true,
  address: "+263771234567",
  optedOut: false,
};
const settings = { category: "UTILITY", language: "en_US", footer: "Staff notice" } as const;
const button = { type: "url", label: "Open the order" } as const;
const firstWords = "A new order <%= it.order %> has arrived and awaits your review.";
const newerWords = "Order <%= it.order %> has come in just now and awaits your review.";
const otherVariables = "Order <%= it.order %> of <%= it.customer %> has arrived and awaits your review.";

function templateOf(body = firstWords, version = 1, name = "order_created"): TemplateToReview {
  return {
    version: {
      name,
      version,
      body,
      contentHash: String(version),
      createdAt: new Date("2026-11-01T00:00:00Z"),
      buttons: [{ ...button, url: "https://example.com/orders/<%= it.order %>" }],
      channels: { whatsapp: settings },
    },
    sample: {
      text: "Rendered for the sample.",
      variables: ["SO-1", "Tariro"],
      buttons: [{ ...button, url: "https://example.com/orders/SO-1", suffix: "SO-1" }],
      channel: settings,
    },
  };
}

function messageOf(version: number): MessageToRoute {
  return {
    notificationId: "n-1",
    to: ada.address,
    template: { name: "order_created", version },
    content: {
      text: "A new order SO-7 has arrived and awaits your review.",
      variables: ["SO-7"],
      buttons: [{ ...button, url: "https://example.com/orders/SO-7", suffix: "SO-7" }],
      channel: settings,
    },
  };
}

test(
  "a template is created, waits for its review, and carries messages once Meta has approved it",
  onStage({}, async ({ apply, plan, poll, route, send, known, clock, simulator }) => {
    expect(await apply([templateOf()])).toEqual(["create"]);
    expect(known()).toMatchObject([{ status: "pending", category: "UTILITY", remoteName: "order_created" }]);
    expect(route()).toMatchObject({
      type: "wait",
      failure: { message: expect.stringMatching(/being reviewed/) },
    });
    await clock.advance(minute);
    await poll();
    expect(known()).toMatchObject([{ status: "approved" }]);
    expect(await send(route())).toMatch(/^wamid\./);
    expect(simulator.messages()).toMatchObject([{ to: "+263771234567" }]);
    expect((await plan([templateOf()])).map(({ action }) => action)).toEqual(["unchanged"]);
  }),
);

test(
  "words are edited once a day, and messages of the version before go out with the newer words",
  onStage({}, async ({ apply, plan, poll, route, send, clock }) => {
    await apply([templateOf()]);
    await clock.advance(minute);
    await poll();
    expect(await apply([templateOf(newerWords, 2)])).toEqual(["edit"]);
    expect((await plan([templateOf(firstWords, 3)])).map(({ action }) => action)).toEqual(["wait"]);
    await clock.advance(minute);
    await poll();
    expect(await send(route(2), 2)).toMatch(/^wamid\./);
    const [early] = await plan([templateOf(firstWords, 3)]);
    expect(early).toMatchObject({ action: "wait", notBefore: new Date("2026-11-25T12:01:00Z") });
    await clock.advance(24 * hour);
    expect(await apply([templateOf(firstWords, 3)])).toEqual(["edit"]);
  }),
);

test(
  "under a new suffix the old template serves until the new one is approved",
  onStage({ transport: { templateVersionSuffix: "v2" } }, async (stage) => {
    const { apply, poll, route, clock, simulator } = stage;
    await apply([templateOf()]);
    await clock.advance(minute);
    await poll();
    const later = whatsappTransport({
      phoneNumberId: "100000000000001",
      accessToken: "simulator-access-token",
      baseUrl: simulator.url,
      businessAccountId,
      templateVersionSuffix: "v3",
    });
    const request = { templates: [templateOf(newerWords, 2)], known: stage.known(), now: clock.now() };
    const steps = (await later.reviewer?.plan(request)) ?? [];
    await later.close?.();
    expect(steps.map(({ action, remoteName }) => [action, remoteName])).toEqual([
      ["create", "order_created_v3"],
    ]);
    expect(route()).toMatchObject({ type: "send", route: { name: "order_created_v2" } });
  }),
);

test(
  "what Meta rejected is handed in again with other words, at once",
  onStage(
    { meta: { templateReview: { verdict: "PROMOTIONAL" } } },
    async ({ apply, poll, route, clock, known }) => {
      await apply([templateOf()]);
      await clock.advance(minute);
      await poll();
      expect(known()).toMatchObject([{ status: "rejected", reason: "PROMOTIONAL" }]);
      expect(route()).toMatchObject({
        type: "wait",
        failure: { message: expect.stringMatching(/PROMOTIONAL/) },
      });
      expect(await apply([templateOf(newerWords, 2)])).toEqual(["edit"]);
      expect(await apply([templateOf(otherVariables, 3)])).toEqual(["wait"]);
    },
  ),
);

test(
  "a template that Meta pauses refuses messages, which then wait; the plan leaves it alone",
  onStage({}, async ({ apply, plan, poll, route, send, clock, simulator, reviewer, known }) => {
    await apply([templateOf()]);
    await clock.advance(minute);
    await poll();
    const [stored] = simulator.templates();
    simulator.decideTemplate(stored?.id ?? "", { kind: "pause" });
    const refusal = await send(route()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ failureClass: "template", providerCode: "132015" });
    expect(reviewer.statusAfter(refusal as never)).toBe("paused");
    await poll();
    expect(known()).toMatchObject([{ status: "paused" }]);
    expect(route().type).toBe("wait");
    expect((await plan([templateOf()])).map(({ action }) => action)).toEqual(["unchanged"]);
  }),
);

test(
  "a plan after a crash between handing in and noting it adopts what Meta has",
  onStage({}, async ({ apply, reviewer, plan, clock }) => {
    const [step] = await plan([templateOf()]);
    if (step === undefined) throw new Error("There is no step.");
    await reviewer.apply(step, { now: clock.now() });
    expect(await apply([templateOf()])).toEqual(["adopt"]);
    expect(await apply([templateOf()])).toEqual(["unchanged"]);
  }),
);

test(
  "a plan reads 150 templates in pages, also when the cursors have become stale, and adopts each once",
  onStage({ meta: { limits: "none" } }, async ({ apply, plan, simulator }) => {
    const templates = Array.from({ length: 150 }, (_, index) =>
      templateOf(
        `Order number ${index}: <%= it.order %> has arrived and awaits your review.`,
        1,
        `order_${index}`,
      ),
    );
    const actions = await apply(templates);
    expect(actions.filter((action) => action === "create").length).toBe(100);
    simulator.expireTemplateCursors();
    const again = await plan(templates);
    expect(again.filter(({ action }) => action === "unchanged").length).toBe(100);
    expect(again.filter(({ action }) => action === "wait").length).toBe(50);
  }),
);

test(
  "an account whose calls are nearly used up is asked once a minute, and then again as before",
  onStage({ meta: { limits: { managementCallsPerHour: 10 } } }, async ({ plan, clock, simulator }) => {
    for (let call = 0; call < 8; call++) await plan([]);
    await expect(plan([])).rejects.toMatchObject({ failureClass: "sender", unsent: true });
    expect(simulator.requestCount()).toBe(8);
    await clock.advance(minute);
    await plan([]);
    await clock.advance(hour);
    for (let call = 0; call < 3; call++) await plan([]);
    expect(simulator.requestCount()).toBe(12);
  }),
);

test(
  "free text goes out in the window, and by the fallback template after it",
  onStage({ transport: { fallbackTemplate: "any_text", preferFreeText: true } }, async (stage) => {
    const { apply, poll, route, send, clock, simulator } = stage;
    const anyText = templateOf("Notice for you: <%= it.text %> (sent by Callboard)", 1, "any_text");
    const plain = { ...anyText, version: { ...anyText.version, buttons: [] } };
    await apply([plain]);
    await clock.advance(minute);
    await poll();
    const writtenAt = clock.now();
    await simulator.receive({ type: "text", from: "+263771234567", text: "hello" });
    const fresh = route(1, { lastInboundAt: writtenAt });
    expect(fresh).toMatchObject({ route: { form: "text" } });
    expect(await send(fresh)).toMatch(/^wamid\./);
    await clock.advance(24 * hour);
    const late = route(1, { lastInboundAt: writtenAt });
    expect(late).toMatchObject({ route: { form: "template", name: "any_text", values: "whole-text" } });
    expect(await send(late)).toMatch(/^wamid\./);
    expect(simulator.messages().length).toBe(2);
  }),
);

test("the twelve templates of the CRM preset are handed in, approved, and left alone from then on", async () => {
  const simulator = await startSimulator({ businessAccountId, templateReview: { delayMs: 1 } });
  const whatsapp = whatsappTransport({
    phoneNumberId: "100000000000001",
    accessToken: "simulator-access-token",
    baseUrl: simulator.url,
    businessAccountId,
    templateVersionSuffix: "v1",
  });
  const callboard = createCallboard({
    storage: memoryStorage(),
    scheduler: inProcessScheduler(),
    transports: [whatsapp],
    templates: crmTemplates(),
  });
  try {
    await callboard.templates.load();
    const plan = await callboard.templates.plan();
    expect(plan.map(({ action, reason }) => (action === "create" ? action : reason))).toEqual(
      Array(12).fill("create"),
    );
    const applied = await callboard.templates.apply(plan);
    expect(applied.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    await vi.waitFor(async () => {
      await callboard.templates.refresh();
      expect(simulator.templates().map(({ status }) => status)).toEqual(Array(12).fill("APPROVED"));
    });
    const again = await callboard.templates.plan();
    expect(again.map(({ action }) => action)).toEqual(Array(12).fill("unchanged"));
  } finally {
    await whatsapp.close?.();
    await simulator.stop();
  }
});
