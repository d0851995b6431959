import type { Notification } from "../domain/notification.js";
import type { Recipient } from "../ports/recipients.js";
import type { RouteFacts, SendRoute, Transport } from "../ports/transport.js";
import type { Runtime } from "../runtime.js";
import type { Returned } from "./hand-back.js";

/** A claimed notification that may be sent now, in this form. */
export interface Routed {
  readonly notification: Notification;
  readonly route: SendRoute | null;
}

export interface RoutedRows {
  readonly wanted: readonly Routed[];
  readonly returned: readonly Returned[];
}

/** A transport whose messages take different ways, or none, by what is known right before they are sent. */
type Router = Transport<string, unknown> & Required<Pick<Transport, "route">>;

/**
 * Decides of claimed notifications whether they are still to be sent, and in which form, by up to three questions to the
 * store for each channel. Rejects when the store does not answer.
 */
export async function routeRows<Tx>(
  runtime: Runtime<Tx>,
  notifications: readonly Notification[],
): Promise<RoutedRows> {
  if (!notifications.some(({ channel }) => isRouter(runtime.transports.get(channel))))
    return { wanted: notifications.map((notification) => ({ notification, route: null })), returned: [] };
  const byChannel = Map.groupBy(notifications, ({ channel }) => channel);
  const parts = await Promise.all(
    [...byChannel].map(([channel, rows]) => routeChannel(runtime, channel, rows)),
  );
  return {
    wanted: parts.flatMap(({ wanted }) => wanted),
    returned: parts.flatMap(({ returned }) => returned),
  };
}

async function routeChannel<Tx>(
  { transports, recipients, templates: library, channelTemplates, clock }: Runtime<Tx>,
  channel: string,
  rows: readonly Notification[],
): Promise<RoutedRows> {
  const transport = transports.get(channel);
  if (!isRouter(transport)) {
    return { wanted: rows.map((notification) => ({ notification, route: null })), returned: [] };
  }
  const userIds = [...new Set(rows.map(({ userId }) => userId))];
  const [people, templates, wordsOf] = await Promise.all([
    recipients.find({ userIds, channel }),
    channelTemplates.of(channel),
    library.words(rows.map(({ template: name, templateVersion: version }) => ({ name, version }))),
  ]);
  const byId = new Map(people.map((person) => [person.userId, person]));
  const wanted: Routed[] = [];
  const returned: Returned[] = [];
  for (const notification of rows) {
    const recipient = byId.get(notification.userId) ?? null;
    const { template, templateVersion, failure } = notification;
    const words = wordsOf({ name: template, version: templateVersion });
    const facts = { now: clock.now(), recipient, templates, words, failure };
    const routed = routeOne(transport, notification, facts);
    if ("event" in routed) returned.push(routed);
    else wanted.push(routed);
  }
  return { wanted, returned };
}

function routeOne(transport: Router, notification: Notification, facts: RouteFacts): Routed | Returned {
  const unwanted = unwantedBecause(transport, notification, facts.recipient);
  if (unwanted !== null) {
    const intervention = { action: "unwanted", reason: unwanted, by: null } as const;
    return { notification, event: { type: "cancelled" }, intervention };
  }
  const { id: notificationId, template: name, templateVersion: version, content } = notification;
  // A number that they have given up since may be somebody else's by now.
  const to = facts.recipient?.address ?? notification.address;
  const route = transport.route({ notificationId, to, template: { name, version }, content }, facts);
  if (route.type === "send") return { notification: { ...notification, address: to }, route };
  const { failure } = route;
  if (route.type === "wait")
    return { notification, event: { type: "postponed", delayMs: route.againInMs, failure } };
  return { notification, event: { type: "refused", failure, retryAfterMs: null, unsent: true } };
}

/** What the person has wished for since it was queued holds now. */
function unwantedBecause(
  transport: Router,
  { content }: Notification,
  recipient: Recipient | null,
): string | null {
  if (recipient === null) return null;
  if (!recipient.active) return "The contact was switched off before it could be sent.";
  if (recipient.optedOut) return `They asked for silence on ${transport.name} before it could be sent.`;
  if (recipient.optedOutOfMarketing && transport.isMarketing?.(content))
    return `They asked for no marketing on ${transport.name} before it could be sent.`;
  return null;
}

function isRouter(transport: Transport<string, unknown> | undefined): transport is Router {
  return transport?.route !== undefined;
}
