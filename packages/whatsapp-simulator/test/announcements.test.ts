import { expect, test } from "vitest";
import { openSimulator } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const from = "+263771234567";

async function opened(options = {}) {
  const receiver = await webhookReceiver();
  const { simulator } = await openSimulator({ webhookUrl: receiver.url, ...options });
  const changes = () => receiver.received.flatMap(({ body }) => body.entry[0].changes);
  return { simulator, changes, receiver };
}

test("user_changed_number comes as a system message without contacts", async () => {
  const { simulator, changes } = await opened({ people: { [from]: "Tariro" } });
  await simulator.announce("user_changed_number", { from, to: "+263771234599" });
  const [{ field, value }] = changes();
  expect(field).toBe("messages");
  expect(value).not.toHaveProperty("contacts");
  expect(value.messages[0]).toMatchObject({
    from: "263771234567",
    type: "system",
    system: { type: "user_changed_number", wa_id: "263771234599", body: expect.stringContaining("Tariro") },
  });
});

test("user_changed_user_id comes as a system message and as user_id_update with both ids", async () => {
  const { simulator, changes } = await opened({ identity: "bsuid-only" });
  await simulator.announce("user_changed_user_id", { from, previous: "ZW.1" });
  const [system, update] = changes();
  expect(system.value.messages[0].system).toMatchObject({ type: "user_changed_user_id" });
  expect(update.field).toBe("user_id_update");
  expect(update.value.user_id_update[0].user_id).toEqual({
    previous: "ZW.1",
    current: expect.stringMatching(/^ZW\.\d{20}$/),
  });
});

test.each(["stop", "resume"] as const)("user_preferences tells of %s", async (value) => {
  const { simulator, changes } = await opened();
  await simulator.announce("user_preferences", { from, value });
  expect(changes()).toMatchObject([
    {
      field: "user_preferences",
      value: {
        contacts: [{ wa_id: "263771234567" }],
        user_preferences: [
          { wa_id: "263771234567", category: "marketing_messages", value, timestamp: 1_795_420_800 },
        ],
      },
    },
  ]);
});

test("events of the account carry the account's id and the time as a number", async () => {
  const { simulator, receiver, changes } = await opened();
  const info = { ban_info: { waba_ban_state: "DISABLE" } };
  await simulator.announce("account_update", { event: "DISABLED_UPDATE", info });
  await simulator.announce("account_alerts", { alertType: "OBA_APPROVED", severity: "INFORMATIONAL" });
  await simulator.announce("account_review_update", { decision: "APPROVED" });
  await simulator.announce("phone_number_quality_update", { event: "FLAGGED", currentLimit: "TIER_10K" });
  await simulator.announce("business_capability_update", { maxDailyConversations: 2_000 });
  expect(receiver.received[0]?.body.entry[0]).toMatchObject({ id: "100000000000002", time: 1_795_420_800 });
  expect(changes()).toMatchObject([
    { field: "account_update", value: { event: "DISABLED_UPDATE", ...info } },
    {
      field: "account_alerts",
      value: { alert_info: { alert_severity: "INFORMATIONAL", alert_type: "OBA_APPROVED" } },
    },
    { field: "account_review_update", value: { decision: "APPROVED" } },
    {
      field: "phone_number_quality_update",
      value: { display_phone_number: "15550100000", event: "FLAGGED", current_limit: "TIER_10K" },
    },
    { field: "business_capability_update", value: { max_daily_conversation_per_phone: 2_000 } },
  ]);
});

test("announce() refuses a kind that does not exist, and details that do not fit", async () => {
  const { simulator, receiver } = await opened();
  // @ts-expect-error no such kind
  await expect(simulator.announce("earthquake", {})).rejects.toThrow("Known: user_changed_number");
  // @ts-expect-error no such value
  await expect(simulator.announce("user_preferences", { from, value: "maybe" })).rejects.toThrow("value");
  await expect(simulator.announce("user_preferences", { from: "me", value: "stop" })).rejects.toThrow(
    "E.164",
  );
  expect(receiver.received).toEqual([]);
});
