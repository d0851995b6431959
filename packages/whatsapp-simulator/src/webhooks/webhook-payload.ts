/** The JSON of one webhook body. */
export interface WebhookPayload {
  readonly object: "whatsapp_business_account";
  readonly entry: readonly WebhookEntry[];
}

export interface WebhookEntry {
  readonly id: string;
  /** Whole seconds since 1970. Absent for messages and statuses. */
  readonly time?: number;
  readonly changes: readonly WebhookChange[];
}

export interface WebhookChange {
  readonly field: string;
  readonly value: Readonly<Record<string, unknown>>;
}
