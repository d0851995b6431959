import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { corpusFiles } from "./corpus.js";
import { deferred, failureOf, messageOf, patient, settings, transportAt } from "./fixtures.js";
import {
  accept,
  type GraphServer,
  graphError,
  json,
  openGraphServer,
  type Reply,
  text,
} from "./graph-server.js";

let server: GraphServer;
let transport: ReturnType<typeof transportAt>;

beforeEach(async () => {
  server = await openGraphServer();
  transport = transportAt(server.url, { timeoutMs: 1_000 });
});
afterEach(async () => {
  await server.close();
  await transport.close?.();
});

const accepted = JSON.stringify({ messages: [{ id: "wamid.1" }] });

const unreadable: [what: string, reply: Reply][] = [
  ["200 with HTML", text(200, "<html>Bad gateway</html>")],
  ["200 with nothing", text(200, "")],
  ["200 without an id", json(200, { messaging_product: "whatsapp", messages: [{}] })],
  ["200 with an empty id", json(200, { messages: [{ id: "" }] })],
  ["200 with half of a JSON", text(200, accepted.slice(0, 20))],
  ["200 with an error", json(200, { ...graphError(131000), messages: [{ id: "wamid.1" }] })],
  ["502 with HTML", text(502, "<html>Bad gateway</html>")],
  ["503 with nothing", text(503, "")],
  ["500 with a JSON that is not Meta's", json(500, { error: "upstream" })],
  ["403 with HTML", text(403, "<html>Forbidden</html>")],
  ["an answer of more than 64 KB", text(200, accepted + " ".repeat(70_000))],
  [
    "a body that ends before its length",
    (response) => {
      response.writeHead(200, { "content-length": "500" }).write(accepted);
      setTimeout(() => response.destroy(), 20);
    },
  ],
  ["a reset before the answer", (response) => response.socket?.resetAndDestroy()],
  ["a closed connection before the answer", (response) => response.socket?.destroy()],
  ["what is not HTTP", (response) => response.socket?.end("hello\r\n\r\n")],
];

test.each(unreadable)("send() answered by %s is uncertain", async (_, reply) => {
  server.replyWith(reply);
  const error = await failureOf(transport.send(messageOf(), patient));
  expect(error).toMatchObject({ failureClass: "uncertain", retryAfterMs: null });
  expect(server.received.length).toBe(1);
});

test("send() that hears nothing within the timeout is uncertain, and closes the connection", async () => {
  const closed = deferred();
  server.replyWith((response) => response.on("close", closed.resolve));
  const hasty = transportAt(server.url, { timeoutMs: 150 });
  const error = await failureOf(hasty.send(messageOf(), patient));
  expect(error.failureClass).toBe("uncertain");
  expect(error.message).toContain("150 ms");
  await closed.promise;
});

test("send() bounds the whole exchange, also when the answer drips", async () => {
  server.replyWith((response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  });
  const hasty = transportAt(server.url, { timeoutMs: 200 });
  expect((await failureOf(hasty.send(messageOf(), patient))).failureClass).toBe("uncertain");
});

test("send() aborted after the request has left is uncertain", async () => {
  const abort = new AbortController();
  server.replyWith(() => abort.abort());
  const error = await failureOf(transport.send(messageOf(), { signal: abort.signal }));
  expect(error.failureClass).toBe("uncertain");
});

test("send() with a signal that is aborted already is a retry, and Meta is not asked", async () => {
  const error = await failureOf(transport.send(messageOf(), { signal: AbortSignal.abort() }));
  expect(error.failureClass).toBe("retry");
  expect(server.received.length).toBe(0);
});

test("send() aborted while it waits for a connection is a retry, and is never sent later", async () => {
  const narrow = transportAt(server.url, { connections: 1 });
  let release = () => {};
  const reached = deferred();
  server.replyWith((response, request) => {
    release = () => accept("wamid.first")(response, request);
    reached.resolve();
  });
  const abort = new AbortController();
  const first = narrow.send(messageOf(), patient);
  await reached.promise;
  const second = failureOf(narrow.send(messageOf(), { signal: abort.signal }));
  abort.abort();
  expect((await second).failureClass).toBe("retry");
  release();
  await first;
  server.replyWith(accept("wamid.third"));
  await narrow.send(messageOf(), patient);
  expect([server.received.length, server.connections()]).toEqual([2, 1]);
  await narrow.close?.();
});

