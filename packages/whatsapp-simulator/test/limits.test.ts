import { connect } from "node:net";
import { startSimulator } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { authorized, messagesPath, openSimulator, textMessage } from "./support/open-simulator.js";

test("a body over 1 MiB is answered with 413", async () => {
  const { post, simulator } = await openSimulator();
  const { status, body } = await post(
    messagesPath,
    JSON.stringify(textMessage("a".repeat(1_048_576))),
    authorized,
  );
  expect(status).toBe(413);
  expect(body.error.code).toBe(100);
  expect(simulator.messages()).toEqual([]);
});

test("a request that does not arrive in full within requestTimeoutMs is ended with 408", async () => {
  const { simulator } = await openSimulator({ requestTimeoutMs: 50 });
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  const head = [`POST ${messagesPath} HTTP/1.1`, "host: localhost", "content-length: 100"];
  const headers = Object.entries(authorized).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${[...head, ...headers].join("\r\n")}\r\n\r\n{`);
  const text = await new Promise<string>((resolve) => {
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("close", () => resolve(received));
  });
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
});

test("apiLatencyMs holds the answer back, not the message", async () => {
  const { simulator, send, clock } = await openSimulator({ apiLatencyMs: 5_000 });
  const answer = send(textMessage("Hello"));
  while (simulator.messages().length === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(5_000);
  expect((await answer).status).toBe(200);
});

test("stop() closes idle connections, and a second call does nothing", async () => {
  const simulator = await startSimulator();
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  await simulator.stop();
  await simulator.stop();
  await closed;
  await expect(fetch(simulator.url)).rejects.toThrow();
});

test("startSimulator() rejects when the port is taken", async () => {
  const { simulator } = await openSimulator();
  const port = Number(new URL(simulator.url).port);
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("startSimulator() names an option that does not fit, without its value", async () => {
  const secret = "top-secret";
  // @ts-expect-error no such option
  await expect(startSimulator({ secret })).rejects.toThrow("secret");
  await expect(startSimulator({ webhookUrl: secret })).rejects.toThrow("webhookUrl");
  await expect(startSimulator({ webhookUrl: secret })).rejects.not.toThrow(secret);
  await expect(startSimulator({ unreachable: ["nobody"] })).rejects.toThrow("unreachable[0]");
  await expect(startSimulator({ statusDelaysMs: { sent: 9, delivered: 8 } })).rejects.toThrow(
    "must not fall",
  );
});

test("startSimulator() lets other machines in only with allowRemote, and says so", async () => {
  await expect(startSimulator({ host: "0.0.0.0" })).rejects.toThrow("allowRemote");
  const simulator = await startSimulator({ host: "0.0.0.0", allowRemote: true });
  expect((await fetch(simulator.phonesUrl)).status).toBe(200);
  await simulator.stop();
});
