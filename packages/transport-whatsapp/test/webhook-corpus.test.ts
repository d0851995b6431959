import { expect, test } from "vitest";
import { corpusFiles, corpusIsHere } from "./corpus.js";
import { appSecret, transportAt, verifyToken } from "./fixtures.js";
import { signed } from "./webhook-request.js";

if (!corpusIsHere) console.log("The corpus of WhatsApp bodies is not here: every test of it is left out.");

const files = corpusFiles("webhooks");

/** What is read, by kind: receipts by their status, messages by whether they open the window. */
type Kind =
  | "sent"
  | "delivered"
  | "read"
  | "acknowledged"
  | "failed"
  | "opening"
  | "silent"
  | "preferences"
  | "moves"
  | "templateNews"
  | "alerts"
  | "unread";

/** Empty: of no concern here. */
const expected: Record<string, Partial<Record<Kind, number>>> = {
  "18-changes-account-alerts": { delivered: 1, alerts: 4, unread: 5 },
  "account-review-update-approved": {},
  "account-update-account-offboarded": { alerts: 1 },
  "account-update-account-restriction-v2": {},
  "account-update-account-violation": { alerts: 1 },
  "account-update-auth-intl-price-eligibility-update": {},
  "account-update-disabled-update-v2": { alerts: 1 },
  "account-update-mm-lite-terms-signed": {},
  "account-update-partner-added-v3": {},
  "account-update-partner-app-installed": {},
  "account-update-partner-client-certification-status-update": {},
  "account-update-partner-removed": {},
  "account-update-volume-based-pricing-tier-update": {},
  "automatic-events-purchase": {},
  "calls-connect": {},
  calls: {},
  "group-participants-update-group-create": {},
  "history-image": {},
  "invalid-field-malformed": { unread: 1 },
  "message-audio-forwarded-bsuid": { opening: 1 },
  "message-button-bsuid": { opening: 1 },
  "message-button-reply-v2": { acknowledged: 1, opening: 1 },
  "message-contacts-bsuid": { opening: 1 },
  "message-document-forwarded-bsuid": { opening: 1 },
  "message-edit-bsuid": { silent: 1 },
  "message-image-bsuid-v2": { opening: 1 },
  "message-image-v2": { opening: 1 },
  "message-interactive-button-reply-reply-bsuid": { acknowledged: 1, opening: 1 },
  "message-interactive-button-reply-reply": { acknowledged: 1, opening: 1 },
  "message-interactive-call-permission-reply-reply-bsuid": { opening: 1 },
  "message-interactive-list-reply-reply-bsuid": { acknowledged: 1, opening: 1 },
  "message-interactive-nfm-reply-reply-bsuid": { opening: 1 },
  "message-location-forwarded-bsuid-v2": { opening: 1 },
  "message-location-reply": { opening: 1 },
  "message-order-bsuid": { opening: 1 },
  "message-order": { opening: 1 },
  "message-reaction-removed-bsuid": { silent: 1 },
  "message-revoke": { silent: 1 },
  "message-sticker": { opening: 1 },
  "message-system-user-changed-number-no-contacts": { moves: 1 },
  "message-template-quality-update": { alerts: 1 },
  "message-template-status-update-approved-malformed": { templateNews: 1 },
  "message-template-status-update-disabled-abusive-content-disable-info": { templateNews: 1 },
  "message-template-status-update-locked-rate-limiting-pause": { templateNews: 1 },
  "message-template-status-update-rejected-invalid-format": { templateNews: 1 },
  "message-text-ad-referral": { opening: 1 },
  "message-text-bsuid": { opening: 1 },
  "message-text-forwarded-bsuid": { opening: 1 },
  "message-text-referred-product": { opening: 1 },
  "message-text": { opening: 1 },
  "message-unsupported-errors-bsuid": { silent: 1 },
  "message-unsupported-pool-errors-bsuid": { silent: 1 },
  "message-video": { opening: 1 },
  "messages-approved-malformed": { templateNews: 1 },
  "no-field-partner-app-uninstalled": {},
  "payment-configuration-update": {},
  "phone-number-quality-update-flagged": { alerts: 1 },
  "security-pin-reset-request": { alerts: 1 },
  "smb-message-echoes-edit": {},
  "smb-message-echoes-text": {},
  "status-delivered-pricing-cbp-service-conversation": { delivered: 1 },
  "status-delivered-pricing-pmp-marketing-regular-bsuid-contacts-v2": { delivered: 1 },
  "status-delivered-pricing-pmp-marketing-regular-bsuid-no-phone-contacts-v2": { delivered: 1 },
  "status-failed-error-130472-contacts": { failed: 1 },
  "status-failed-error-131036": { failed: 1 },
  "status-failed-error-131047": { failed: 1 },
  "status-failed-error-131053": { failed: 1 },
  "status-played-pricing-cbp-service-conversation-contacts": { read: 1 },
  "status-sent-pricing-cbp-service-conversation-callback-data-contacts": { sent: 1 },
  "status-sent-pricing-pmp-marketing-regular-conversation": { sent: 1 },
  "template-category-update-notice-v2": { templateNews: 1, alerts: 1 },
  "template-category-update-v2": { templateNews: 1, alerts: 1 },
  "template-status-update-malformed": { unread: 1 },
  "user-preferences-resume-v2": { preferences: 1 },
  "user-preferences-signup": { preferences: 1 },
  "value-errors-130429": { alerts: 1 },
};

