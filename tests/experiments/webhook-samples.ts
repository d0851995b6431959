/** The account that the samples are about. */
export const sampleAccount = {
  phoneNumberId: "100000000000001",
  accessToken: "sample-access-token",
  appSecret: "sample-app-secret-1",
  verifyToken: "sample-verify-token",
} as const;

const metadata = { display_phone_number: "15550100001", phone_number_id: sampleAccount.phoneNumberId };

/** So many statuses of messages, in one body of Meta's shape. */
export function statusesBody(count: number): string {
  return bodyOf("messages", {
    metadata,
    statuses: Array.from({ length: count }, (_, index) => ({
      id: `wamid.HBgLMjYzNzcxMjM0NTY3FQIAERgS${String(index).padStart(12, "0")}AA==`,
      status: ["sent", "delivered", "read"][index % 3],
      timestamp: String(1_764_576_000 + index),
      recipient_id: `26377${String(1_000_000 + index)}`,
      biz_opaque_callback_data: "cb1:3f0c1f60-93a0-4d1e-8a54-6f2f9f0d7a11",
      pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
    })),
  });
}

/** Bodies of every kind that is read, as Meta escapes them. */
export const webhookSamples: readonly string[] = [
  statusesBody(3),
  bodyOf("messages", {
    metadata,
    statuses: [
      {
        id: "wamid.failed",
        status: "failed",
        timestamp: "1764576000",
        recipient_id: "263771234567",
        errors: [{ code: 131026, title: "Undeliverable", error_data: { details: "Old app" } }],
      },
    ],
  }),
  bodyOf("messages", {
    metadata,
    contacts: [{ profile: { name: "Chipo" }, wa_id: "263771234567", user_id: "ZW.81234567890" }],
    messages: [
      letter({ type: "text", text: { body: "Ndatenda \u00e9 \u{1f600} / stop" } }),
      letter({ type: "text", text: { body: "STOP" } }),
      letter({
        type: "button",
        button: { payload: "ack", text: "Acknowledge" },
        context: { from: "15550100001", id: "wamid.out" },
      }),
      letter({ type: "system", system: { type: "user_changed_number", wa_id: "263772222222" } }),
    ],
  }),
  bodyOf("user_preferences", {
    metadata,
    user_preferences: [
      { wa_id: "263771234567", category: "marketing_messages", value: "stop", timestamp: 1_764_576_000 },
    ],
  }),
  bodyOf("user_id_update", {
    user_id_update: [{ wa_id: "263771234567", user_id: { previous: "ZW.1", current: "ZW.2" } }],
  }),
  bodyOf("message_template_status_update", {
    event: "REJECTED",
    message_template_id: 1_689_556_908_129_832,
    message_template_name: "order_update",
    message_template_language: "en-US",
    reason: "INVALID_FORMAT",
  }),
  bodyOf("account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } }),
];

function bodyOf(field: string, value: object): string {
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "200000000000002", time: 1_764_576_000, changes: [{ field, value }] }],
  });
  return escaped(body);
}

function letter(fields: object): object {
  return { from: "263771234567", id: "wamid.in", timestamp: "1764576000", ...fields };
}

/** Meta signs and sends every character beyond ASCII as `\uXXXX`, and a slash as `\/`. */
function escaped(json: string): string {
  return json
    .replaceAll("/", "\\/")
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
