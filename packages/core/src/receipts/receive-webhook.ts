import type { Pauses } from "../dispatch/pauses.js";
import { unusableName } from "../domain/storable-text.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import type { Runtime } from "../runtime.js";
import { applyReceipts } from "./apply-receipts.js";
import { receiptsInSpan } from "./receipts-in-span.js";
import { storableReceipts } from "./storable-receipts.js";

/**
 * Takes one request of a provider's webhook: verifies it, stores what it says, and only then answers. An answer
 * other than 200 makes the provider deliver it again, so nothing is lost when the store is down.
 *
 * @throws {UnknownChannelError} No transport of this name reads webhooks.
 */
export async function receiveWebhook<Tx>(
  runtime: Runtime<Tx>,
  pauses: Pauses<Tx>,
  channel: string,
  request: Request,
): Promise<Response> {
  const transport = runtime.transports.get(channel);
  if (!transport?.readWebhook) {
    const readers = [...runtime.transports.values()]
      .filter(({ readWebhook }) => readWebhook)
      .map(({ name }) => name);
    throw new UnknownChannelError(channel, readers);
  }
  const { answer, receipts, inbound } = await transport.readWebhook(request);
  try {
    // Nobody could have been saved with an address that no database keeps.
    const people = inbound.filter(({ address }) => unusableName(address) === null);
    if (people.length > 0) {
      await runtime.storage.contacts.recordInbound(people.map((message) => ({ ...message, channel })));
    }
    const usable = storableReceipts(receipts, channel, runtime.logger);
    if (usable.length > 0) {
      await receiptsInSpan(runtime, channel, usable, () =>
        applyReceipts(runtime, pauses, async (reduce) => {
          const { moved } = await runtime.storage.notifications.applyReceipts(usable, reduce);
          return moved;
        }),
      );
    }
    return answer;
  } catch (err) {
    runtime.logger.error(
      { err, channel },
      "a webhook could not be stored; the provider is asked to deliver it again",
    );
    return new Response("not stored", { status: 503 });
  }
}
