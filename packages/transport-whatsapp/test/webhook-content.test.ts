import { expect, test } from "vitest";
import { attemptId } from "./fixtures.js";
import { envelopeOf, letterOf, phoneNumberId, readSigned, statusOf } from "./webhook-request.js";

async function receiptsOf(...statuses: unknown[]) {
  return (await readSigned(envelopeOf({ statuses }))).receipts;
}

async function inboundOf(value: object) {
  return (await readSigned(envelopeOf(value))).inbound;
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

const failures: [what: string, errors: unknown, failureClass: string, providerCode: string | null][] = [
  ["the window closed", [{ code: 131047, title: "Re-engagement message" }], "permanent-request", "131047"],
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

test("one malformed item never spoils the others", async () => {
  const odd = [
    null,
    7,
    "x",
    [],
    {},
    statusOf({ id: 7 }),
    statusOf({ id: "" }),
    statusOf({ status: "deleted" }),
    statusOf({ status: ["sent"] }),
    statusOf({ timestamp: "soon" }),
    statusOf({ timestamp: -1 }),
    statusOf({ timestamp: 1e20 }),
    statusOf({ timestamp: null }),
  ];
  const receipts = await receiptsOf(...odd, statusOf({ id: "wamid.good" }), ...odd);
  expect(receipts.map(({ providerMessageId }) => providerMessageId)).toEqual(["wamid.good"]);
});

test("every entry and change of a body is read", async () => {
  const value = { statuses: [statusOf({})], messages: [letterOf({})] };
  const { entry, object } = JSON.parse(envelopeOf(value)) as {
    object: string;
    entry: [{ changes: unknown[] }];
  };
  const changes = [...entry[0].changes, null, ...entry[0].changes];
  const body = JSON.stringify({ object, entry: [{ changes }, 7, { changes }] });
  const { receipts, inbound } = await readSigned(body);
  expect([receipts.length, inbound.length]).toEqual([4, 4]);
});

test.each(["page", "instagram", undefined])(
  "a webhook about the object %s is ignored with 200",
  async (object) => {
    const body = JSON.stringify({ ...JSON.parse(envelopeOf({ statuses: [statusOf({})] })), object });
    expect(await readSigned(body)).toMatchObject({ answer: { status: 200 }, receipts: [], inbound: [] });
  },
);

test.each([
  "text",
  "image",
  "video",
  "audio",
  "voice",
  "document",
  "sticker",
  "location",
  "contacts",
  "button",
  "interactive",
  "order",
])("a person's %s message opens their window", async (type) => {
  expect(await inboundOf({ messages: [letterOf({ type })] })).toEqual([
    { address: "+263771234567", at: new Date("2025-09-19T03:55:44Z") },
  ]);
});

test.each(["reaction", "system", "revoke", "edit", "unsupported", "request_welcome", "unknown", undefined])(
  "a %s message opens nothing",
  async (type) => {
    expect(await inboundOf({ messages: [letterOf({ type })] })).toEqual([]);
  },
);

test.each([
  ["hides their number", { from: undefined, from_user_id: "US.13491208655302741918" }],
  ["is named by a user id alone", { from: "US.13491208655302741918" }],
  ["writes in a group", { group_id: "g-1" }],
  ["has no time", { timestamp: undefined }],
])("a person who %s is passed over", async (_, changes) => {
  expect(await inboundOf({ messages: [letterOf(changes), letterOf({})] })).toHaveLength(1);
});

test.each([
  ["16505551234", "+16505551234"],
  ["+16505551234", "+16505551234"],
  ["5215512345678", "+525512345678"],
  ["551187654321", "+5511987654321"],
  ["5491112345678", "+5491112345678"],
])("a person whom WhatsApp calls %s is found under %s", async (from, address) => {
  expect(await inboundOf({ messages: [letterOf({ from })] })).toMatchObject([{ address }]);
});

test("a message to another business number opens no window here", async () => {
  const messages = [letterOf({})];
  expect(await inboundOf({ messages, metadata: { phone_number_id: "999" } })).toEqual([]);
  expect(await inboundOf({ messages, metadata: { phone_number_id: phoneNumberId } })).toHaveLength(1);
  expect(await inboundOf({ messages, metadata: undefined })).toHaveLength(1);
});