/** The few bodies with something that nobody can read, and why. */
const refusals: Record<string, readonly RegExp[]> = {
  "18-changes-account-alerts": [
    /template and has no time/,
    /template and has no time/,
    /does not say who wrote it/,
    /template and has no time/,
    /preference that has no time/,
  ],
  "invalid-field-malformed": [/unknown field invalid_field/],
  "template-status-update-malformed": [/unknown field template_status_update/],
};

// Each file names its own business number.
async function read(body: string) {
  const phoneNumberId = /"phone_number_id": ?"([^"]+)"/.exec(body)?.[1] ?? "106540352242922";
  const transport = transportAt("https://graph.facebook.com", { phoneNumberId, appSecret, verifyToken });
  const reading = await transport.readWebhook?.(signed(body));
  if (reading === undefined) throw new Error("The transport has no readWebhook.");
  return { reading, again: transport.rereadWebhook?.(body) };
}

test.skipIf(!corpusIsHere)("the corpus and the table of what is read from it hold the same bodies", () => {
  expect(files.map(([name]) => shortName(name)).sort()).toEqual(Object.keys(expected).sort());
});

test.each(files)("readWebhook() reads from %s of the corpus what the table says", async (name, body) => {
  const { reading } = await read(body);
  expect(reading.answer.status).toBe(200);
  const { receipts, inbound, preferences, moves, templateNews, alerts, unread } = reading;
  const counts: Partial<Record<Kind, number>> = {};
  const count = (kind: Kind, number = 1) => {
    if (number > 0) counts[kind] = (counts[kind] ?? 0) + number;
  };
  for (const { status } of receipts) count(status);
  for (const { opensWindow } of inbound) count(opensWindow ? "opening" : "silent");
  for (const [kind, list] of Object.entries({ preferences, moves, templateNews, alerts, unread }))
    count(kind as Kind, list?.length);
  expect(counts).toEqual(expected[shortName(name)]);
  for (const { address, alias } of inbound)
    expect(address ?? alias).toMatch(/^(?:\+\d{8,15}|[A-Z]{2}\.\w+)$/);
});

test.each(files)("readWebhook() sets aside of %s of the corpus only what is listed", async (name, body) => {
  const { reading } = await read(body);
  const reasons = reading.unread?.map(({ reason }) => reason) ?? [];
  expect(reasons).toEqual((refusals[shortName(name)] ?? []).map((why) => expect.stringMatching(why)));
});

test.each(files.filter(([name]) => name.startsWith("webhook-status-")))(
  "readWebhook() gives the receipt in %s of the corpus its message and its error",
  async (name, body) => {
    const code = /-error-(\d+)/.exec(name)?.[1];
    const { id } = (JSON.parse(body) as { entry: [{ changes: [{ value: { statuses: [{ id: string }] } }] }] })
      .entry[0].changes[0].value.statuses[0];
    const { reading } = await read(body);
    expect(reading.receipts).toMatchObject([{ providerMessageId: id, attemptId: null }]);
    expect(reading.receipts[0]?.failure?.providerCode).toBe(code);
    expect(reading.receipts[0]?.charge !== null).toBe(name.includes("pricing"));
  },
);

test.each(files)("rereadWebhook() reads %s of the corpus like the first time", async (_, body) => {
  const { reading, again } = await read(body);
  const { answer, body: kept, ...news } = reading;
  expect(kept).toBe(body);
  // What has no time of its own happened when it was read.
  const now = new Date();
  const atOnce = (alerts: typeof news.alerts) =>
    alerts?.map((alert) => (now.getTime() - alert.at.getTime() < 60_000 ? { ...alert, at: now } : alert));
  expect({ ...again, alerts: atOnce(again?.alerts) }).toEqual({ ...news, alerts: atOnce(news.alerts) });
});

function shortName(name: string): string {
  return name.replace(/^webhook-|\.json$/g, "");
}
