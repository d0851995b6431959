import { createCallboard, defineTemplate } from "@callboard/core";
import type {
  ChannelTemplate,
  ChannelTemplateNews,
  ChannelTemplateStatus,
  JsonObject,
  Route,
  TemplateReviewer,
  Transport,
} from "@callboard/core/adapter";
import { DeliveryError } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { fakeTransport, recordingLogger, type TestClock, testClock } from "@callboard/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type EngineStorage, storageKinds } from "./engine-storages.js";

const order = (body: string) =>
  defineTemplate({
    context: z.object({ order: z.string() }),
    sample: { order: "SO-1" },
    body,
    chat: { title: "For <%= it.order %>" },
  });
const plain = defineTemplate({ context: z.object({}), sample: {}, body: "Nothing to review." });

interface Office {
  readonly remote: Map<string, ChannelTemplateStatus>;
  readonly handedIn: string[];
  readonly polls: number[];
  readonly reviewer: TemplateReviewer;
}

/** A provider that takes whatever is handed in, and reviews it when it is told to. */
function openOffice(clock: TestClock): Office {
  const remote = new Map<string, ChannelTemplateStatus>();
  const handedIn: string[] = [];
  const polls: number[] = [];
  const reviewer: TemplateReviewer = {
    async plan({ templates, known }) {
      return templates.map(({ version: { name, version, contentHash }, sample }) => {
        const remoteName = `${name}_${version}`;
        const before = known.find((one) => one.remoteName === remoteName) ?? null;
        return {
          action: before ? ("unchanged" as const) : ("create" as const),
          ...{ template: name, version, remoteName, language: "en", remoteId: null, known: before },
          ...{ payload: { text: sample.text, settings: sample.settingValues as unknown as JsonObject } },
          ...{ fingerprint: contentHash, expressions: ["it.order"], reason: "It is new.", cures: [] },
          notBefore: null,
        };
      });
    },
    async apply({ template, version, remoteName, language, fingerprint, expressions }, { now }) {
      if (remote.get(remoteName) === "rejected")
        throw new DeliveryError("The office refused.", {
          failureClass: "permanent-request",
          hint: "Mend it.",
        });
      handedIn.push(remoteName);
      remote.set(remoteName, "pending");
      return {
        ...{
          channel: "chat",
          remoteName,
          language,
          remoteId: null,
          template: template ?? "",
          version: version ?? 0,
        },
        ...{ fingerprint: fingerprint ?? "", expressions, status: "pending", category: null, reason: null },
        ...{ submittedAt: now, editedAt: [], statusAt: new Date(now.getTime() - 60_000) },
      } satisfies ChannelTemplate;
    },
    async poll(known, { now }) {
      polls.push(clock.now().getTime());
      return known.map(({ remoteName, language }) =>
        newsOf(remoteName, language, remote.get(remoteName), now),
      );
    },
    statusAfter: ({ providerCode }) => (providerCode === "paused" ? "paused" : null),
  };
  return { remote, handedIn, polls, reviewer };
}

function newsOf(
  remoteName: string,
  language: string,
  status: ChannelTemplateStatus = "missing",
  at: Date,
): ChannelTemplateNews {
  return { channel: "chat", remoteId: null, remoteName, language, status, category: null, reason: null, at };
}

/** Sends as what is approved, and lets wait what is not. */
const route: NonNullable<Transport["route"]> = (
  { template: { name, version }, content },
  { templates },
): Route => {
  if (content.channel === null) return { type: "send", route: {} };
  const found = templates.find((one) => one.template === name && one.version === version);
  if (found?.status === "approved") {
    const { remoteName, language } = found;
    return { type: "send", route: { as: remoteName }, template: { remoteName, language } };
  }
  const other = templates.find((one) => one.status === "approved");
  if (other) return { type: "send", route: { as: other.remoteName }, template: other };
  const failure = {
    ...{ failureClass: "template" as const, providerCode: null, hint: "Wait for its review." },
    message: `It is ${found?.status ?? "not handed in"}.`,
  };
  return { type: "wait", failure, againInMs: 60_000 };
};

