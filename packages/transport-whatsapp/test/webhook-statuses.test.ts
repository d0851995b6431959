import { expect, test } from "vitest";
import { attemptId } from "./fixtures.js";
import { envelopeOf, readSigned, statusOf } from "./webhook-request.js";

async function receiptsOf(...statuses: unknown[]) {
  return (await readSigned(envelopeOf({ statuses }))).receipts;
}

test.each([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
])("a status %s becomes a receipt %s at its own time", async (status, expected) => {
  expect(await receiptsOf(statusOf({ status }))).toEqual([
    {
      providerMessageId: "wamid.1",
      attemptId: null,
      status: expected,
      occurredAt: new Date("2025-06-18T16:22:53Z"),
      failure: null,
      charge: null,
    },
  ]);
});

test("a timestamp may be a number", async () => {
  const [receipt] = await receiptsOf(statusOf({ timestamp: 1750263773 }));
  expect(receipt?.occurredAt).toEqual(new Date("2025-06-18T16:22:53Z"));
});

test.each([
  [`cb1:${attemptId}`, attemptId],
  [attemptId, null],
  [`cb2:${attemptId}`, null],
  [`cb1:${attemptId}x`, null],
  ["cb1:", null],
  [7, null],
])("the callback data %j names the attempt %j", async (data, expected) => {
  const [receipt] = await receiptsOf(statusOf({ biz_opaque_callback_data: data }));
  expect(receipt?.attemptId).toBe(expected);
});

const pmp = { billable: true, pricing_model: "PMP", type: "regular", category: "utility" };
const charges: [what: string, changes: object, charge: object | null][] = [
  ["per message", { pricing: pmp }, { category: "utility", type: "regular", country: "ZW" }],
  [
    "per conversation",
    { pricing: { pricing_model: "CBP", category: "service" } },
    { category: "service", type: null, country: "ZW" },
  ],
  [
    "for an old Mexican number",
    { pricing: pmp, recipient_id: "5215512345678" },
    { category: "utility", type: "regular", country: "MX" },
  ],
  [
    "for a person who hides their number",
    { pricing: pmp, recipient_id: undefined, recipient_user_id: "IN.13491208655302741918" },
    { category: "utility", type: "regular", country: "IN" },
  ],
  [
    "for a number of no country",
    { pricing: pmp, recipient_id: "8835100012345" },
    { category: "utility", type: "regular", country: null },
  ],
  ["without a category", { pricing: { type: "regular" } }, null],
  ["that is odd", { pricing: "free" }, null],
];
test.each(charges)("a charge %s is told with the receipt", async (_, changes, charge) => {
  const [receipt] = await receiptsOf(statusOf(changes));
  expect(receipt?.charge).toEqual(charge);
});

const failures: [what: string, errors: unknown, failureClass: string, providerCode: string | null][] = [
  ["the window closed", [{ code: 131047, title: "Re-engagement message" }], "retry", "131047"],
  ["the number unknown", [{ code: 131026 }], "permanent-recipient", "131026"],
  ["marketing capped", [{ code: 131049 }], "retry-later", "131049"],
  ["a busy media host", [{ code: 131053, error_data: { details: "http code 429" } }], "retry", "131053"],
  ["two errors", [{ code: 131042 }, { code: 131026 }], "sender", "131042"],
  ["an unknown code", [{ code: 999_999 }], "permanent-request", "999999"],
  ["no errors", undefined, "permanent-request", null],
  ["odd errors", "oops", "permanent-request", null],
];
test.each(failures)(
  "a failed status with %s becomes a failure",
  async (_, errors, failureClass, providerCode) => {
    const [receipt] = await receiptsOf(statusOf({ status: "failed", errors }));
    expect(receipt).toMatchObject({
      status: "failed",
      failure: { failureClass, providerCode, hint: expect.stringMatching(/\.$/) },
    });
  },
);

test("a failure because the person has stopped marketing is their wish, and does not end their address", async () => {
  const status = statusOf({ status: "failed", errors: [{ code: 131050 }], recipient_user_id: "ZW.9" });
  const { receipts, preferences } = await readSigned(envelopeOf({ statuses: [status] }));
  expect(receipts).toMatchObject([{ failure: { failureClass: "permanent-request" } }]);
  const at = new Date("2025-06-18T16:22:53Z");
  expect(preferences).toEqual([
    { address: "+263771234567", alias: "ZW.9", scope: "marketing", optedOut: true, at },
  ]);
});

test.each(["deleted", "warning"])("a status %s of older platforms is ignored", async (status) => {
  expect(await readSigned(envelopeOf({ statuses: [statusOf({ status })] }))).toMatchObject({
    receipts: [],
    unread: [],
  });
});

test("one malformed status never spoils the others, and is set aside with a reason", async () => {
  const odd = [
    [null, "is not a JSON object"],
    [7, "is not a JSON object"],
    [[], "is not a JSON object"],
    [{}, "has the unknown word ?"],
    [statusOf({ status: "teleported" }), "has the unknown word teleported"],
    [statusOf({ status: ["sent"] }), "has the unknown word ?"],
    [statusOf({ id: 7 }), "names no message"],
    [statusOf({ id: "" }), "names no message"],
    [statusOf({ timestamp: "soon" }), "has no time"],
    [statusOf({ timestamp: -1 }), "has no time"],
    [statusOf({ timestamp: 1e20 }), "has no time"],
    [statusOf({ timestamp: null }), "has no time"],
  ] as const;
  const statuses = [...odd.map(([status]) => status), statusOf({ id: "wamid.good" })];
  const { answer, receipts, unread } = await readSigned(envelopeOf({ statuses }));
  expect(answer.status).toBe(200);
  expect(receipts.map(({ providerMessageId }) => providerMessageId)).toEqual(["wamid.good"]);
  expect(unread).toEqual(
    odd.map(([status, why]) => ({ reason: `a status that ${why}`, body: JSON.stringify(status) })),
  );
});

test("what is set aside is cut to 64,000 characters, and a reason repeats no text", async () => {
  const secret = "Ada's words ".repeat(10_000);
  const { unread } = await readSigned(envelopeOf({ statuses: [{ status: secret }] }));
  expect(unread).toMatchObject([{ reason: "a status that has the unknown word ?" }]);
  expect(unread?.[0]?.body.length).toBe(64_000);
});

test("an error that belongs to no message is an alert", async () => {
  const { alerts } = await readSigned(envelopeOf({ errors: [{ code: 130429, title: "Rate limit hit" }] }));
  expect(alerts).toEqual([
    {
      kind: "130429",
      message: "WhatsApp error 130429 (Rate limit hit)",
      hint: expect.stringMatching(/\.$/),
      pauseForMs: null,
      at: expect.any(Date),
    },
  ]);
});

test("a thousand statuses in one body become a thousand receipts", async () => {
  const statuses = Array.from({ length: 1000 }, (_, index) => statusOf({ id: `wamid.${index}` }));
  expect(await receiptsOf(...statuses)).toHaveLength(1000);
});
