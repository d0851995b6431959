import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Condition } from "./condition.js";
import type { Contacts } from "./contacts/contacts.js";
import type { ForgottenUser } from "./contacts/forget-user.js";
import type { Template } from "./define-template.js";
import type { DispatchOptions } from "./dispatch/dispatch-options.js";
import type { PauseByHand } from "./dispatch/pause-by-hand.js";
import type { WorkerOptions } from "./dispatch/run-worker.js";
import type { ChannelTemplate } from "./domain/channel-template.js";
import type { DeliveryPolicy } from "./domain/delivery-policy.js";
import type { DomainEvent, ForwardOptions, ForwardResult } from "./events/domain-events.js";
import type { LifecycleEvents, LifecycleListener } from "./events/lifecycle.js";
import type { Groups } from "./groups/groups.js";
import type { Health, HealthOptions } from "./health/health.js";
import type { Notifications } from "./notifications/read-notifications.js";
import type { Clock } from "./ports/clock.js";
import type { Logger } from "./ports/logger.js";
import type { Pause, PauseScope } from "./ports/pause-store.js";
import type { LimiterFactory } from "./ports/rate-limiter.js";
import type { Recipients } from "./ports/recipients.js";
import type { Scheduler } from "./ports/scheduler.js";
import type { Storage, WriteOptions } from "./ports/storage.js";
import type { Telemetry } from "./ports/telemetry.js";
import type { PublishReport } from "./ports/template-store.js";
import type { Transport } from "./ports/transport.js";
import type { QueueOptions } from "./queue/queue-options.js";
import type { QueueRequest, QueueResult } from "./queue/queue-request.js";
import type { RecurringJobDefinition } from "./recurring/definition.js";
import type { AppliedReview } from "./templates/review/apply-reviews.js";
import type { PlannedReview, ReviewCallOptions } from "./templates/review/plan-reviews.js";

export type Templates = Readonly<Record<string, Template<StandardSchemaV1, object>>>;
export type Events = Readonly<Record<string, StandardSchemaV1>>;
export type Transports = readonly Transport<string, unknown>[];

/** Everything that `createCallboard` wires. Its types are inferred from this one literal. */
export interface CallboardOptions<
  Tx,
  T extends Transports,
  M extends Templates,
  E extends Events,
  C extends string = never,
> {
  /** Where notifications, templates, groups and contacts are kept. */
  readonly storage: Storage<Tx>;
  /** Rings when something is due. */
  readonly scheduler: Scheduler<NoInfer<Tx>>;
  /** Ways out, one per channel. The first is the default channel. */
  readonly transports: T;
  /** By name; lower-case letters, digits and underscores. */
  readonly templates: M & CheckedTemplates<M, T>;
  /** The host's own events, by name, each with a schema. @default none */
  readonly events?: E;
  /** What is asked right before sending, by the name that a call gives as `onlyIf`. @default none */
  readonly conditions?: Readonly<Record<C, Condition>>;
  /** Who can be told, and where. @default the contacts in `storage` */
  readonly recipients?: Recipients<NoInfer<Tx>>;
  /** How hard Callboard tries. */
  readonly policy?: Partial<DeliveryPolicy>;
  /** How this process works. */
  readonly dispatch?: Partial<DispatchOptions>;
  /**
   * Counts what senders have sent, for transports that name limits. Give one that is shared when several processes send:
   * `(limits) => new RateLimiterRedis({ storeClient, ...limits })`. @default the scheduler's, if it shares one; else each
   * process counts for itself
   */
  readonly rateLimiter?: LimiterFactory;
  /** @default says nothing */
  readonly logger?: Logger;
  /** Spans and metrics. @default none */
  readonly telemetry?: Telemetry;
  /** @default the machine's own */
  readonly clock?: Clock;
  /** Ids of notifications, attempts and leases; must be unguessable. @default `crypto.randomUUID` */
  readonly newId?: () => string;
}

/** The embedded notification system. */
export interface Callboard<
  Tx,
  T extends Transports,
  M extends Templates,
  E extends Events,
  C extends string = never,
