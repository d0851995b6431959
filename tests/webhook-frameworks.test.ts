import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createCallboard } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { inProcessScheduler } from "@callboard/scheduler-in-process";
import { memoryStorage } from "@callboard/storage-memory";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signatureOf } from "./experiments/webhook-abuse.js";
import { sampleAccount, webhookSamples } from "./experiments/webhook-samples.js";

type Webhook = (request: Request) => Promise<Response>;

/** A host with the webhook mounted as its section of the guide says. */
interface Host {
  readonly name: string;
  readonly open: (mount: Mount) => Promise<Server>;
}

/** Runs the section of the guide that begins with this comment, with these names in scope. */
type Mount = (section: string, scope?: Record<string, unknown>) => Promise<unknown>;

const hosts: readonly Host[] = [
  {
    name: "node:http",
    async open(mount) {
      const servers: Server[] = [];
      await mount("node:http", {
        createServer: (...given: Parameters<typeof createServer>) => {
          servers.push(createServer(...given).listen(0, "127.0.0.1"));
        },
      });
      return servers[0] as Server;
    },
  },
  {
    name: "Express",
    async open(mount) {
      const app = express();
      await mount("Express", { app });
      app.use(express.json());
      return app.listen(0, "127.0.0.1");
    },
  },
  {
    name: "Nest, by its Express",
    async open(mount) {
      const app = express();
      await mount("Nest", { app });
      app.use(express.json());
      return app.listen(0, "127.0.0.1");
    },
  },
  {
    name: "Fastify",
    async open(mount) {
      const app = fastify();
      await mount("Fastify", { app });
      await app.listen({ port: 0, host: "127.0.0.1" });
      return app.server;
    },
  },
  {
    name: "Hono",
    async open(mount) {
      const app = new Hono();
      await mount("Hono", { app });
      return serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
    },
  },
];

const folder = await mkdtemp(join(import.meta.dirname, ".readme-webhooks-"));
const guide = await readFile(join(import.meta.dirname, "../docs/guides/webhooks.md"), "utf8");
await writeFile(join(folder, "answer-webhook.ts"), sectionOf("answer-webhook.ts"));
const { answerWebhook } = (await import(pathToFileURL(join(folder, "answer-webhook.ts")).href)) as {
  answerWebhook: unknown;
};
afterAll(() => rm(folder, { recursive: true }));

describe.each(hosts)("mounted on $name as the guide says", ({ open }) => {
  const { callboard, heard } = openCallboard();
  let server: Server;
  let url: URL;

  beforeAll(async () => {
    server = await open(mountOf((request) => callboard.webhook("whatsapp", request)));
    if (!server.listening) await once(server, "listening");
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("the webhook answers Meta's handshake", async () => {
    const query = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.verify_token": sampleAccount.verifyToken,
      "hub.challenge": "1158201444",
    });
    const answer = await fetch(`${url}?${query}`);
    expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect((await fetch(`${url}?${query}x`)).status).toBe(200);
    query.set("hub.verify_token", "wrong");
    expect((await fetch(`${url}?${query}`)).status).toBe(403);
  });

  test("the webhook gets the bytes that were signed, however they are escaped and cut into pieces", async () => {
    for (const [index, sample] of webhookSamples.entries()) {
      const isChunked = index % 2 === 0;
      expect(await post(url, sample, { isChunked })).toBe(200);
    }
    expect(heard).toContain("Ndatenda \u00e9 \u{1f600} / stop");
  });

  test("the webhook refuses what is not signed", async () => {
    const sample = webhookSamples[2] ?? "";
    expect(await post(url, `${sample} `, { signature: signatureOf(sample) })).toBe(401);
    expect(await post(url, JSON.stringify(JSON.parse(sample)), { signature: signatureOf(sample) })).toBe(401);
  });

  test("the webhook refuses more than 3 MB, and goes on", async () => {
    const large = "x".repeat(3 * 1024 * 1024 + 1);
    expect(await post(url, large)).toBe(413);
    // What comes without a length is cut off on the way.
    expect([413, "cut"]).toContain(await post(url, large, { isChunked: true }));
    expect(await post(url, webhookSamples[0] ?? "")).toBe(200);
  });
});

