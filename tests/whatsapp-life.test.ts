import { setTimeout as sleep } from "node:timers/promises";
import { createCallboard, defineTemplate, type Notification } from "@callboard/core";
import { crmTemplates } from "@callboard/preset-crm";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { type TestClock, testClock } from "@callboard/testing";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import {
  type SimulatedMessage,
  startSimulator,
  type TemplateDecision,
  type VirtualClock,
  virtualClock,
  type WhatsappSimulator,
} from "@callboard/whatsapp-simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type EngineStorage, openSqlite } from "./engine-storages.js";
import { serveWebhook, simulatorAccount, urlOf } from "./whatsapp-stage.js";

const crm = crmTemplates();
type Name = keyof typeof crm;

/** Carries the whole text of a message whose own template may not be sent. */
const staffNotice = defineTemplate({
  context: z.object({ text: z.string() }),
  sample: { text: "Order SO-1042 from Tariro awaits your review." },
  body: "A notice for you: <%= it.text %> Please look into it when you can.",
  whatsapp: { category: "UTILITY", language: "en_US" },
});

const templates = { ...crm, staff_notice: staffNotice };
const newWords = {
  ...templates,
  new_order_created: { ...crm.new_order_created, body: `${crm.new_order_created.body} Thank you.` },
};

const rudo = "+263771234501";
let clock: TestClock;
let metaClock: VirtualClock;
let simulator: WhatsappSimulator;
let storage: EngineStorage;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  clock = testClock();
  metaClock = virtualClock(clock.now());
  simulator = await startSimulator({ clock: metaClock, strictTemplates: true, seed: 1 });
  const opened = await openSqlite(":memory:", clock);
  storage = opened.storage as EngineStorage;
  closing.push(opened.close, () => simulator.stop());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Words = typeof templates | typeof newWords;

