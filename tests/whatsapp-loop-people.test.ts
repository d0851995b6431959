import { webhookBody } from "@callboard/whatsapp-simulator";
import { describe, expect, test } from "vitest";
import { type LoopStage, onLoop, signedRequest } from "./whatsapp-loop-stage.js";
import { simulatorAccount } from "./whatsapp-stage.js";

const rudo = "+263771234501";
const elsewhere = "+263782000077";

const save = ({ callboard }: LoopStage, address = rudo) =>
  callboard.contacts.save([{ userId: "rudo", name: "Rudo", addresses: { whatsapp: address } }]);

async function contact({ callboard }: LoopStage) {
  return (await callboard.contacts.get(["rudo"]))[0]?.addresses.whatsapp;
}

/** Queues for Rudo, and waits until the message has come so far. */
async function tell(stage: LoopStage, template: "notice" | "offer" = "notice", status = "read") {
  const { queued, skipped } = await stage.queue(template, ["rudo"]);
  expect(skipped).toEqual([]);
  const get = async () => (await stage.storage.notifications.getMany([queued[0]?.id ?? ""]))[0]!;
  await stage.until(async () => (await get()).status === status);
  return get();
}

const skippedOf = async (stage: LoopStage, template: "notice" | "offer" = "notice") =>
  (await stage.queue(template, ["rudo"])).skipped.map(({ reason }) => reason);

describe.each(["phone", "phone-and-bsuid", "bsuid-only"] as const)("Meta tells %s of people", (identity) => {
  test(
    "receipts and a press are matched to the notification",
    onLoop({ simulator: { identity } }, async (stage) => {
      const acknowledged = stage.heard("notification.acknowledged");
      await save(stage);
      const { id, providerMessageId } = await tell(stage);
      const { callboard, simulator } = stage;
      await simulator.press({ messageId: providerMessageId ?? "", index: 0 });
      await simulator.press({ messageId: providerMessageId ?? "", index: 0 });
      const [row] = await stage.storage.notifications.getMany([id]);
      expect(row).toMatchObject({ status: "read", acknowledgedWith: { label: "Acknowledge" } });
      expect(row?.acknowledgedAt).not.toBeNull();
      expect(acknowledged).toHaveLength(1);
      expect(await stage.storage.webhooks.listAside({ limit: 10 })).toEqual([]);
      const { charges } = await callboard.notifications.stats({ from: new Date(0) });
      expect(charges.map(({ charge, count }) => [charge.country, count])).toEqual([["ZW", 1]]);
    }),
  );
});

test(
  "a person whose number Meta keeps to itself opens their window once their id is known, and not before",
  onLoop(
    { simulator: { identity: "phone-and-bsuid" }, transport: { preferFreeText: true } },
    async (stage) => {
      await save(stage);
      const hiding = await stage.startMeta({ identity: "bsuid-only" });
      try {
        await hiding.receive({ from: rudo, text: "Good morning" });
        expect(await contact(stage)).toMatchObject({ alias: null, lastInboundAt: null });
        await stage.simulator.receive({ from: rudo, text: "Here is my number" });
        const { alias, lastInboundAt } = (await contact(stage))!;
        expect([alias, lastInboundAt]).toEqual([expect.stringMatching(/^ZW\./), stage.clock.now()]);
        await stage.advance(60_000, 10_000);
        await hiding.receive({ from: rudo, text: "Good morning again" });
        expect(await contact(stage)).toMatchObject({
          address: rudo,
          alias,
          lastInboundAt: stage.clock.now(),
        });
      } finally {
        await hiding.stop();
      }
    },
  ),
);

test(
  "a message goes to a person of whom only Meta's id is known, who can answer and stop like others",
  onLoop({ simulator: { identity: "bsuid-only", people: { [rudo]: "Rudo" } } }, async (stage) => {
    const ids = stage.heard("message.received");
    await stage.simulator.receive({ from: rudo, text: "Good morning" });
    const alias = ids[0]?.alias ?? "";
    await save(stage, alias);
    const row = await tell(stage);
    expect(row).toMatchObject({ address: alias, attempts: 1 });
    expect(stage.simulator.messages().map(({ to }) => to)).toEqual([rudo]);
    await stage.simulator.receive({ from: rudo, text: "Thanks" });
    expect((await contact(stage))?.lastInboundAt).not.toBeNull();
    await stage.simulator.receive({ from: rudo, text: "STOP" });
    expect(await skippedOf(stage)).toEqual(["opted-out"]);
  }),
);

describe.each(["phone", "phone-and-bsuid"] as const)("a person known by %s", (identity) => {
  test(
    "keeps window and wishes under a new number, is told of once, and is written to there",
    onLoop({ simulator: { identity, webhookDelivery: { doubledShare: 1 } } }, async (stage) => {
      const moved = stage.heard("contact.moved");
      await save(stage);
      await stage.simulator.receive({ from: rudo, text: "Good morning" });
      const wroteAt = (await contact(stage))?.lastInboundAt;
      await stage.simulator.announce("user_preferences", { from: rudo, value: "stop" });
      await stage.advance(5_000);
      await stage.simulator.announce("user_changed_number", { from: rudo, to: elsewhere });
      await stage.advance(5_000);
      expect(moved).toEqual([{ channel: "whatsapp", userId: "rudo", former: rudo, address: elsewhere }]);
      const now = await contact(stage);
      expect(now).toMatchObject({ address: elsewhere, lastInboundAt: wroteAt });
      expect(now?.marketingOptedOutAt).not.toBeNull();
      const row = await tell(stage);
      expect([row.address, stage.simulator.messages().at(-1)?.to]).toEqual([elsewhere, elsewhere]);
      expect(await stage.storage.webhooks.listAside({ limit: 10 })).toEqual([]);
    }),
  );
});

