import { randomUUID } from "node:crypto";
import { signatureOf } from "@callboard/tests/experiments/webhook-abuse.ts";
import type { ReceivingSide } from "./receiving-side.ts";
import type { StatusFloor } from "./status-floor.ts";

/** The fastest honest handler that a person would write by hand: it verifies, parses, and writes before it answers. */
export function floorReceiving(floor: StatusFloor): ReceivingSide {
  let moved = 0;
  return {
    async send(count) {
      const messages = Array.from({ length: count }, () => {
        const attemptId = randomUUID();
        return { attemptId, providerMessageId: `wamid.${attemptId}` };
      });
      await floor.fill(messages.map(({ providerMessageId }) => providerMessageId));
      return messages;
    },
    async answer(request) {
      const body = Buffer.from(await request.arrayBuffer());
      if (signatureOf(body) !== request.headers.get("x-hub-signature-256"))
        return new Response(null, { status: 401 });
      const { entry }: Notice = JSON.parse(body.toString());
      const statuses = entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses));
      moved += await floor.deliver(
        statuses.map(({ id, timestamp }) => ({ messageId: id, at: Number(timestamp) })),
      );
      return new Response(null, { status: 200 });
    },
    rest: async () => moved,
  };
}

/** As much of Meta's shape as statuses need. */
interface Notice {
  readonly entry: readonly {
    readonly changes: readonly {
      readonly value: { readonly statuses: readonly { readonly id: string; readonly timestamp: string }[] };
    }[];
  }[];
}
