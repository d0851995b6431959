import { expect, test } from "vitest";
import { appSecret, transportAt, verifyToken } from "./fixtures.js";
import { changeOf, readSigned } from "./webhook-request.js";

const at = new Date("2025-02-12T00:43:44Z");
const time = at.getTime() / 1000;
const template = {
  message_template_id: 1689556908129832,
  message_template_name: "order_update",
  message_template_language: "en-US",
};
const reference = { remoteId: "1689556908129832", remoteName: "order_update", language: "en_US" };

function reviewOf(changes: object, field = "message_template_status_update"): string {
  return changeOf(field, { ...template, ...changes }, { time });
}

test.each([
  ["APPROVED", "approved", null],
  ["REINSTATED", "approved", null],
  ["UNARCHIVED", "approved", null],
  ["FLAGGED", "approved", "FLAGGED"],
  ["PENDING", "pending", null],
  ["IN_APPEAL", "pending", "IN_APPEAL"],
  ["REJECTED", "rejected", "REJECTED"],
  ["LIMIT_EXCEEDED", "rejected", "LIMIT_EXCEEDED"],
  ["PAUSED", "paused", "PAUSED"],
  ["LOCKED", "paused", "LOCKED"],
  ["DISABLED", "disabled", "DISABLED"],
  ["ARCHIVED", "missing", "ARCHIVED"],
  ["DELETED", "missing", "DELETED"],
  ["PENDING_DELETION", "missing", "PENDING_DELETION"],
])("the template event %s leaves the template %s, for the reason %j", async (event, status, reason) => {
  const { templateNews, alerts, unread } = await readSigned(reviewOf({ event, reason: "NONE" }));
  expect(templateNews).toEqual([{ ...reference, status, category: null, reason, at }]);
  expect([alerts, unread]).toEqual([[], []]);
});

const reasons: [what: string, changes: object, reason: string][] = [
  ["a word", { reason: "ABUSIVE_CONTENT" }, "ABUSIVE_CONTENT"],
  [
    "a rejection",
    {
      reason: "INVALID_FORMAT",
      rejection_info: { reason: "Two variables\ntouch.", recommendation: "Part them." },
    },
    "INVALID_FORMAT: Two variables touch. Part them.",
  ],
  [
    "a pause",
    { reason: "NONE", other_info: { title: "FIRST_PAUSE", description: "Many blocked it." } },
    "FIRST_PAUSE: Many blocked it.",
  ],
  [
    "an endless text",
    { reason: "X", rejection_info: { reason: "y".repeat(5_000) } },
    `X: ${"y".repeat(996)}…`,
  ],
];
test.each(reasons)("Meta's reason comes in one line: %s", async (_, changes, reason) => {
  const { templateNews } = await readSigned(reviewOf({ event: "REJECTED", ...changes }));
  expect(templateNews).toMatchObject([{ reason }]);
});

test("a status update tells the template's category where it has one", async () => {
  const body = reviewOf({ event: "APPROVED", message_template_category: "MARKETING" });
  expect((await readSigned(body)).templateNews).toMatchObject([{ category: "MARKETING" }]);
});

test("a template id that is longer than a number can be keeps all of its digits", async () => {
  const id = "12345678901234567890123";
  const body = reviewOf({ event: "APPROVED" }).replace("1689556908129832", id);
  expect((await readSigned(body)).templateNews).toMatchObject([{ remoteId: id }]);
});

test("a text that reads like a template id stays as it is written", async () => {
  const description = '"message_template_id": 12345678901234567890';
  const body = reviewOf({ event: "PAUSED", other_info: { title: "T", description } });
  expect((await readSigned(body)).templateNews).toMatchObject([{ reason: `T: ${description}` }]);
});

test.each(["messages", "account_update", undefined])(
  "a template event is known by its keys, though its field is %s",
  async (field) => {
    const { templateNews } = await readSigned(reviewOf({ event: "APPROVED" }, field));
    expect(templateNews).toMatchObject([{ ...reference, status: "approved" }]);
  },
);