test("send() to a port where nobody listens is the sender's fault, for some seconds, and spends no attempt", async () => {
  const gone = await openGraphServer();
  await gone.close();
  const lost = transportAt(gone.url);
  const error = await failureOf(lost.send(messageOf(), patient));
  expect(error).toMatchObject({ failureClass: "sender", retryAfterMs: 5_000, unsent: true });
  expect(error.message).toContain("ECONNREFUSED");
});

test("send() is the sender's fault for each of many that wait for a port where nobody listens", async () => {
  const gone = await openGraphServer();
  await gone.close();
  const lost = transportAt(gone.url, { connections: 2 });
  const errors = await Promise.all(
    Array.from({ length: 20 }, () => failureOf(lost.send(messageOf(), patient))),
  );
  expect(new Set(errors.map(({ failureClass }) => failureClass))).toEqual(new Set(["sender"]));
});

test("send() reaches a server that was away for a moment, without a failure", async () => {
  const gone = await openGraphServer();
  const { port } = new URL(gone.url);
  await gone.close();
  const lost = transportAt(gone.url);
  const sending = lost.send(messageOf(), patient);
  const back = createHttpServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ messages: [{ id: "wamid.back" }] }));
  }).listen(Number(port), "127.0.0.1");
  await once(back, "listening");
  expect(await sending).toEqual({ providerMessageId: "wamid.back" });
  await lost.close?.();
  back.close();
});

test("send() aborted between two tries to connect spends no attempt, and nothing is sent later", async () => {
  const gone = await openGraphServer();
  await gone.close();
  const abort = new AbortController();
  const sending = failureOf(transportAt(gone.url).send(messageOf(), { signal: abort.signal }));
  setImmediate(() => abort.abort());
  expect(await sending).toMatchObject({ unsent: true });
});

test("send() opens another connection when the server has closed the idle one", async () => {
  const closed = deferred();
  server.replyWith((response, request) => {
    accept("wamid.1")(response, request);
    request.socket.on("close", closed.resolve).destroySoon();
  });
  await transport.send(messageOf(), patient);
  await closed.promise;
  server.replyWith(accept("wamid.2"));
  expect(await transport.send(messageOf(), patient)).toEqual({ providerMessageId: "wamid.2" });
  expect(server.connections()).toBe(2);
});

test("send() to a name that does not exist is the sender's fault", async () => {
  const lost = transportAt("https://graph.invalid");
  expect((await failureOf(lost.send(messageOf(), patient))).failureClass).toBe("sender");
});

test("send() whose TLS handshake fails is the sender's fault", async () => {
  const deaf = createServer((socket) => socket.end("not TLS")).listen(0, "127.0.0.1");
  await once(deaf, "listening");
  const { port } = deaf.address() as { port: number };
  const lost = transportAt(`https://127.0.0.1:${port}`);
  expect((await failureOf(lost.send(messageOf(), patient))).failureClass).toBe("sender");
  deaf.close();
});

test("send() that gets no connection within connectTimeoutMs is the sender's fault", async () => {
  // Accepts TCP and never speaks TLS.
  const mute = createServer().listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as { port: number };
  const lost = transportAt(`https://127.0.0.1:${port}`, { connectTimeoutMs: 200 });
  const error = await failureOf(lost.send(messageOf(), patient));
  expect([error.failureClass, error.message]).toEqual(["sender", expect.stringContaining("CONNECT_TIMEOUT")]);
  mute.close();
});

test.each([
  ["resets", (socket: Socket) => void socket.resetAndDestroy()],
  ["hangs up on", (socket: Socket) => void socket.end()],
])(
  "send() to a server that %s every TLS handshake is the sender's fault, after three tries",
  async (_, end) => {
    const rude = createServer(end).listen(0, "127.0.0.1");
    let connections = 0;
    rude.on("connection", () => connections++);
    await once(rude, "listening");
    const { port } = rude.address() as { port: number };
    const error = await failureOf(transportAt(`https://127.0.0.1:${port}`).send(messageOf(), patient));
    expect(error).toMatchObject({ failureClass: "sender", retryAfterMs: 5_000, unsent: true });
    expect(connections).toBe(3);
    rude.close();
  },
);

