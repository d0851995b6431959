import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { tcpProxy } from "../../../tests/experiments/tcp-proxy.js";
import { redisTest } from "./redis-stage.js";

const host = join(import.meta.dirname, "fixtures", "host.ts");

/** Runs a host until it has nothing left to do. `meanwhile` runs when it has started. */
async function run(url: string, what: string, meanwhile = async (): Promise<unknown> => undefined) {
  const child = spawn(process.execPath, ["--no-warnings", host, url, what], { timeout: 20_000 });
  const [printed, complaints] = [text(child.stdout), text(child.stderr)];
  const exit = once(child, "exit");
  if (what !== "queues") await Promise.race([once(child.stdout, "data"), exit]);
  await meanwhile();
  child.stdin.end();
  const [code] = await exit;
  return { code, printed: await printed, complaints: await complaints };
}

redisTest(
  "a process that only queues has one connection, the host's, and exits by itself",
  async ({ url }) => {
    expect(await run(url, "queues")).toEqual({ code: 0, printed: "connections 1\n", complaints: "" });
  },
);

const stopped = { code: 0, printed: "started\nstopped\n", complaints: "" };

redisTest("a process that has stopped exits by itself", async ({ url }) => {
  expect(await run(url, "works")).toEqual(stopped);
});

redisTest("a process whose Redis has gone stops and exits by itself", async (server) => {
  expect(await run(server.url, "works", () => server.kill())).toEqual(stopped);
});

redisTest(
  "a process whose Redis never came stops and exits by itself",
  async ({ url }) => {
    expect(await run(url, "waits")).toEqual(stopped);
  },
  { isUp: false },
);

redisTest("a process whose Redis does not answer any more stops and exits by itself", async (server) => {
  const proxy = await tcpProxy(server.url);
  expect(await run(proxy.url, "works", async () => proxy.silence())).toEqual(stopped);
  proxy.speak();
  await proxy.close();
});