> {
  /**
   * Tells people: resolves users and groups, renders the stored template, and writes one notification per person, in
   * the host's own transaction if it hands one over. They are sent once that is committed.
   *
   * People are taken 1,000 at a time, and between these the process is free for other work. A transaction that is not
   * the host's own is repeated up to five times when another one is in the way.
   *
   * Throws only for mistakes in the call, before anything is written: {@link UnknownTemplateError},
   * {@link UnknownGroupError}, {@link UnknownChannelError}, {@link InvalidContextError}, {@link MissingValueError},
   * {@link UnsendableMessageError}, {@link IdempotencyConflictError}, {@link InvalidOptionsError},
   * {@link TemplateNotLoadedError}. Whatever is the matter with a single person is in `skipped`.
   */
  queueNotificationsToUsers<Name extends keyof M & string>(
    request: QueueRequest<Name, StandardSchemaV1.InferInput<M[Name]["context"]>, ChannelOf<T>, C>,
    options?: QueueOptions<Tx>,
  ): Promise<QueueResult>;

  /**
   * Runs `work` in one transaction of the store; what it queues is sent right after the commit.
   *
   * `work` is the host's own and is never repeated. When another transaction is in the way, it rejects with a
   * {@link StorageError} whose fault is `conflict`: all of it is undone, and calling again is safe and usually works.
   */
  transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result>;

  /** Handles one of the host's events. @returns a function that stops handling it. */
  on<Name extends keyof E & string>(
    name: Name,
    handler: (event: DomainEvent<Name, StandardSchemaV1.InferOutput<E[Name]>, Tx>) => unknown,
  ): () => void;

  /**
   * Tells Callboard that something happened. Resolves when every handler has; rejects when one failed, so
   * that the bus delivers the event again.
   */
  forward<Name extends keyof E & string>(
    name: Name,
    data: StandardSchemaV1.InferInput<E[Name]>,
    options?: ForwardOptions<Tx>,
  ): Promise<ForwardResult>;

  /** Listens to what becomes of notifications in this process. @returns a function that stops listening. */
  observe<Name extends keyof LifecycleEvents>(name: Name, listener: LifecycleListener<Name>): () => void;

  /** Runs a job on a timetable, once per slot however many processes run. The name identifies it for ever. */
  every(name: string, job: RecurringJobDefinition<Tx>): Promise<void>;

  /** Answers a provider's webhook: mount it where the provider calls. */
  webhook(channel: ChannelOf<T>, request: Request): Promise<Response>;

  readonly templates: {
    /** Stores new words of templates from code. `start` does it too. */
    load(): Promise<readonly PublishReport[]>;
    /**
     * What would have to be handed to providers that review templates, such as WhatsApp's, so that they have the published
     * words; and what stands in the way. Asks the providers, and changes nothing.
     * @throws {DeliveryError} A provider did not answer, or refused.
     * @throws {UnknownChannelError} @throws {InvalidOptionsError} The channel reviews no templates.
     */
    plan(options?: ReviewCallOptions<ChannelOf<T>>): Promise<readonly PlannedReview[]>;
    /** Takes the steps of a plan that can be taken: pass all of it, or those that you want. What is unchanged is never handed in. */
    apply(
      plan: readonly PlannedReview[],
      options?: Pick<ReviewCallOptions, "signal">,
    ): Promise<readonly AppliedReview[]>;
    /**
     * Asks providers how templates stand, and returns those that changed. Workers do it every five minutes while one is not
     * approved, and every hour otherwise; webhooks tell at once.
     * @throws {DeliveryError} A provider did not answer, or refused.
     */
    refresh(options?: ReviewCallOptions<ChannelOf<T>>): Promise<readonly ChannelTemplate[]>;
  };
  readonly groups: Groups<Tx>;
  readonly contacts: Contacts<Tx, ChannelOf<T>>;
  readonly notifications: Notifications<Tx, ChannelOf<T>>;

  /**
   * Forgets a person: deletes their contact and memberships, ends what has not been sent as `cancelled`, and blanks what
   * was sent, where it went, and the provider's ids and words. The notifications stay under a random pseudonym, as proof
   * and for statistics. All of it in one transaction: yours, if you hand one over. Nothing known of them is no error.
   *
   * A message that is on its way to the provider cannot be called back. What a transaction that is still open queues
   * for them is not seen: stop queueing first, or call it again.
   * @throws {InvalidOptionsError} The id has not 1 to 255 characters.
   */
  forgetUser(userId: string, options?: WriteOptions<Tx>): Promise<ForgottenUser>;
  readonly pauses: {
    /** What is not sent for the time being, and why. */
    list(): Promise<readonly Pause[]>;
    /**
     * Stops sending on a channel, or one template of it, in every process; what is queued waits. When the time is over, one
     * message tells whether it works again. An existing pause is replaced.
     * @throws {UnknownChannelError}
     * @throws {InvalidOptionsError} Names the option and the cure.
     */
    pause(request: PauseByHand<ChannelOf<T>>): Promise<void>;
    /** Ends a pause before its time. @returns `false` when there was none. */
    resume(scope: PauseScope): Promise<boolean>;
  };

  /**
   * How well notifications come through, as this process sees it; never rejects. Ready for a `/healthz`: answer
   * `failing` with 503. A process that only queues is `failing` only when the store does not answer.
   */
  health(options?: HealthOptions): Promise<Health>;

  /**
   * Loads templates, begins to send, and sweeps. Keeps the process alive until `stop`. A process that only queues does
   * without: it has neither timers nor connections of Callboard's, and other processes send what it queues.
   */
  start(): Promise<void>;

  /**
   * Makes this process a worker: `start`, then work until it is told to stop, then `stop`. Resolves when all of it is
   * over, so that the process ends by itself.
   * @throws {LifecycleError} It has been started already.
   */
  worker(options?: WorkerOptions): Promise<void>;

  /**
   * Claims nothing more, waits for what is being sent, and lets go of connections. Called again before it is over, it
   * waits for the same end, and the shorter of the two times holds.
   * @param options.drainMs How long to wait for the provider's answers; after that they count as uncertain. A store that
   * does not answer is waited for 3 seconds longer at the most. @default 25_000
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
}

export type ChannelOf<T extends Transports> = T[number]["name"];

/** What the transport of each name lets a template say. */
type SettingsOf<T extends Transports> = {
  readonly [Item in T[number] as Item["name"]]: Item extends Transport<string, infer Settings>
    ? Settings
    : never;
};

/** A key that names no transport becomes `never`, so the mistake shows at the template that has it. */
export type CheckedTemplates<M extends Templates, T extends Transports> = {
  readonly [Name in keyof M]: M[Name] extends Template<infer Schema, infer Channels>
    ? Template<
        Schema,
        {
          readonly [Channel in keyof Channels]: Channel extends keyof SettingsOf<T>
            ? SettingsOf<T>[Channel]
            : never;
        }
      >
    : never;
};
