import { expect, test } from "vitest";
import { changeOf, envelopeOf, letterOf, readSigned, statusOf } from "./webhook-request.js";

const at = new Date("2025-03-31T20:11:43Z");
const time = at.getTime() / 1000;
const hour = 3_600_000;

const stopping = (inMs: number) => ({
  event: "ACCOUNT_RESTRICTION",
  restriction_info: [
    { restriction_type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION" },
    { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: time + inMs / 1000 },
  ],
});
const alerting: [field: string, value: object, kind: string, pauseForMs: number | null][] = [
  ["account_update", { event: "ACCOUNT_DELETED" }, "ACCOUNT_DELETED", hour],
  ["account_update", { event: "ACCOUNT_OFFBOARDED" }, "ACCOUNT_OFFBOARDED", null],
  [
    "account_update",
    { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "ADULT" } },
    "ACCOUNT_VIOLATION",
    null,
  ],
  [
    "account_update",
    { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } },
    "DISABLED_UPDATE",
    hour,
  ],
  [
    "account_update",
    { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "SCHEDULE_FOR_DISABLE" } },
    "DISABLED_UPDATE",
    null,
  ],
  [
    "account_update",
    { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } },
    "DISABLED_UPDATE",
    null,
  ],
  ["account_update", stopping(2 * hour), "ACCOUNT_RESTRICTION", 2 * hour],
  ["account_update", stopping(60 * 24 * hour), "ACCOUNT_RESTRICTION", 24 * hour],
  ["account_update", stopping(-hour), "ACCOUNT_RESTRICTION", null],
  [
    "account_update",
    {
      event: "ACCOUNT_RESTRICTION",
      restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING" }],
    },
    "ACCOUNT_RESTRICTION",
    hour,
  ],
  [
    "account_update",
    {
      event: "ACCOUNT_RESTRICTION",
      restriction_info: [{ restriction_type: "RESTRICTED_USER_INITIATED_CALLING" }],
    },
    "ACCOUNT_RESTRICTION",
    null,
  ],
  [
    "account_alerts",
    { alert_info: { alert_severity: "CRITICAL", alert_type: "OBA_REJECTED", alert_description: "No." } },
    "OBA_REJECTED",
    null,
  ],
  ["account_review_update", { decision: "REJECTED" }, "account_review_update", null],
  ["phone_number_name_update", { decision: "REJECTED" }, "phone_number_name_update", null],
  ["phone_number_quality_update", { event: "FLAGGED" }, "FLAGGED", null],
  ["phone_number_quality_update", { event: "DOWNGRADE" }, "DOWNGRADE", null],
  ["phone_number_quality_update", { event: "THROUGHPUT_UPGRADE" }, "THROUGHPUT_UPGRADE", null],
  [
    "business_capability_update",
    { max_daily_conversation_per_phone: 1000 },
    "business_capability_update",
    null,
  ],
  ["security", { event: "PIN_RESET_REQUEST" }, "PIN_RESET_REQUEST", null],
];
test.each(alerting)(
  "%s %j is the alert %s, which pauses for %s ms",
  async (field, value, kind, pauseForMs) => {
    const { alerts, unread } = await readSigned(changeOf(field, value, { time }));
    expect(alerts).toEqual([
      {
        kind,
        message: expect.stringMatching(/^[A-Z].*\.$/),
        hint: expect.stringMatching(/^[A-Z].*\.$/),
        pauseForMs,
        at,
      },
    ]);
    expect(unread).toEqual([]);
  },
);

test.each([
  ["account_update", { event: "PARTNER_ADDED" }],
  ["account_update", { event: "VOLUME_BASED_PRICING_TIER_UPDATE" }],
  ["account_review_update", { decision: "APPROVED" }],
  ["phone_number_name_update", { decision: "DEFERRED" }],
  ["phone_number_quality_update", { event: "UNFLAGGED" }],
  ["business_capability_update", { max_phone_numbers_per_waba: 25 }],
  ["calls", { calls: [] }],
  ["history", { messages: [letterOf({})] }],
  ["smb_message_echoes", { message_echoes: [letterOf({})] }],
])("%s %j is known, and no news", async (field, value) => {
  const news = await readSigned(changeOf(field, value, { time }));
  expect(news).toMatchObject({ receipts: [], inbound: [], alerts: [], unread: [] });
});

test.each([
  ["account_update", { event: "ACCOUNT_EXALTED" }, "is the unknown account event ACCOUNT_EXALTED"],
  ["account_review_update", { decision: "MAYBE" }, "is the unknown decision MAYBE"],
  ["phone_number_quality_update", { event: 7 }, "is the unknown event ? of a number"],
  ["account_alerts", {}, "is an alert without a severity"],
  ["security", {}, "names no security event"],
  ["messages", {}, "says nothing known"],
  ["moon_phase", { phase: "full" }, "has the unknown field moon_phase"],
  [undefined, { phase: "full" }, "has the unknown field ?"],
])("%s %j is set aside, and the rest of the body is read", async (field, value, why) => {
  const odd = JSON.parse(changeOf(field, value, { time })) as { entry: object[] };
  const good = JSON.parse(envelopeOf({ statuses: [statusOf({})] })) as { entry: object[] };
  const { answer, receipts, alerts, unread } = await readSigned(
    JSON.stringify({ ...odd, entry: [...odd.entry, ...good.entry] }),
  );
  expect([answer.status, receipts.length, alerts]).toEqual([200, 1, []]);
  expect(unread).toMatchObject([{ reason: `a webhook change that ${why}` }]);
});

test("an account event without a time happened now", async () => {
  const { alerts } = await readSigned(changeOf("account_update", { event: "ACCOUNT_DELETED" }));
  expect(Math.abs((alerts?.[0]?.at.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("a sample of the dashboard's Test button pauses nothing", async () => {
  const body = changeOf("account_update", { event: "ACCOUNT_DELETED" }, { time, id: "0" });
  expect(await readSigned(body)).toMatchObject({ alerts: [], unread: [] });
});

test("every entry and change of a body is read, and malformed ones are set aside", async () => {
  const value = { statuses: [statusOf({})], messages: [letterOf({})] };
  const { entry, object } = JSON.parse(envelopeOf(value)) as {
    object: string;
    entry: [{ changes: unknown[] }];
  };
  const changes = [...entry[0].changes, null, ...entry[0].changes];
  const body = JSON.stringify({ object, entry: [{ changes }, 7, { changes }, { changes: "x" }] });
  const { receipts, inbound, unread } = await readSigned(body);
  expect([receipts.length, inbound.length]).toEqual([4, 4]);
  expect(unread?.map(({ reason }) => reason)).toEqual([
    "a webhook change that is not a JSON object",
    "a webhook entry that is not a JSON object",
    "a webhook change that is not a JSON object",
    "no list where there should be one, of each webhook change",
  ]);
});

test.each(["page", "instagram", undefined])(
  "a webhook about the object %s is ignored with 200",
  async (object) => {
    const body = JSON.stringify({ ...JSON.parse(envelopeOf({ statuses: [statusOf({})] })), object });
    const nothing = { answer: { status: 200 }, receipts: [], inbound: [], unread: [] };
    expect(await readSigned(body)).toMatchObject(nothing);
  },
);
