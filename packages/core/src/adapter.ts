/** The door for authors of adapters: ports, the domain they speak, and the errors they may throw. */

export type { Attempt } from "./domain/attempt.js";
export type { Batch, NewBatch, Origin, SkippedRecipient, SkipReason } from "./domain/batch.js";
export type {
  ChannelTemplate,
  ChannelTemplateNews,
  ChannelTemplateStatus,
} from "./domain/channel-template.js";
export type { Charge } from "./domain/charge.js";
export type { Contact, ContactAddress } from "./domain/contact.js";
export type { FailureClass } from "./domain/failure.js";
export type { Group } from "./domain/group.js";
export type { Intervention, InterventionAction, NewIntervention } from "./domain/intervention.js";
export type { JsonObject, JsonValue } from "./domain/json.js";
export type {
  Failure,
  NewNotification,
  Notification,
  NotificationStatus,
  Priority,
  RelatedContact,
  UncertainPolicy,
} from "./domain/notification.js";
export type { KeptReceipt, PressedButton, Receipt } from "./domain/receipt.js";
export type {
  RenderedButton,
  RenderedContent,
  TemplateButton,
  TemplateVersion,
  TemplateWords,
} from "./domain/template.js";
export { afterTemplateNews, standsOtherwise, type TemplateStanding } from "./domain/template-standing.js";
export { applyTransition, type Transition } from "./domain/transition.js";
export { CallboardError } from "./errors/callboard-error.js";
export { DeliveryError, type DeliveryErrorDetails } from "./errors/delivery-error.js";
export { InvalidAddressError } from "./errors/invalid-address-error.js";
export { InvalidOptionsError } from "./errors/invalid-options-error.js";
export { LifecycleError } from "./errors/lifecycle-error.js";
export { StorageError, type StorageFault } from "./errors/storage-error.js";
export { UnknownGroupError } from "./errors/unknown-group-error.js";
export { InFlight } from "./in-flight.js";
export type {
  ChannelTemplateChange,
  ChannelTemplateStore,
} from "./ports/channel-template-store.js";
export type { Clock, Timer } from "./ports/clock.js";
export type {
  ContactIdentity,
  ContactInput,
  ContactMove,
  ContactPreference,
  ContactStore,
  InboundContact,
  PreferenceScope,
  SaveContactsResult,
  UnreachableAddress,
} from "./ports/contact-store.js";
export type { GroupMember, GroupStore, MembersRequest } from "./ports/group-store.js";
export type { Logger } from "./ports/logger.js";
export type {
  AttemptResult,
  AttemptStart,
  CancellableRequest,
  ChannelReceipt,
  ChargeCount,
  ClaimRequest,
  DueRequest,
  InsertResult,
  Lease,
  Move,
  NotificationCount,
  NotificationPage,
  NotificationStore,
  OverdueNotification,
  PageRequest,
  ParkedRequest,
  Period,
  PurgeRequest,
  PurgeResult,
  ReceiptReducer,
  ReceiptsResult,
} from "./ports/notification-store.js";
export type { Pause, PauseRequest, PauseScope, PauseStore } from "./ports/pause-store.js";
export type { LimiterFactory, RateLimiter, RateLimits } from "./ports/rate-limiter.js";
export type { Recipient, Recipients, RecipientsRequest } from "./ports/recipients.js";
export { type RecurringStore, type SlotClaim, slotToleranceMs } from "./ports/recurring-store.js";
export type {
  RecurringJob,
  Scheduler,
  SchedulerCapabilities,
  SchedulerHandlers,
  Timetable,
} from "./ports/scheduler.js";
export type { Storage, WriteOptions } from "./ports/storage.js";
export type {
  Counter,
  Histogram,
  MetricLabels,
  SpanAttributes,
  SpanName,
  SpanRequest,
  Telemetry,
  TelemetrySpan,
} from "./ports/telemetry.js";
export type {
  ReviewAction,
  ReviewOptions,
  ReviewRequest,
  ReviewStep,
  TemplateReviewer,
  TemplateToReview,
} from "./ports/template-reviewer.js";
export type { NewTemplateVersion, PublishReport, TemplateStore } from "./ports/template-store.js";
export type {
  MessageToRoute,
  OutgoingMessage,
  RecipientPacing,
  Route,
  RouteFacts,
  SendResult,
  SendRoute,
  TemplateIdentity,
  Transport,
  TransportPacing,
} from "./ports/transport.js";
export type { ChannelAlert, InboundMessage, WebhookNews, WebhookReading } from "./ports/webhook-news.js";
export type { KeptPiece, KeptWebhook, UnreadPiece, WebhookStore } from "./ports/webhook-store.js";
export { recurringJob } from "./recurring/recurring-job.js";
export { systemClock } from "./system-clock.js";
export { type NumberedBody, numberedBody } from "./templates/numbered-body.js";
