import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Callboard,
  createCallboard,
  type DeliveryPolicy,
  defineTemplate,
  type Notification,
} from "@callboard/core";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { recordingLogger } from "@callboard/testing";
import { type WhatsappTransportOptions, whatsappTransport } from "@callboard/transport-whatsapp";
import { startSimulator, type WhatsappSimulator } from "@callboard/whatsapp-simulator";
import { vi } from "vitest";
import { z } from "zod";
import { type EngineStorage, openSqlite } from "./engine-storages.js";

const templates = {
  order: defineTemplate({
    context: z.object({ order: z.string() }),
    sample: { order: "SO-1" },
    body: "Order <%= it.order %> awaits you.",
  }),
};

type Whatsapp = ReturnType<typeof whatsappTransport>;
type WhatsappCallboard = Callboard<unknown, readonly [Whatsapp], typeof templates, Record<never, never>>;

/** Events after which a notification is looked at, as it was at that moment. */
type Told = { [Name in "retrying" | "uncertain" | "failed" | "sent" | "delivered" | "read"]: Notification[] };

/** A Callboard on SQLite that sends over HTTP to a simulated WhatsApp, and takes its webhooks over HTTP. */
export interface WhatsappStage {
  readonly callboard: WhatsappCallboard;
  readonly simulator: WhatsappSimulator;
  readonly storage: EngineStorage;
  /** What the Callboard told of, by event. */
  readonly told: Told;
  /** Reasons of the pauses so far. */
  readonly pauseReasons: readonly string[];
  /** Queues a notification for the one person there is. */
  queue(): Promise<string>;
}

export interface WhatsappStageOptions {
  readonly transport?: Partial<WhatsappTransportOptions>;
  readonly policy?: Partial<DeliveryPolicy>;
}

/** A test body on such a stage, closed whatever happens. */
export function onWhatsapp(
  { transport, policy = {} }: WhatsappStageOptions,
  run: (stage: WhatsappStage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const simulator = await startSimulator({
      statusDelaysMs: { sent: 10, delivered: 20, read: 30 },
      window: "open",
    });
    const { storage, close } = await openSqlite(":memory:");
    const whatsapp = whatsappTransport({ ...simulatorAccount, baseUrl: simulator.url, ...transport });
    const callboard = createCallboard({
      storage,
      scheduler: inProcessScheduler(),
      transports: [whatsapp],
      templates,
      policy,
      dispatch: { sweepMs: 50 },
      logger: recordingLogger(),
    });
    const server = await serveWebhook((request) => callboard.webhook("whatsapp", request));
    try {
      simulator.setWebhookUrl(urlOf(server));
      await callboard.contacts.save([{ userId: "ada", addresses: { whatsapp: "+263771234567" } }]);
      // Opens the 24 hours in which free text goes out.
      await simulator.receive({ type: "text", from: "+263771234567", text: "Good morning" });
      const watched = watch(callboard);
      await callboard.start();
      await run({ callboard, simulator, storage, ...watched, queue: () => queueOne(callboard) });
    } finally {
      await callboard.stop({ drainMs: 1_000 });
      await simulator.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    }
  };
}

/** The account that the simulator has when it is not told otherwise. */
export const simulatorAccount = {
  phoneNumberId: "100000000000001",
  accessToken: "simulator-access-token",
  appSecret: "simulator-app-secret",
  verifyToken: "verify",
} as const;

/** Looks again and again, for at most 15 s, until `look` passes; resolves with what it returns. */
export function eventually<Result>(look: () => Result): Promise<Awaited<Result>> {
  return vi.waitFor(look, { timeout: 15_000, interval: 10 }) as Promise<Awaited<Result>>;
}

async function queueOne(callboard: WhatsappCallboard): Promise<string> {
  const { queued } = await callboard.queueNotificationsToUsers({
    template: "order",
    context: { order: "SO-1042" },
    userIds: ["ada"],
  });
  return queued[0]?.id ?? "";
}

function watch(callboard: WhatsappCallboard): { told: Told; pauseReasons: string[] } {
  const told: Told = { retrying: [], uncertain: [], failed: [], sent: [], delivered: [], read: [] };
  for (const [name, notifications] of Object.entries(told)) {
    callboard.observe(`notification.${name as keyof Told}`, ({ notification }) => {
      notifications.push(notification);
    });
  }
  const pauseReasons: string[] = [];
  for (const name of ["channel.paused", "template.paused"] as const) {
    callboard.observe(name, ({ reason }) => void pauseReasons.push(reason));
  }
  return { told, pauseReasons };
}

/** Turns requests of `node:http` into those of the web, as a host does. */
export async function serveWebhook(answer: (request: Request) => Promise<Response>): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const response = await answer(await toRequest(incoming)).catch(() => new Response(null, { status: 500 }));
    outgoing.writeHead(response.status).end(await response.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return new Request(`http://localhost${incoming.url}`, {
    method: incoming.method ?? "POST",
    headers: Object.entries(incoming.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    ),
    body: Buffer.concat(chunks),
  });
}

export function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/webhooks/whatsapp`;
}
