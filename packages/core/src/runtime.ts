import type { DeliveryPolicy } from "./domain/delivery-policy.js";
import type { StepContext } from "./domain/next-step.js";
import type { Lifecycle } from "./events/lifecycle.js";
import type { Clock } from "./ports/clock.js";
import type { Logger } from "./ports/logger.js";
import type { Recipients } from "./ports/recipients.js";
import type { Scheduler } from "./ports/scheduler.js";
import type { Storage } from "./ports/storage.js";
import type { Transport } from "./ports/transport.js";
import type { TemplateLibrary } from "./templates/template-library.js";

/** What one Callboard works with; handed to every use case, so that none reaches for a global. */
export interface Runtime<Tx = unknown> {
  readonly storage: Storage<Tx>;
  readonly scheduler: Scheduler<Tx>;
  /** By name; the first is the default channel. */
  readonly transports: ReadonlyMap<string, Transport<string, unknown>>;
  readonly recipients: Recipients<Tx>;
  readonly templates: TemplateLibrary<Tx>;
  readonly lifecycle: Lifecycle;
  readonly policy: DeliveryPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Unguessable, and never the same twice. */
  readonly newId: () => string;
}

/** What the state machine may look at, as of now. */
export function stepContext({ policy, clock, random }: Runtime): StepContext {
  return { policy, now: clock.now(), random };
}
