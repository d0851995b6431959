import { webhookBody } from "@callboard/whatsapp-simulator";
import { describe, expect, test } from "vitest";
import { type LoopStage, onLoop, signedRequest } from "./whatsapp-loop-stage.js";

const rudo = "+263771234501";
const day = 86_400_000;

const people = Array.from({ length: 101 }, (_, index) => ({
  userId: `user-${index}`,
  addresses: { whatsapp: `+26377${1_000_000 + index}` },
}));
const userIds = people.map(({ userId }) => userId);

const save = ({ callboard }: LoopStage) =>
  callboard.contacts.save([{ userId: "rudo", name: "Rudo", addresses: { whatsapp: rudo } }, ...people]);

async function tell(stage: LoopStage, template: "notice" | "offer" = "notice") {
  const { queued } = await stage.queue(template, ["rudo"]);
  const get = async () => (await stage.storage.notifications.getMany([queued[0]?.id ?? ""]))[0]!;
  await stage.until(async () => (await get()).status === "read");
  return get();
}

const typesOf = ({ simulator }: LoopStage) =>
  simulator.messages().map(({ type, status }) => [type === "template" ? "template" : "free", status]);

const allRead = (stage: LoopStage) => async () =>
  (await stage.rows()).every(({ status }) => status === "read");

describe("preferFreeText", () => {
  const transport = { preferFreeText: true };

  test(
    "free text goes to a person who wrote today, and the template to one who did not",
    onLoop({ transport, sweepMs: 600_000 }, async (stage) => {
      await save(stage);
      await tell(stage);
      await stage.simulator.receive({ from: rudo, text: "Good morning" });
      await tell(stage);
      await stage.advance(day, 600_000);
      await tell(stage);
      const read = ["template", "free", "template"].map((form) => [form, "read"]);
      expect(typesOf(stage)).toEqual(read);
    }),
  );

  test.each(["async", "sync"] as const)(
    "a window that only Meta knows to be closed costs one attempt, and the template goes (%s)",
    (delivery) =>
      onLoop({ transport, simulator: { errorDelivery: { 131047: delivery } } }, async (stage) => {
        await save(stage);
        await stage.simulator.receive({ from: rudo, text: "Good morning" });
        await stage.metaClock.advance(day + 1_000);
        const failed = stage.heard("notification.failed");
        const { attempts, charge } = await tell(stage);
        expect([attempts, failed, charge?.category]).toEqual([2, [], "utility"]);
        const refused = [["free", "failed"]];
        expect(typesOf(stage)).toEqual([...(delivery === "async" ? refused : []), ["template", "read"]]);
      })(),
  );

  test(
    "free text that Meta has refused is not tried again while the template waits to be handed in, and then the template goes",
    onLoop({ transport: { ...transport, businessAccountId: "100000000000002" } }, async (stage) => {
      await save(stage);
      await stage.simulator.receive({ from: rudo, text: "Good morning" });
      await stage.metaClock.advance(day + 1_000);
      await stage.queue("notice", ["rudo"]);
      await stage.advance(5 * 60_000, 1_000);
      expect(typesOf(stage)).toEqual([["free", "failed"]]);
      const { templates } = stage.callboard;
      await templates.apply(await templates.plan());
      await stage.until(allRead(stage), 1_000);
      expect(typesOf(stage)).toEqual([
        ["free", "failed"],
        ["template", "read"],
      ]);
      expect((await stage.rows())[0]?.attempts).toBe(2);
    }),
  );

  test(
    "each message is charged as what it went out as, once",
    onLoop({ transport, simulator: { webhookDelivery: { doubledShare: 1 } } }, async (stage) => {
      await save(stage);
      await tell(stage);
      await tell(stage, "offer");
      await stage.simulator.receive({ from: rudo, text: "Good morning" });
      await tell(stage);
      const { charges } = await stage.callboard.notifications.stats({ from: new Date(0) });
      const lines = charges.map(({ template, charge, count }) => [
        template,
        charge.category,
        charge.type,
        charge.country,
        count,
      ]);
      expect(lines.sort()).toEqual([
        ["notice", "service", "regular", "ZW", 1],
        ["notice", "utility", "regular", "ZW", 1],
        ["offer", "marketing", "regular", "ZW", 1],
      ]);
    }),
  );
});

