import type { Condition } from "./condition.js";
import type { DeliveryPolicy } from "./domain/delivery-policy.js";
import type { LifeEvent } from "./domain/life-event.js";
import type { Notification } from "./domain/notification.js";
import { step } from "./domain/step.js";
import type { Transition } from "./domain/transition.js";
import type { Lifecycle } from "./events/lifecycle.js";
import type { GuardedTelemetry } from "./guarded-telemetry.js";
import type { Clock } from "./ports/clock.js";
import type { Logger } from "./ports/logger.js";
import type { LimiterFactory } from "./ports/rate-limiter.js";
import type { Recipients } from "./ports/recipients.js";
import type { Scheduler } from "./ports/scheduler.js";
import type { Storage } from "./ports/storage.js";
import type { Transport } from "./ports/transport.js";
import type { ChannelTemplates } from "./templates/channel-templates.js";
import type { TemplateLibrary } from "./templates/template-library.js";

/** What one Callboard works with; handed to every use case, so that none reaches for a global. */
export interface Runtime<Tx = unknown> {
  readonly storage: Storage<Tx>;
  readonly scheduler: Scheduler<Tx>;
  /** By name; the first is the default channel. */
  readonly transports: ReadonlyMap<string, Transport<string, unknown>>;
  readonly recipients: Recipients<Tx>;
  /** The host answers for people itself, so that what providers tell of strangers may be of people of its own. */
  readonly hostKeepsPeople: boolean;
  readonly templates: TemplateLibrary<Tx>;
  /** How templates stand with providers that review them. */
  readonly channelTemplates: ChannelTemplates<Tx>;
  /** By the name under which rows keep them as `onlyIf`. */
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly lifecycle: Lifecycle;
  /** How hard to try with the notifications of a template. */
  readonly policyOf: (template: string) => DeliveryPolicy;
  /** `undefined`: each process counts for itself. */
  readonly rateLimiter: LimiterFactory | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: GuardedTelemetry;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Unguessable, and never the same twice. */
  readonly newId: () => string;
}

/** What an event makes of a notification, under the policy of its template and as of now; `null`: nothing. */
export function stepOf(
  { policyOf, clock, random }: Runtime,
  notification: Notification,
  event: LifeEvent,
): Transition | null {
  return step(notification, event, { policy: policyOf(notification.template), now: clock.now(), random });
}