function open(storage: EngineStorage, clock: TestClock, office: Office, body = "Order <%= it.order %>.") {
  const transport = { ...fakeTransport("chat", { clock }), reviewer: office.reviewer, route };
  const logger = recordingLogger();
  const callboard = createCallboard({
    ...{ storage, clock, logger, scheduler: inProcessScheduler(), transports: [transport] },
    templates: { order: order(body), plain },
  });
  const queue = async () => {
    const { queued } = await callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: "SO-7" }, userIds: ["rudo"] },
    });
    return queued[0]?.id ?? "";
  };
  const until = async (condition: () => Promise<boolean>, stepMs = 1_000) => {
    for (let step = 0; step < 500; step += 1) {
      if (await condition()) return;
      await clock.advance(stepMs);
    }
    throw new Error(`This never came true: ${condition}`);
  };
  const get = async (id: string) => (await storage.notifications.getMany([id]))[0];
  const isSent = (id: string) => async () => (await get(id))?.status === "sent";
  return { callboard, transport, logger, queue, until, get, isSent };
}

describe.each(storageKinds)("on $name", (kind) => {
  async function onOffice(run: (storage: EngineStorage, clock: TestClock, office: Office) => Promise<void>) {
    const clock = testClock();
    const { storage, close } = await kind.open(clock);
    try {
      await storage.contacts.save([
        { userId: "rudo", name: null, locale: null, active: true, addresses: { chat: "chat:1" } },
      ]);
      await run(storage, clock, openOffice(clock));
    } finally {
      await close();
    }
  }

  test("plan() says what would be handed in, with samples, and of templates of this channel alone", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard } = open(storage, clock, office);
      await callboard.templates.load();
      const plan = await callboard.templates.plan();
      expect(plan).toMatchObject([
        {
          ...{ channel: "chat", action: "create", template: "order", version: 1 },
          payload: { text: "Order SO-1.", settings: { title: ["SO-1"] } },
        },
      ]);
      expect(office.handedIn).toEqual([]);
    }));

  test("apply() hands in what is new, once, and says of each step what became of it", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard } = open(storage, clock, office);
      await callboard.templates.load();
      const seen: unknown[] = [];
      callboard.observe(
        "template.reviewed",
        ({ template, status, before }) => void seen.push([template, status, before]),
      );
      const first = await callboard.templates.apply(await callboard.templates.plan());
      expect(first).toMatchObject([
        { failure: null, template: { remoteName: "order_1", status: "pending" } },
      ]);
      const second = await callboard.templates.apply(await callboard.templates.plan());
      expect(second).toMatchObject([{ step: { action: "unchanged" }, template: null, failure: null }]);
      expect(office.handedIn).toEqual(["order_1"]);
      expect(seen).toEqual([["order", "pending", null]]);
    }));

  test("apply() tells what the provider refused, and goes on", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard } = open(storage, clock, office);
      await callboard.templates.load();
      office.remote.set("order_1", "rejected");
      const [step] = await callboard.templates.plan();
      if (!step) throw new Error("The plan is empty.");
      const applied = await callboard.templates.apply([step, { ...step, remoteName: "order_b" }]);
      expect(applied).toMatchObject([
        { template: null, failure: { message: "The office refused.", hint: "Mend it." } },
        { template: { remoteName: "order_b" }, failure: null },
      ]);
    }));

  test("a message waits, with a reason, for the review of its template, and is sent when a webhook is lost and a poll finds it approved", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard, transport, queue, until, get, isSent } = open(storage, clock, office);
      await callboard.start();
      await callboard.templates.apply(await callboard.templates.plan());
      const id = await queue();
      await until(async () => (await get(id))?.failure?.message === "It is pending.");
      office.remote.set("order_1", "approved");
      await until(isSent(id), 10_000);
      expect(transport.sent.map((message) => message.route)).toEqual([{ as: "order_1" }]);
      expect(office.polls).toHaveLength(1);
      await callboard.stop();
    }));

  test("people are told in the words that are approved while newer ones wait for their review", () =>
    onOffice(async (storage, clock, office) => {
      const first = open(storage, clock, office);
      await first.callboard.templates.load();
      await first.callboard.templates.apply(await first.callboard.templates.plan());
      office.remote.set("order_1", "approved");
      await first.callboard.templates.refresh();
      const { callboard, transport, queue, until, isSent } = open(
        storage,
        clock,
        office,
        "New: <%= it.order %>!",
      );
      await callboard.start();
      await callboard.templates.apply(await callboard.templates.plan());
      const early = await queue();
      await until(isSent(early));
      office.remote.set("order_2", "approved");
      await callboard.templates.refresh();
      const late = await queue();
      await until(isSent(late));
      expect(transport.sent.map(({ content, route: way }) => [content.text, way])).toEqual([
        ["Order SO-7.", { as: "order_1" }],
        ["New: SO-7!", { as: "order_2" }],
      ]);
      await callboard.stop();
    }));

  test("a template that the provider refuses to send is noted, pauses nothing, and the message goes another way", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard, transport, logger, queue, until, isSent } = open(storage, clock, office);
      await callboard.start();
      const [step] = await callboard.templates.plan();
      if (!step) throw new Error("The plan is empty.");
      await callboard.templates.apply([step, { ...step, template: "other", remoteName: "other_1" }]);
      office.remote.set("order_1", "approved").set("other_1", "approved");
      await callboard.templates.refresh();
      // Of two reports of one moment the first one counts.
      await clock.advance(1_000);
      transport.failNext({ failureClass: "template", providerCode: "paused", hint: "Wait." });
      const id = await queue();
      await until(isSent(id));
      expect(transport.sent.map((message) => message.route)).toEqual([{ as: "order_1" }, { as: "other_1" }]);
      expect(await callboard.pauses.list()).toEqual([]);
      const stand = await storage.channelTemplates.list("chat");
      expect(stand.map(({ remoteName, status }) => [remoteName, status])).toEqual([
        ["order_1", "paused"],
        ["other_1", "approved"],
      ]);
      expect(logger.entries.some(({ message }) => message.includes("no longer approved"))).toBe(true);
      await callboard.stop();
    }));

  test("templates are polled every five minutes while one is not approved, and hourly then", () =>
    onOffice(async (storage, clock, office) => {
      const { callboard } = open(storage, clock, office);
      await callboard.start();
      await callboard.templates.apply(await callboard.templates.plan());
      for (let minute = 0; minute < 30; minute += 1) await clock.advance(60_000);
      expect(office.polls.length).toBeGreaterThanOrEqual(5);
      office.remote.set("order_1", "approved");
      for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
      const before = office.polls.length;
      for (let minute = 0; minute < 120; minute += 1) await clock.advance(60_000);
      expect(office.polls.length - before).toBeLessThanOrEqual(3);
      expect(office.polls.length).toBeGreaterThan(before);
      await callboard.stop();
    }));

  test("templates are polled by one of any number of processes", () =>
    onOffice(async (storage, clock, office) => {
      const hosts = [1, 2, 3].map(() => open(storage, clock, office).callboard);
      for (const callboard of hosts) await callboard.start();
      await hosts[0]?.templates.apply((await hosts[0]?.templates.plan()) ?? []);
      for (let minute = 0; minute < 30; minute += 1) await clock.advance(60_000);
      expect(office.polls.length).toBeGreaterThanOrEqual(5);
      expect(office.polls.length).toBeLessThanOrEqual(7);
      for (const callboard of hosts) await callboard.stop();
    }));

  test("plan() of a channel that reviews nothing says what to do", () =>
    onOffice(async (storage, clock) => {
      const transport = fakeTransport("chat", { clock });
      const callboard = createCallboard({
        ...{ storage, clock, scheduler: inProcessScheduler(), transports: [transport], templates: { plain } },
      });
      await expect(callboard.templates.plan({ channel: "chat" })).rejects.toThrow("reviews no templates");
      expect(await callboard.templates.plan()).toEqual([]);
    }));
});
