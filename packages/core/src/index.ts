/** The door for hosts. */
export type { Callboard, CallboardOptions, ChannelOf, Events, Templates, Transports } from "./callboard.js";
export type { Condition } from "./condition.js";
export type { PreferenceRequest } from "./contacts/choose.js";
export type { Contacts, SaveContact } from "./contacts/contacts.js";
export type { ForgottenUser } from "./contacts/forget-user.js";
export { createCallboard } from "./create-callboard.js";
export { defineTemplate, type Template, type TemplateDefinition } from "./define-template.js";
export type { DispatchOptions } from "./dispatch/dispatch-options.js";
export type { PauseByHand } from "./dispatch/pause-by-hand.js";
export type { StopSignal, WorkerOptions } from "./dispatch/run-worker.js";
export type { Attempt } from "./domain/attempt.js";
export type { Batch, Origin, SkippedRecipient, SkipReason } from "./domain/batch.js";
export type { ChannelTemplate, ChannelTemplateStatus } from "./domain/channel-template.js";
export type { Charge } from "./domain/charge.js";
export type { Contact, ContactAddress } from "./domain/contact.js";
export type { DeliveryPolicy, RetryLimits } from "./domain/delivery-policy.js";
export type { FailureClass } from "./domain/failure.js";
export type { Group } from "./domain/group.js";
export type { Intervention, InterventionAction } from "./domain/intervention.js";
export type { JsonObject, JsonValue } from "./domain/json.js";
export type { Resolution } from "./domain/life-event.js";
export type { LocalTime } from "./domain/local-time.js";
export type {
  Failure,
  Notification,
  NotificationStatus,
  Priority,
  RelatedContact,
  UncertainPolicy,
} from "./domain/notification.js";
export type { KeptReceipt, PressedButton } from "./domain/receipt.js";
export type { RenderedButton, RenderedContent, TemplateButton } from "./domain/template.js";
export { AddressTakenError } from "./errors/address-taken-error.js";
export { CallboardError } from "./errors/callboard-error.js";
export { DeliveryError } from "./errors/delivery-error.js";
export { IdempotencyConflictError } from "./errors/idempotency-conflict-error.js";
export { InvalidAddressError } from "./errors/invalid-address-error.js";
export { type ContextProblem, InvalidContextError } from "./errors/invalid-context-error.js";
export { InvalidOptionsError } from "./errors/invalid-options-error.js";
export { LifecycleError } from "./errors/lifecycle-error.js";
export { MissingValueError } from "./errors/missing-value-error.js";
export { StorageError, type StorageFault } from "./errors/storage-error.js";
export { TemplateNotLoadedError } from "./errors/template-not-loaded-error.js";
export { TemplateSyntaxError } from "./errors/template-syntax-error.js";
export { UnknownChannelError } from "./errors/unknown-channel-error.js";
export { UnknownContactError } from "./errors/unknown-contact-error.js";
export { UnknownEventError } from "./errors/unknown-event-error.js";
export { UnknownGroupError } from "./errors/unknown-group-error.js";
export { UnknownTemplateError } from "./errors/unknown-template-error.js";
export { UnsafeTemplateError } from "./errors/unsafe-template-error.js";
export { UnsendableMessageError } from "./errors/unsendable-message-error.js";
export type { DomainEvent, ForwardOptions, ForwardResult } from "./events/domain-events.js";
export type {
  ChannelAlertEvent,
  ContactMovedEvent,
  JobMissedEvent,
  LifecycleEvents,
  LifecycleListener,
  MessageReceivedEvent,
  NotificationEvent,
  PauseEvent,
  PreferenceEvent,
  QueuedEvent,
  TemplateReviewedEvent,
  WebhookUnreadEvent,
} from "./events/lifecycle.js";
export type { Explanation } from "./explain/explanation.js";
export type {
  AskedStep,
  AttemptEndedStep,
  AttemptStartedStep,
  ExplanationStep,
  InterventionStep,
  QueuedStep,
  ReceiptStep,
  StateStep,
} from "./explain/explanation-step.js";
export type {
  MissingExplanation,
  MissingRequest,
  NotAskedMissing,
  SkippedMissing,
  UnknownBatchMissing,
} from "./explain/missing-explanation.js";
export type {
  AwaitedReceipt,
  DueStep,
  NextStep,
  NothingBecause,
  PausedStep,
  RetryStep,
} from "./explain/next-step.js";
export type { EnsuredGroup, Groups } from "./groups/groups.js";
export type { Health, HealthOptions } from "./health/health.js";
export type {
  CancelByIds,
  CancelByKey,
  CancelRequest,
  CancelResult,
} from "./interventions/cancel-request.js";
export type { Decision } from "./interventions/decision.js";
export type { Interventions } from "./interventions/interventions.js";
export type { RefusedNotification } from "./interventions/refused-notification.js";
export type {
  ReplayByIds,
  ReplayFilter,
  ReplayRequest,
  ReplayResult,
} from "./interventions/replay-request.js";
export type { ResolveOptions, ResolveResult } from "./interventions/resolve-notifications.js";
export type { FailureCount, NotificationStats } from "./notifications/notification-stats.js";
export type { PurgeOptions, PurgeProgress } from "./notifications/purge-notifications.js";
export type { NotificationDetail, Notifications } from "./notifications/read-notifications.js";
export type { PreferenceScope } from "./ports/contact-store.js";
export type { ChargeCount, NotificationPage, PageRequest, Period } from "./ports/notification-store.js";
export type { Pause } from "./ports/pause-store.js";
export type { CountedPoints, LimiterFactory, RateLimiter, RateLimits } from "./ports/rate-limiter.js";
export type { ReviewAction, ReviewStep } from "./ports/template-reviewer.js";
export type { ChannelAlert } from "./ports/webhook-news.js";
export type { QueueOptions, QueueProgress } from "./queue/queue-options.js";
export type {
  QueuedNotification,
  QueueRequest,
  QueueResult,
  QueueWarning,
} from "./queue/queue-request.js";
export type { CatchUp, RecurringJobDefinition } from "./recurring/definition.js";
export type { AppliedReview } from "./templates/review/apply-reviews.js";
export type { PlannedReview, ReviewCallOptions } from "./templates/review/plan-reviews.js";
