import { randomUUID } from "node:crypto";
import type { Callboard, CallboardOptions, Events, Templates, Transports } from "./callboard.js";
import { checkOptions } from "./check-options.js";
import type { Condition } from "./condition.js";
import { contactRecipients } from "./contacts/contact-recipients.js";
import { createContacts } from "./contacts/contacts.js";
import { forgetUser } from "./contacts/forget-user.js";
import type { Template } from "./define-template.js";
import { dispatchOptions } from "./dispatch/dispatch-options.js";
import { Pauses } from "./dispatch/pauses.js";
import { defaultDrainMs, runWorker } from "./dispatch/run-worker.js";
import { Worker } from "./dispatch/worker.js";
import { defaultDeliveryPolicy } from "./domain/delivery-policy.js";
import { DomainEvents } from "./events/domain-events.js";
import { createLifecycle } from "./events/lifecycle.js";
import { createGroups } from "./groups/groups.js";
import { guardedTelemetry } from "./guarded-telemetry.js";
import { createHealth } from "./health/health.js";
import { createNotifications } from "./notifications/read-notifications.js";
import type { Transport } from "./ports/transport.js";
import { queueNotifications } from "./queue/queue-notifications.js";
import type { QueueRequest } from "./queue/queue-request.js";
import { createWakeUps } from "./queue/wake-ups.js";
import { RecurringJobs } from "./recurring/recurring-jobs.js";
import type { Runtime } from "./runtime.js";
import { silentLogger } from "./silent-logger.js";
import { silentTelemetry } from "./silent-telemetry.js";
import { systemClock } from "./system-clock.js";
import { ChannelTemplates } from "./templates/channel-templates.js";
import { applyReviews } from "./templates/review/apply-reviews.js";
import { planReviews } from "./templates/review/plan-reviews.js";
import { refreshReviews } from "./templates/review/refresh-reviews.js";
import { TemplateLibrary } from "./templates/template-library.js";
import { KeptWebhooks } from "./webhooks/kept-webhooks.js";
import { receiveWebhook } from "./webhooks/receive-webhook.js";

/**
 * Wires a Callboard. Opens nothing, and starts nothing, before it is used.
 *
 * @throws {InvalidOptionsError} Names the option and the cure.
 */
export function createCallboard<
  Tx,
  const T extends Transports,
  const M extends Templates,
  const E extends Events = Record<never, never>,
  C extends string = never,
>(options: CallboardOptions<Tx, T, M, E, C>): Callboard<Tx, T, M, E, C> {
  const dispatch = dispatchOptions(options.dispatch);
  checkOptions(options, dispatch);
  const runtime = createRuntime(options);
  const { storage, logger, newId, lifecycle } = runtime;
  const wakeUps = createWakeUps(runtime);
  const pauses = new Pauses(runtime);
  const jobs = new RecurringJobs(runtime, wakeUps);
  const kept = new KeptWebhooks(runtime, pauses);
  const worker = new Worker(runtime, { pauses, jobs, webhooks: kept }, dispatch);
  const events = new DomainEvents(options.events ?? {}, newId, logger);
  return {
    queueNotificationsToUsers: (request, within) =>
      queueNotifications(runtime, wakeUps, request as QueueRequest, within),
    transaction: (work) => wakeUps.transaction(work),
    on: (name, handler) => events.on(name, handler),
    forward: (name, data, forwardOptions) => events.forward(name, data, forwardOptions),
    observe: (name, listener) => lifecycle.observe(name, listener),
    every: (name, job) => jobs.add(name, job),
    webhook: (channel, request) => receiveWebhook(runtime, { pauses, kept }, channel, request),
    templates: {
      load: () => runtime.templates.load(),
      plan: (call) => planReviews(runtime, call),
      apply: (plan, call) => applyReviews(runtime, plan, call),
      refresh: (call) => refreshReviews(runtime, call),
    },
    groups: createGroups(storage.groups),
    contacts: createContacts(runtime),
    notifications: createNotifications(runtime, wakeUps),
    forgetUser: (userId, within) => forgetUser(runtime, userId, within),
    pauses: {
      list: () => storage.pauses.list(),
      pause: (request) => pauses.pause(request),
      resume: (scope) => pauses.resume(scope),
    },
    health: createHealth({ runtime, worker, sweepMs: dispatch.sweepMs }),
    start: () => worker.start(),
    worker: (workerOptions) => runWorker(worker, runtime.clock, workerOptions),
    stop: ({ drainMs = defaultDrainMs } = {}) => worker.stop(drainMs),
  };
}

function createRuntime<Tx, T extends Transports, M extends Templates, E extends Events, C extends string>(
  options: CallboardOptions<Tx, T, M, E, C>,
): Runtime<Tx> {
  const { storage, scheduler, logger = silentLogger, clock = systemClock, newId = randomUUID } = options;
  const transports = new Map<string, Transport<string, unknown>>(
    options.transports.map((one) => [one.name, one]),
  );
  const definitions = options.templates as unknown as Readonly<Record<string, Template>>;
  const policy = { ...defaultDeliveryPolicy, ...options.policy };
  const policies = new Map(
    Object.entries(definitions).map(([name, template]) => [name, { ...policy, ...template.policy }]),
  );
  return {
    storage,
    scheduler,
    transports,
    recipients: options.recipients ?? contactRecipients(storage.contacts),
    hostKeepsPeople: options.recipients !== undefined,
    templates: new TemplateLibrary(definitions, storage.templates, transports),
    channelTemplates: new ChannelTemplates(storage.channelTemplates, clock),
    conditions: new Map(Object.entries<Condition>(options.conditions ?? {})),
    lifecycle: createLifecycle(logger),
    // Rows of templates that another deployment knows are sent by the common policy.
    policyOf: (template) => policies.get(template) ?? policy,
    rateLimiter: options.rateLimiter ?? scheduler.capabilities.sharedPacing ?? undefined,
    clock,
    logger,
    telemetry: options.telemetry ? guardedTelemetry(options.telemetry, logger) : silentTelemetry,
    random: Math.random,
    newId,
  };
}