test("a template without a name is known by its id, and one without an id by name and language", async () => {
  const byId = reviewOf({ event: "APPROVED", message_template_name: undefined });
  expect((await readSigned(byId)).templateNews).toMatchObject([
    { remoteId: reference.remoteId, remoteName: null },
  ]);
  const byName = reviewOf({ event: "APPROVED", message_template_id: undefined });
  expect((await readSigned(byName)).templateNews).toMatchObject([{ ...reference, remoteId: null }]);
});

test.each([
  [{ event: "EXALTED" }, "is the unknown template event EXALTED"],
  [{ new_quality_score: "BLUE" }, "has the unknown quality BLUE"],
  [{}, "says nothing known about the template order_update"],
  [{ new_category: 7 }, "names no category"],
  [
    { event: "APPROVED", message_template_id: undefined, message_template_language: undefined },
    "does not say which template it means",
  ],
])("a template change with %j is set aside", async (changes, why) => {
  const { templateNews, alerts, unread } = await readSigned(reviewOf(changes));
  expect([templateNews, alerts]).toEqual([[], []]);
  expect(unread).toMatchObject([{ reason: `a webhook change that ${why}` }]);
});

test("a template event without a time is set aside: it may be old", async () => {
  const { templateNews, unread } = await readSigned(
    changeOf("message_template_status_update", { ...template, event: "APPROVED" }),
  );
  expect(templateNews).toEqual([]);
  expect(unread).toMatchObject([{ reason: "a webhook change that is about a template and has no time" }]);
});

test.each(["YELLOW", "RED"])("a template's quality that falls to %s is an alert", async (score) => {
  const body = reviewOf({ previous_quality_score: "GREEN", new_quality_score: score });
  const { alerts, templateNews } = await readSigned(body);
  expect(alerts).toEqual([
    {
      kind: "message_template_quality_update",
      message: `The quality of the template "order_update" (en_US) has become ${score}.`,
      hint: expect.stringMatching(/\.$/),
      pauseForMs: null,
      at,
    },
  ]);
  expect(templateNews).toEqual([]);
});

test.each(["GREEN", "UNKNOWN"])("a template's quality of %s is no news", async (score) => {
  expect(await readSigned(reviewOf({ new_quality_score: score }))).toMatchObject({ alerts: [], unread: [] });
});

test("a notice of a new category tells the present one, and warns of what comes", async () => {
  const body = reviewOf({ correct_category: "MARKETING", new_category: "UTILITY" });
  const { templateNews, alerts } = await readSigned(body);
  expect(templateNews).toEqual([{ ...reference, status: null, category: "UTILITY", reason: null, at }]);
  expect(alerts).toMatchObject([
    { message: 'The template "order_update" (en_US) will be charged as MARKETING a day from then.' },
  ]);
});

test("a new category is told, and is an alert because it costs more", async () => {
  const body = reviewOf({ previous_category: "UTILITY", new_category: "MARKETING" });
  const { templateNews, alerts } = await readSigned(body);
  expect(templateNews).toEqual([{ ...reference, status: null, category: "MARKETING", reason: null, at }]);
  expect(alerts).toMatchObject([
    { message: 'The template "order_update" (en_US) is charged as MARKETING from now on.' },
  ]);
});

test("words of a template that were changed are no news: the next plan compares them", async () => {
  const body = reviewOf({ message_template_element: "Hi" }, "message_template_components_update");
  expect(await readSigned(body)).toMatchObject({ templateNews: [], alerts: [], unread: [] });
});

test("templates of another account are ignored where businessAccountId says which is ours", async () => {
  const ours = transportAt("https://graph.facebook.com", {
    appSecret,
    verifyToken,
    businessAccountId: "102290129340398",
  });
  const body = reviewOf({ event: "APPROVED" });
  expect(ours.rereadWebhook?.(body).templateNews).toHaveLength(1);
  expect(ours.rereadWebhook?.(body.replace("102290129340398", "5")).templateNews).toEqual([]);
});
