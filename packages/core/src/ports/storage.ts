import type { ChannelTemplateStore } from "./channel-template-store.js";
import type { ContactStore } from "./contact-store.js";
import type { GroupStore } from "./group-store.js";
import type { NotificationStore } from "./notification-store.js";
import type { PauseStore } from "./pause-store.js";
import type { RecurringStore } from "./recurring-store.js";
import type { TemplateStore } from "./template-store.js";
import type { WebhookStore } from "./webhook-store.js";

/** Lets a verb take part in a transaction that is open already. */
export interface WriteOptions<Tx> {
  /** The host's own transaction: Callboard's rows commit with it, or not at all. */
  readonly transaction?: Tx | undefined;
}

/**
 * Everything that must survive the process, behind small ports. The store is the truth: queues only hint.
 *
 * Every verb takes and gives batches, and is atomic on its own: another process sees all of it or
 * nothing. Verbs may be called by many processes at once. Relative times ("in 5,000 ms") are counted from the
 * database's clock where it has one, so that workers need not agree on the time.
 *
 * `Tx` is the host's transaction type, for example Kysely's `Transaction<Database>`.
 */
export interface Storage<Tx = unknown> {
  readonly notifications: NotificationStore<Tx>;
  readonly templates: TemplateStore<Tx>;
  readonly channelTemplates: ChannelTemplateStore<Tx>;
  readonly groups: GroupStore<Tx>;
  readonly contacts: ContactStore<Tx>;
  readonly pauses: PauseStore;
  readonly recurring: RecurringStore<Tx>;
  readonly webhooks: WebhookStore;
  /** Runs `work` in one transaction: commits when it resolves, rolls back and rethrows when it rejects. */
  transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result>;
  /** Brings the schema up to date. Safe to call from many processes at once, and again. */
  migrate?(): Promise<void>;
}