/** A host with these words, which sends and takes webhooks. */
async function open(words: Words, options: { readonly fallbackTemplate?: string } = {}) {
  const whatsapp = whatsappTransport({
    ...simulatorAccount,
    ...{ baseUrl: simulator.url, businessAccountId: "100000000000002", ...options },
  });
  const callboard = createCallboard({
    ...{ storage, clock, scheduler: inProcessScheduler(), transports: [whatsapp], templates: words },
  });
  const server = await serveWebhook((request) => callboard.webhook("whatsapp", request));
  simulator.setWebhookUrl(urlOf(server));
  await callboard.contacts.save([{ userId: "rudo", name: "Rudo", addresses: { whatsapp: rudo } }]);
  await callboard.start();
  const close = async () => {
    let isStopped = false;
    const stopped = callboard.stop({ drainMs: 1_000 }).finally(() => {
      isStopped = true;
    });
    for (let step = 0; step < 100 && !isStopped; step += 1) await clock.advance(100);
    await stopped;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { callboard, close };
}

type Host = Awaited<ReturnType<typeof open>>;

/** Lets both clocks run until it is so. */
async function until(isSo: () => unknown, stepMs = 500): Promise<void> {
  for (let step = 0; step < 600; step += 1) {
    if (await isSo()) return;
    await Promise.all([metaClock.advance(stepMs), clock.advance(stepMs)]);
    await sleep(1);
  }
  throw new Error(`This never came true: ${isSo}`);
}

async function handIn({ callboard }: Host): Promise<readonly string[]> {
  const plan = await callboard.templates.plan();
  const applied = await callboard.templates.apply(plan);
  expect(applied.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  return plan.map(({ action }) => action);
}

async function tell({ callboard }: Host, template: Name): Promise<string> {
  const { queued } = await callboard.queueNotificationsToUsers({
    ...{ template, context: crm[template].sample as never, userIds: ["rudo"] },
  });
  return queued[0]?.id ?? "";
}

async function get(id: string): Promise<Notification | undefined> {
  return (await storage.notifications.getMany([id]))[0];
}

/** The message that the person got, once they have. */
async function arrived(id: string): Promise<SimulatedMessage | undefined> {
  await until(async () => ["delivered", "read"].includes((await get(id))?.status ?? ""));
  const notification = await get(id);
  return simulator.messages().find((message) => message.id === notification?.providerMessageId);
}

const standing = async () =>
  new Map((await storage.channelTemplates.list("whatsapp")).map((one) => [one.remoteName, one.status]));

const isApproved = async () => [...(await standing()).values()].every((status) => status === "approved");

async function decide(name: Name, decision: TemplateDecision, status: string): Promise<void> {
  const id = simulator.templates().find((template) => template.name === name)?.id ?? "";
  simulator.decideTemplate(id, decision);
  await until(async () => (await standing()).get(name) === status);
}

test("the twelve templates are planned, handed in, approved, and sent outside the window", async () => {
  const host = await open(templates);
  closing.push(host.close);
  expect(await handIn(host)).toEqual(Array(13).fill("create"));
  expect(new Set((await standing()).values())).toEqual(new Set(["pending"]));
  await until(isApproved);
  for (const name of Object.keys(crm) as Name[]) {
    const message = await arrived(await tell(host, name));
    expect([name, message?.type, message?.templateName]).toEqual([name, "template", name]);
  }
  expect(await handIn(host)).toEqual(Array(13).fill("unchanged"));
}, 60_000);

test("an edited, re-approved, paused, lifted and disabled template lets each notification take the right way", async () => {
  const first = await open(templates, { fallbackTemplate: "staff_notice" });
  await handIn(first);
  await until(isApproved);
  await first.close();

  // While the new words are reviewed, and Meta has no others, the fallback carries them.
  const host = await open(newWords, { fallbackTemplate: "staff_notice" });
  closing.push(host.close);
  const reviewed: unknown[] = [];
  host.callboard.observe(
    "template.reviewed",
    ({ template, status, category }) => void reviewed.push([template, status, category]),
  );
  const actions = await handIn(host);
  expect(actions.filter((action) => action !== "unchanged")).toEqual(["edit"]);
  const sent = async () => {
    const { templateName, text } = (await arrived(await tell(host, "new_order_created"))) ?? {};
    return [templateName, text?.includes("Thank you.")];
  };
  expect(await sent()).toEqual(["staff_notice", true]);

  await until(isApproved);
  expect(await sent()).toEqual(["new_order_created", true]);
  await decide("new_order_created", { kind: "pause" }, "paused");
  expect(await sent()).toEqual(["staff_notice", true]);
  await decide("new_order_created", { kind: "unpause" }, "approved");
  expect(await sent()).toEqual(["new_order_created", true]);
  await decide("new_order_created", { kind: "recategorise", category: "MARKETING" }, "approved");
  expect(await sent()).toEqual(["new_order_created", true]);
  await decide("new_order_created", { kind: "disable" }, "disabled");
  expect(await sent()).toEqual(["staff_notice", true]);

  await until(() => reviewed.length >= 6);
  expect(reviewed).toEqual([
    ["new_order_created", "pending", "UTILITY"],
    ["new_order_created", "approved", "UTILITY"],
    ["new_order_created", "paused", "UTILITY"],
    ["new_order_created", "approved", "UTILITY"],
    ["new_order_created", "approved", "MARKETING"],
    ["new_order_created", "disabled", "MARKETING"],
  ]);
}, 60_000);

test("without a fallback a notification waits, says for what, and goes once Meta approves", async () => {
  const host = await open(templates);
  closing.push(host.close);
  const early = await tell(host, "human_handover_flow");
  await until(async () => (await get(early))?.failure !== null);
  expect((await get(early))?.failure?.message).toContain("has not been handed to Meta");
  await handIn(host);
  expect((await arrived(early))?.templateName).toBe("human_handover_flow");
  expect((await get(early))?.attempts).toBe(1);

  await decide("human_handover_flow", { kind: "pause" }, "paused");
  const late = await tell(host, "human_handover_flow");
  await until(async () => (await get(late))?.failure !== null);
  expect((await get(late))?.failure?.message).toContain("is paused by Meta");
  await decide("human_handover_flow", { kind: "unpause" }, "approved");
  expect((await arrived(late))?.templateName).toBe("human_handover_flow");
}, 60_000);

test("a template that is paused while no webhook comes is noticed by the refused message, which takes the fallback", async () => {
  const host = await open(templates, { fallbackTemplate: "staff_notice" });
  closing.push(host.close);
  await handIn(host);
  await until(isApproved);
  simulator.setWebhookUrl(null);
  const id = simulator.templates().find(({ name }) => name === "new_order_created")?.id ?? "";
  simulator.decideTemplate(id, { kind: "pause" });
  const told = await tell(host, "new_order_created");
  await until(async () => (await get(told))?.status === "sent");
  expect(simulator.messages().map(({ templateName }) => templateName)).toEqual(["staff_notice"]);
  expect((await standing()).get("new_order_created")).toBe("paused");
  expect(await host.callboard.pauses.list()).toEqual([]);
}, 60_000);