describe("the account", () => {
  test(
    "an account that Meta disables stops sending with one alarm, and after an hour it is tried again",
    onLoop({ simulator: { webhookDelivery: { doubledShare: 1 } } }, async (stage) => {
      await save(stage);
      const paused = stage.heard("channel.paused");
      const alerts = stage.heard("channel.alert");
      const ban_info = { waba_ban_state: "DISABLE", waba_ban_date: "November 2, 2026" };
      await stage.simulator.announce("account_update", { event: "DISABLED_UPDATE", info: { ban_info } });
      await stage.queue("notice", userIds);
      await stage.advance(30 * 60_000, 5_000);
      expect(new Set((await stage.rows()).map(({ status }) => status))).toEqual(new Set(["pending"]));
      expect(stage.simulator.requestCount()).toBe(0);
      expect(paused.map(({ reason }) => reason)).toEqual([expect.stringContaining("disabled")]);
      expect(new Set(alerts.map(({ kind }) => kind))).toEqual(new Set(["DISABLED_UPDATE"]));
      await stage.until(allRead(stage), 5_000);
      expect(paused).toHaveLength(1);
    }),
  );

  test(
    "news of quality and limits are told, and stop nothing",
    onLoop({}, async (stage) => {
      await save(stage);
      const paused = stage.heard("channel.paused");
      const alerts = stage.heard("channel.alert");
      const { simulator } = stage;
      await simulator.announce("phone_number_quality_update", { event: "FLAGGED", currentLimit: "TIER_1K" });
      await simulator.announce("phone_number_quality_update", { event: "UPGRADE", currentLimit: "TIER_10K" });
      await simulator.announce("business_capability_update", { maxDailyConversations: 2_000 });
      await simulator.announce("account_alerts", { alertType: "OBA_REJECTED", severity: "WARNING" });
      await simulator.announce("account_review_update", { decision: "REJECTED" });
      await tell(stage);
      expect(alerts.map(({ kind }) => kind)).toEqual([
        ...["FLAGGED", "business_capability_update", "OBA_REJECTED", "account_review_update"],
      ]);
      expect(paused).toEqual([]);
      expect(await stage.storage.webhooks.listAside({ limit: 10 })).toEqual([]);
    }),
  );

  test(
    "an unknown field among good ones is set aside, and can be read there, while the others are heeded",
    onLoop({}, async (stage) => {
      const unread = stage.heard("webhook.unread");
      await save(stage);
      const known = { event: "FLAGGED", current_limit: "TIER_1K", display_phone_number: "15550100000" };
      const changes = [
        { field: "moon_phase", value: { phase: "full" } },
        { field: "phone_number_quality_update", value: known },
      ];
      const alerts = stage.heard("channel.alert");
      const entry = [{ id: "100000000000002", time: 1_793_606_400, changes }];
      const body = webhookBody({ object: "whatsapp_business_account", entry });
      for (const _ of [1, 2])
        expect((await stage.callboard.webhook("whatsapp", signedRequest(stage, body))).status).toBe(200);
      const aside = await stage.storage.webhooks.listAside({ limit: 10 });
      expect(aside).toHaveLength(1);
      expect(aside[0]?.reason).toContain("moon_phase");
      expect(aside[0]?.body).toContain("full");
      expect(unread.length).toBeGreaterThan(0);
      expect(alerts[0]?.kind).toBe("FLAGGED");
    }),
  );

  test("a token that ends mid-run stops the sender with one alarm and costs nobody a message, until another is there", async () => {
    let token = "simulator-access-token";
    await onLoop({ transport: { accessToken: () => token, messagesPerSecond: 20 } }, async (stage) => {
      await save(stage);
      const paused = stage.heard("channel.paused");
      const resumed = stage.heard("channel.resumed");
      await stage.queue("notice", userIds);
      await stage.until(() => stage.simulator.messages().length >= 20);
      stage.simulator.expireToken();
      await stage.advance(5 * 60_000, 1_000);
      const statuses = new Set((await stage.rows()).map(({ status }) => status));
      expect([statuses, paused.length]).toEqual([new Set(["read", "pending"]), 1]);
      token = "the-next-token";
      stage.simulator.setAccessToken(token);
      await stage.until(allRead(stage), 1_000);
      expect([paused.length, resumed.length]).toEqual([1, 1]);
      expect(stage.simulator.messages()).toHaveLength(101);
      expect(paused[0]?.reason).not.toContain("simulator-access-token");
    })();
  }, 60_000);

  test(
    "a minute of maintenance is waited for, with one alarm, and then all goes",
    onLoop({ transport: { messagesPerSecond: 20 } }, async (stage) => {
      await save(stage);
      const paused = stage.heard("channel.paused");
      await stage.queue("notice", userIds);
      await stage.until(() => stage.simulator.messages().length >= 20);
      stage.simulator.startMaintenance();
      await stage.until(allRead(stage), 500);
      expect(paused).toHaveLength(1);
      expect(stage.simulator.messages()).toHaveLength(101);
      const failed = (await stage.rows()).filter(({ attempts }) => attempts > 2);
      expect(failed).toEqual([]);
    }),
  );
});

describe("limits", () => {
  test("of 100 messages to one person and 100 to others nobody meets Meta's limit, and the others do not wait", async () => {
    await onLoop({}, async (stage) => {
      await save(stage);
      for (let number = 0; number < 100; number += 1) await stage.queue("notice", ["rudo"], `R-${number}`);
      await stage.queue("notice", userIds.slice(0, 100));
      const startedAt = stage.clock.now().getTime();
      await stage.until(allRead(stage), 500);
      const rows = await stage.rows();
      expect(rows.filter(({ attempts }) => attempts !== 1)).toEqual([]);
      expect(stage.simulator.requestCount()).toBe(200);
      const waited = (isRudo: boolean) =>
        rows
          .filter(({ userId }) => (userId === "rudo") === isRudo)
          .map(({ sentAt }) => (sentAt?.getTime() ?? Number.NaN) - startedAt);
      expect(Math.max(...waited(false))).toBeLessThan(10_000);
      expect(waited(true).filter((ms) => ms < 5_000).length).toBeGreaterThan(30);
      // One window later at most than without a pause after the burst, and at most a fortieth slower.
      expect(Math.max(...waited(true))).toBeLessThan((55 + 45) * 6_000 * 1.025);
    })();
  }, 60_000);
});