test("exported as GET and POST of Next, the webhook answers requests as they are", async () => {
  const { callboard, heard } = openCallboard();
  await writeFile(join(folder, "route.js"), nextRoute());
  Object.assign(globalThis, { callboardOfNext: callboard });
  const route = (await import(pathToFileURL(join(folder, "route.js")).href)) as Record<
    "GET" | "POST",
    Webhook
  >;
  const body = webhookSamples[2] ?? "";
  const headers = { "x-hub-signature-256": signatureOf(body) };
  const answer = await route.POST(new Request("https://host.example/", { method: "POST", body, headers }));
  expect([answer.status, heard.length > 0]).toEqual([200, true]);
  expect((await route.GET(new Request("https://host.example/?hub.mode=subscribe"))).status).toBe(403);
});

test("mounted behind a body parser, the webhook of the guide fails with what to do", async () => {
  const { callboard } = openCallboard();
  const app = express();
  const reasons: string[] = [];
  app.use(express.json());
  await mountOf((request) => callboard.webhook("whatsapp", request))("Express", { app });
  app.use(((error: Error, _request, response, _next) => {
    reasons.push(error.message);
    response.sendStatus(500);
  }) satisfies express.ErrorRequestHandler);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    expect(await post(new URL(`http://127.0.0.1:${port}/webhooks/whatsapp`), webhookSamples[0] ?? "")).toBe(
      500,
    );
    expect(reasons).toEqual([expect.stringMatching(/^Mount the webhook before any body parser/)]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function openCallboard() {
  const callboard = createCallboard({
    storage: memoryStorage() as Storage,
    scheduler: inProcessScheduler(),
    transports: [whatsappTransport(sampleAccount)],
    templates: {},
  });
  const heard: (string | null)[] = [];
  callboard.observe("message.received", ({ text }) => void heard.push(text));
  return { callboard, heard };
}

/** The code of the guide's block that begins with this comment. */
function sectionOf(title: string): string {
  const blocks = [...guide.matchAll(/```ts\n\/\/ ([^\n]*)\n([\s\S]*?)```/g)];
  const block = blocks.find(([, comment = ""]) => comment.startsWith(title));
  if (block?.[2] === undefined) throw new Error(`The guide has no code for ${title}.`);
  return block[2];
}

function mountOf(webhook: Webhook): Mount {
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  return async (section, scope = {}) => {
    const names = {
      callboard: { webhook: (_: string, request: Request) => webhook(request) },
      webhook,
      answerWebhook,
      ...scope,
    };
    await AsyncFunction(...Object.keys(names), sectionOf(section))(...Object.values(names));
  };
}

/** The guide's code as JavaScript, with the Callboard that the application would import. */
function nextRoute(): string {
  return `const callboard = globalThis.callboardOfNext;\n${sectionOf("Next.js").replace("request: Request", "request")}`;
}

interface PostOptions {
  readonly signature?: string;
  /** In pieces and without a length; otherwise whole. */
  readonly isChunked?: boolean;
}

/** Posts a body and resolves with the status of the answer, or with "cut" when the connection ended before it. */
function post(
  url: URL,
  body: string,
  { signature = signatureOf(body), isChunked = false }: PostOptions = {},
) {
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": signature,
    ...(!isChunked && { "content-length": Buffer.byteLength(body) }),
  };
  return new Promise<number | "cut">((resolve) => {
    const outgoing = httpRequest(url, { method: "POST", headers, agent: false });
    outgoing.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on("error", () => resolve("cut"));
    void writeAll(outgoing, isChunked ? piecesOf(body) : [body]);
  });
}

async function writeAll(outgoing: ReturnType<typeof httpRequest>, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    if (outgoing.destroyed) return;
    outgoing.write(piece);
    await nextTurn();
  }
  outgoing.end();
}

function piecesOf(body: string): string[] {
  const size = Math.max(7, Math.ceil(body.length / 50));
  return Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.slice(index * size, (index + 1) * size),
  );
}
