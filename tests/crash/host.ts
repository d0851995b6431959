import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { UncertainPolicy } from "@callboard/core";
import type { CrashCallboard } from "./open-callboard.ts";

/** A status that the host has answered for with 200: it must not be forgotten any more. */
export interface Acknowledged {
  readonly messageId: string;
  readonly status: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** The application: queues, and takes receipts. It lives as long as its experiment. */
export interface Host {
  readonly callboard: CrashCallboard;
  /** Receipts that were taken, in their order. */
  readonly acknowledged: readonly Acknowledged[];
  /** Tells so many people in one call. Returns the ids that the call committed. */
  queue(count: number, options?: QueueOptions): Promise<string[]>;
}

export interface QueueOptions {
  /** @default "resend" */
  readonly onUncertain?: UncertainPolicy;
  /** So many others have been told already. @default 0 */
  readonly after?: number;
  /** @default at once */
  readonly at?: Date;
}

/** The host's route for webhooks, open before there is a Callboard that could answer. */
export interface WebhookRoute {
  readonly url: string;
  readonly acknowledged: readonly Acknowledged[];
  serve(callboard: CrashCallboard): void;
  close(): Promise<void>;
}

export function host(callboard: CrashCallboard, { acknowledged }: WebhookRoute): Host {
  return {
    callboard,
    acknowledged,
    async queue(count, { onUncertain = "resend", after = 0, at } = {}) {
      const people = Array.from({ length: count }, (_, index) => ({
        userId: `user-${after + index + 1}`,
        addresses: { whatsapp: `+26377${1_000_000 + after + index}` },
      }));
      await callboard.contacts.save(people);
      const { queued } = await callboard.queueNotificationsToUsers({
        template: "order",
        context: { order: "SO-1042" },
        userIds: people.map(({ userId }) => userId),
        idempotencyKey: "evt-1042",
        onUncertain,
        ...(at && { at }),
      });
      return queued.map(({ id }) => id);
    },
  };
}

export async function openWebhookRoute(): Promise<WebhookRoute> {
  const acknowledged: Acknowledged[] = [];
  let callboard: CrashCallboard | null = null;
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    const status = await answer(callboard, incoming, body).catch(() => 500);
    if (status === 200) acknowledged.push(...statusesIn(body));
    outgoing.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`,
    acknowledged,
    serve(served) {
      callboard = served;
    },
    close: () => close(server),
  };
}

async function answer(
  callboard: CrashCallboard | null,
  { headers }: IncomingMessage,
  body: Buffer<ArrayBuffer>,
): Promise<number> {
  if (!callboard) return 503;
  const request = new Request("http://localhost/webhooks/whatsapp", {
    method: "POST",
    headers: { "x-hub-signature-256": String(headers["x-hub-signature-256"]) },
    body,
  });
  return (await callboard.webhook("whatsapp", request)).status;
}

interface StatusWebhook {
  readonly entry: readonly {
    readonly changes: readonly {
      readonly value: { readonly statuses?: readonly { readonly id: string; readonly status: string }[] };
    }[];
  }[];
}

function statusesIn(body: Buffer): Acknowledged[] {
  const { entry }: StatusWebhook = JSON.parse(body.toString());
  const statuses = entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? []));
  return statuses.map(({ id, status }) => ({ messageId: id, status, at: Date.now() }));
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