test("send() that gets no connection tries no longer than timeoutMs in all", async () => {
  let connections = 0;
  const mute = createServer(() => connections++).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as { port: number };
  const hasty = transportAt(`https://127.0.0.1:${port}`, { connectTimeoutMs: 1_000, timeoutMs: 1_500 });
  const error = await failureOf(hasty.send(messageOf(), patient));
  expect(error.unsent).toBe(true);
  expect(connections).toBeLessThan(3);
  mute.close();
});

test.each([
  ["a header of nothing but spaces", "HTTP/1.1 200 OK\r\nx-long:", " "],
  ["one interim answer after the other", "", "HTTP/1.1 103 Early Hints\r\n\r\n"],
])("send() answered with %s without end is uncertain as soon as 64 KB are there", async (_, head, piece) => {
  const flood = Buffer.from(piece.repeat(10_000));
  server.replyWith(({ socket }) => {
    const pour = () => {
      while (socket?.write(flood));
    };
    socket
      ?.on("drain", pour)
      .on("error", () => {})
      .write(head);
    pour();
  });
  const error = await failureOf(transport.send(messageOf(), patient));
  expect(error.failureClass).toBe("uncertain");
  expect(error.message).toContain("UND_ERR_RES_EXCEEDED_MAX_SIZE");
});

test("send() follows no redirect, and pauses the channel with a hint at baseUrl", async () => {
  server.replyWith(text(307, "", { location: `${server.url}/elsewhere` }));
  const error = await failureOf(transport.send(messageOf(), patient));
  expect(error).toMatchObject({ failureClass: "sender", hint: expect.stringContaining("baseUrl") });
  expect(server.received.length).toBe(1);
});

test("send() never repeats a message by itself", async () => {
  server.replyWith(json(503, graphError(2, { is_transient: true })));
  await failureOf(transport.send(messageOf(), patient));
  expect(server.received.length).toBe(1);
});

test("send() goes on after a connection was lost", async () => {
  server.replyWith((response) => response.socket?.destroy());
  await failureOf(transport.send(messageOf(), patient));
  server.replyWith(accept("wamid.2"));
  expect(await transport.send(messageOf(), patient)).toEqual({ providerMessageId: "wamid.2" });
});

test("send() of a message that Meta holds for a quality check says so, and gives its id", async () => {
  server.replyWith(accept("wamid.held", "held_for_quality_assessment"));
  expect(await transport.send(messageOf({ channel: settings }), patient)).toMatchObject({
    providerMessageId: "wamid.held",
    held: {
      providerCode: "held_for_quality_assessment",
      hint: expect.stringContaining("within about an hour"),
    },
  });
});

test("send() with a paused template pauses the template", async () => {
  server.replyWith(accept("wamid.1", "paused"));
  const error = await failureOf(transport.send(messageOf({ channel: settings }), patient));
  expect(error).toMatchObject({ failureClass: "template", providerCode: "paused" });
});

test("close() before any send and twice is harmless", async () => {
  const unused = transportAt(server.url);
  await unused.close?.();
  await unused.close?.();
});

test.each([
  ["throws", () => Promise.reject(new Error("vault is sealed"))],
  ["returns nothing", () => ""],
  ["returns two lines", () => "a\nb"],
])("send() pauses the channel when accessToken() %s, and asks nobody", async (_, accessToken) => {
  const poor = transportAt(server.url, { accessToken });
  const error = await failureOf(poor.send(messageOf(), patient));
  expect(error).toMatchObject({ failureClass: "sender", retryAfterMs: 60_000 });
  expect(server.received.length).toBe(0);
});

test("send() is a retry when accessToken() does not answer in time", async () => {
  const slow = transportAt(server.url, { accessToken: () => new Promise(() => {}), timeoutMs: 100 });
  expect((await failureOf(slow.send(messageOf(), patient))).failureClass).toBe("retry");
});

test.each(corpusFiles("responses").filter(([name]) => name.startsWith("send-accepted")))(
  "send() understands the accepted answer %s of the corpus",
  async (name, body) => {
    server.replyWith(text(200, body));
    const sending = transport.send(messageOf({ channel: settings }), patient);
    if (name.includes("paused")) expect((await failureOf(sending)).failureClass).toBe("template");
    else expect((await sending).providerMessageId).toMatch(/^wamid\./);
  },
);