test(
  "a person whose id of Meta's changes is known by the new one, and not told of as moved",
  onLoop({ simulator: { identity: "phone-and-bsuid" } }, async (stage) => {
    const moved = stage.heard("contact.moved");
    await save(stage);
    const { simulator } = stage;
    // An id that Meta had for the person before.
    const previous = "ZW.11112222333344445555";
    const request = letter(stage, { text: "Good morning", at: stage.clock.now(), userId: previous });
    await stage.callboard.webhook("whatsapp", request);
    expect((await contact(stage))?.alias).toBe(previous);
    await simulator.announce("user_changed_user_id", { from: rudo, previous });
    const { alias, address } = (await contact(stage))!;
    expect(alias).toMatch(/^ZW\./);
    expect(alias).not.toBe(previous);
    expect([address, moved]).toEqual([rudo, []]);
  }),
);

describe("wishes", () => {
  test.each([
    ["STOP", "START"],
    ["Se désabonner.", "s’abonner"],
    ["توقف", "اشتراك"],
  ])('"%s" leaves a person alone, and "%s" brings them back', (stop, start) =>
    onLoop({}, async (stage) => {
      const wishes = stage.heard("contact.preference");
      await save(stage);
      await stage.simulator.receive({ from: rudo, text: stop });
      expect([await skippedOf(stage), await skippedOf(stage, "offer")]).toEqual([
        ["opted-out"],
        ["opted-out"],
      ]);
      await stage.advance(60_000, 10_000);
      await stage.simulator.receive({ from: rudo, text: start });
      await tell(stage);
      expect(wishes.map(({ scope, optedOut }) => [scope, optedOut])).toEqual([
        ["everything", true],
        ["everything", false],
      ]);
    })(),
  );

  test(
    "a person who says STOP and START within a second is in the state of the last word",
    onLoop({}, async (stage) => {
      await save(stage);
      await stage.simulator.receive({ from: rudo, text: "stop" });
      await stage.simulator.receive({ from: rudo, text: "start" });
      expect(await skippedOf(stage)).toEqual([]);
    }),
  );

  test(
    "a STOP that comes late, behind a newer START, changes nothing",
    onLoop({}, async (stage) => {
      await save(stage);
      const at = stage.clock.now();
      await stage.callboard.webhook("whatsapp", letter(stage, { text: "START", at }));
      const before = new Date(at.getTime() - 1_000);
      await stage.callboard.webhook("whatsapp", letter(stage, { text: "STOP", at: before }));
      expect(await skippedOf(stage)).toEqual([]);
    }),
  );

  test(
    "who has stopped marketing gets notices and no offers, until they resume",
    onLoop({}, async (stage) => {
      await save(stage);
      await stage.simulator.announce("user_preferences", { from: rudo, value: "stop" });
      expect(await skippedOf(stage, "offer")).toEqual(["opted-out"]);
      await tell(stage, "notice");
      await stage.simulator.announce("user_preferences", { from: rudo, value: "resume" });
      await tell(stage, "offer");
    }),
  );

  test(
    "an offer that Meta refuses because its reader stopped marketing is the last one, and notices still go",
    onLoop({ simulator: { failures: { [rudo]: 131050 } } }, async (stage) => {
      await save(stage);
      const { failure } = await tell(stage, "offer", "failed");
      expect(failure?.providerCode).toBe("131050");
      expect(await skippedOf(stage, "offer")).toEqual(["opted-out"]);
      expect(await skippedOf(stage, "notice")).toEqual([]);
    }),
  );

  test(
    "what waits for a person who then says STOP is cancelled, and never sent",
    onLoop({}, async (stage) => {
      await save(stage);
      await stage.callboard.pauses.pause({
        channel: "whatsapp",
        template: null,
        reason: "Wait.",
        until: new Date(stage.clock.now().getTime() + 10_000),
      });
      await stage.queue("notice", ["rudo"]);
      await stage.simulator.receive({ from: rudo, text: "Stop!" });
      await stage.until(async () => (await stage.rows())[0]?.status === "cancelled");
      expect(stage.simulator.messages()).toEqual([]);
    }),
  );
});

interface Letter {
  readonly text: string;
  readonly at: Date;
  readonly userId?: string;
}

/** A webhook with what Rudo wrote, at any time and under any id. */
function letter(stage: LoopStage, { text, at, userId }: Letter): Request {
  const waId = rudo.slice(1);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const message = { from: waId, id: `wamid.${timestamp}`, timestamp, type: "text", text: { body: text } };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550100000", phone_number_id: simulatorAccount.phoneNumberId },
    contacts: [{ profile: { name: "Rudo" }, wa_id: waId, ...(userId && { user_id: userId }) }],
    messages: [message],
  };
  const entry = [{ id: "100000000000002", changes: [{ field: "messages", value }] }];
  return signedRequest(stage, webhookBody({ object: "whatsapp_business_account", entry }));
}
