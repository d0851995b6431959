import type { Clock, KeptPiece, KeptWebhook, UnreadPiece, WebhookStore } from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";
import type { Gate } from "./gate.js";
import { Table } from "./table.js";

interface WebhookRow {
  readonly webhook: KeptWebhook;
  readonly leasedUntil: number;
}

export function memoryWebhooks(gate: Gate, clock: Clock): WebhookStore {
  const webhooks = new Table<WebhookRow>();
  const aside = new Table<KeptPiece>();
  return {
    keep: (webhook) =>
      gate.run(undefined, () => {
        const key = keyOf(webhook);
        if (!webhooks.get(key)) webhooks.set(key, { webhook: copyOf(webhook), leasedUntil: 0 });
      }),
    claim: ({ hash, limit, leaseMs }) =>
      gate.run(undefined, () => {
        const now = clock.now().getTime();
        const free = [...webhooks.values()].filter(
          ({ webhook, leasedUntil }) => leasedUntil <= now && (hash === undefined || webhook.hash === hash),
        );
        return free.slice(0, limit).map(({ webhook }) => {
          webhooks.set(keyOf(webhook), { webhook, leasedUntil: now + leaseMs });
          return copyOf(webhook);
        });
      }),
    finish: (bodies) =>
      gate.run(undefined, () => {
        for (const body of bodies) webhooks.delete(keyOf(body));
      }),
    setAside: (pieces) =>
      gate.run(undefined, () => {
        for (const piece of pieces) {
          const key = pieceKey(piece);
          if (!aside.get(key)) aside.set(key, { ...copyOf(piece), keptAt: clock.now() });
        }
      }),
    listAside: ({ limit }) =>
      gate.run(undefined, () =>
        [...aside.values()]
          .reverse()
          .slice(0, limit)
          .map((piece) => copyOf(piece)),
      ),
    forgetAside: ({ olderThanMs }) =>
      gate.run(undefined, () => {
        const before = clock.now().getTime() - olderThanMs;
        const old = [...aside.entries()].filter(([, { keptAt }]) => keptAt.getTime() < before);
        for (const [key] of old) aside.delete(key);
        return old.length;
      }),
  };
}

function keyOf({ channel, hash }: Pick<KeptWebhook, "channel" | "hash">): string {
  return JSON.stringify([channel, hash]);
}

function pieceKey({ channel, hash, reason, body }: UnreadPiece): string {
  return JSON.stringify([channel, hash, reason, body]);
}
