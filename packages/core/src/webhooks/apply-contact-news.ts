import { recordPreferences } from "../contacts/record-preferences.js";
import type { InboundMessage, WebhookNews } from "../ports/webhook-news.js";
import type { Runtime } from "../runtime.js";

/** Notes where people have moved, who wrote to us, and what they wish, in this order: each may name them by the one before. */
export async function applyContactNews<Tx>(
  runtime: Runtime<Tx>,
  channel: string,
  { moves, inbound, preferences }: Required<Pick<WebhookNews, "moves" | "inbound" | "preferences">>,
): Promise<void> {
  await applyMoves(runtime, channel, moves);
  await applyInbound(runtime, channel, inbound);
  await recordPreferences(
    runtime,
    preferences.map((preference) => ({ ...preference, channel })),
  );
}

/** One at a time, so that each person is told of with the address that is theirs. */
async function applyMoves<Tx>(
  { storage, lifecycle, hostKeepsPeople }: Runtime<Tx>,
  channel: string,
  moves: Required<WebhookNews>["moves"],
): Promise<void> {
  for (const move of moves) {
    const userIds = await storage.contacts.recordMoves([{ ...move, channel }]);
    const address = move.newAddress ?? move.newAlias;
    if (address === null) continue;
    const former = move.address ?? move.alias ?? null;
    const isOfHost = userIds.length === 0 && hostKeepsPeople;
    for (const userId of isOfHost ? [null] : userIds)
      lifecycle.emit("contact.moved", { channel, userId, former, address });
  }
}

async function applyInbound<Tx>(
  { storage, lifecycle }: Runtime<Tx>,
  channel: string,
  inbound: readonly InboundMessage[],
): Promise<void> {
  const opening = inbound.filter(({ opensWindow = true }) => opensWindow);
  if (opening.length > 0) {
    await storage.contacts.recordInbound(
      opening.map(({ address, alias = null, at }) => ({ channel, address, alias, at })),
    );
  }
  for (const { address, alias = null, at, text = null } of inbound)
    lifecycle.emit("message.received", { channel, address, alias, at, text });
}
