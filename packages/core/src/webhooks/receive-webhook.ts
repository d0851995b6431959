import { createHash } from "node:crypto";
import type { Pauses } from "../dispatch/pauses.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import type { Transport } from "../ports/transport.js";
import type { WebhookNews } from "../ports/webhook-news.js";
import type { Runtime } from "../runtime.js";
import { applyNews } from "./apply-news.js";
import type { KeptWebhooks } from "./kept-webhooks.js";

/** Up to so many items are stored before the answer, which providers want within seconds. */
const manyItems = 100;

type Reader = Transport<string, unknown> & Required<Pick<Transport, "readWebhook">>;

/**
 * Takes one request of a provider's webhook: verifies it, stores what it says, and only then answers. One that says much is
 * itself stored, answered, and dealt with after that. An answer other than 200 makes the provider deliver it again, so
 * nothing is lost when the store is down.
 *
 * @throws {UnknownChannelError} No transport of this name reads webhooks.
 */
export async function receiveWebhook<Tx>(
  runtime: Runtime<Tx>,
  { pauses, kept }: { readonly pauses: Pauses<Tx>; readonly kept: KeptWebhooks<Tx> },
  channel: string,
  request: Request,
): Promise<Response> {
  const transport = readerOf(runtime, channel);
  const { answer, body, ...news } = await transport.readWebhook(request);
  const hash = hashOf(body ?? JSON.stringify(news));
  try {
    const isLong = transport.rereadWebhook !== undefined && itemsIn(news) > manyItems;
    if (isLong && body !== undefined) await kept.take({ channel, hash, body });
    else await applyNews(runtime, pauses, { channel, hash, news });
    return answer;
  } catch (err) {
    runtime.logger.error(
      { err, channel },
      "a webhook could not be stored; the provider is asked to deliver it again",
    );
    return new Response("not stored", { status: 503 });
  }
}

function readerOf<Tx>({ transports }: Runtime<Tx>, channel: string): Reader {
  const transport = transports.get(channel);
  if (transport && isReader(transport)) return transport;
  throw new UnknownChannelError(
    channel,
    [...transports.values()].filter(isReader).map(({ name }) => name),
  );
}

function isReader(transport: Transport<string, unknown>): transport is Reader {
  return transport.readWebhook !== undefined;
}

function itemsIn({
  receipts,
  inbound,
  preferences,
  moves,
  templateNews,
  alerts,
  unread,
}: WebhookNews): number {
  const lists = [receipts, inbound, preferences, moves, templateNews, alerts, unread];
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
}

function hashOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}
