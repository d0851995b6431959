import { createHash } from "node:crypto";
import type { DeliveryPolicy } from "../domain/delivery-policy.js";
import type { JsonObject } from "../domain/json.js";
import type { RelatedContact } from "../domain/notification.js";
import type { RenderedContent } from "../domain/template.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import { UnknownGroupError } from "../errors/unknown-group-error.js";
import { UnsendableMessageError } from "../errors/unsendable-message-error.js";
import type { WriteOptions } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import type { Transport } from "../ports/transport.js";
import type { Runtime } from "../runtime.js";
import { problemsOf } from "../templates/content-problems.js";
import { canonicalJson, plainObject } from "../templates/plain-data.js";
import type { CompiledTemplate } from "../templates/render-template.js";
import { checkRequest } from "./check-request.js";
import type { QueueRequest } from "./queue-request.js";
import { sendableVersion } from "./sendable-version.js";
import { type SendingTimes, timesOf } from "./times-of.js";

/** A request that was found to be right, with everything that is the same for each person. */
export interface PreparedBatch extends SendingTimes {
  readonly id: string;
  readonly request: QueueRequest;
  readonly transport: Transport<string, unknown>;
  readonly template: CompiledTemplate;
  readonly policy: DeliveryPolicy;
  /** When the call began. */
  readonly calledAt: Date;
  readonly context: JsonObject;
  readonly metadata: JsonObject | null;
  readonly relatedContact: RelatedContact | null;
  readonly contentHash: string;
  /** `null` when each person's text differs. */
  readonly sharedContent: RenderedContent | null;
  /** Of the span of this call. */
  readonly traceParent: string | null;
}

/** Finds every mistake of the caller before a row is written. */
export async function prepareBatch<Tx>(
  runtime: Runtime<Tx>,
  request: QueueRequest,
  options: WriteOptions<Tx>,
  { traceParent }: TelemetrySpan,
): Promise<PreparedBatch> {
  checkRequest(request, runtime.conditions);
  const calledAt = runtime.clock.now();
  const times = await timesOf(request, calledAt);
  const transport = transportOf(runtime, request.channel);
  const context = await runtime.templates.context(request.template, request.context);
  const metadata = optionalObject("metadata", request.metadata);
  const relatedContact = optionalObject("relatedContact", request.relatedContact) as RelatedContact | null;
  const published = await runtime.templates.published(request.template, options);
  const template = await sendableVersion(runtime, transport, published, options);
  await checkGroups(runtime, request.groupNames ?? [], options);
  return {
    ...times,
    id: runtime.newId(),
    request,
    transport,
    template,
    context,
    metadata,
    relatedContact,
    traceParent,
    calledAt,
    policy: runtime.policyOf(request.template),
    contentHash: hashOf({ context, metadata, relatedContact: relatedContact as JsonObject | null }),
    sharedContent: template.personal ? null : renderShared(template, context, transport),
  };
}

function renderShared(
  template: CompiledTemplate,
  context: JsonObject,
  transport: Transport<string, unknown>,
): RenderedContent {
  const content = template.render(context, transport.name);
  const problems = problemsOf(content, template.version, transport);
  if (problems.length > 0) throw new UnsendableMessageError(template.version.name, transport.name, problems);
  return content;
}

function transportOf<Tx>(
  { transports }: Runtime<Tx>,
  channel: string | undefined,
): Transport<string, unknown> {
  const [first] = transports.values();
  const transport = channel === undefined ? first : transports.get(channel);
  if (!transport) throw new UnknownChannelError(channel ?? "", [...transports.keys()]);
  return transport;
}

async function checkGroups<Tx>(
  { storage }: Runtime<Tx>,
  groupNames: readonly string[],
  options: WriteOptions<Tx>,
): Promise<void> {
  if (groupNames.length === 0) return;
  const known = new Set(await storage.groups.known(groupNames, options));
  const unknown = groupNames.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new UnknownGroupError(unknown);
}

function optionalObject(name: string, value: object | undefined): JsonObject | null {
  return value === undefined ? null : plainObject("queueNotificationsToUsers", name, value);
}

/** Of what the caller asked for, not of the rendered text: an edited template does not make a repeated call a new one. */
function hashOf(content: JsonObject): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}
