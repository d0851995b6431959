import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

const cli = join(import.meta.dirname, "../dist/cli.js");

interface Run {
  readonly code: number | null;
  readonly output: string;
}

function run(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [cli, ...args]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

test("--help prints the options", async () => {
  const { code, output } = await run(["--help"]);
  expect(code).toBe(0);
  expect(output).toContain("--webhook-url <url>");
});

test.each([
  [["--colour", "red"], "--colour"],
  [["--port", "many"], "--port needs a whole number"],
  [["--person", "Ada"], "--person needs <number=name>"],
  [["--webhook-url", "nowhere"], "webhookUrl"],
  [["--identity", "passport"], "--identity needs one of phone, phone-and-bsuid, bsuid-only"],
  [["--review", "nobody"], "--review needs one of clock, person"],
  [["--host", "0.0.0.0"], "allowRemote"],
  [["--options", "/nowhere.json"], "--options /nowhere.json cannot be read"],
  [["--templates", "/nowhere.json"], "--templates /nowhere.json cannot be read"],
])("%j ends with code 1 and names the argument", async (args, words) => {
  const { code, output } = await run(args);
  expect(code).toBe(1);
  expect(output).toContain(words);
});

test("the command prints the addresses but no secret, serves, and stops on SIGTERM", async () => {
  const args = [
    "--port",
    "0",
    "--access-token",
    "hidden-token",
    "--app-secret",
    "hidden-secret",
    "--person",
    "+263771234567=Ada",
  ];
  const child = spawn(process.execPath, [cli, ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) if (lines.push(line) === 2) break;
  expect(lines.join()).not.toContain("hidden");
  const url = /http:\S+$/.exec(lines[1] ?? "")?.[0] ?? "";
  expect(await fetch(url).then((response) => response.text())).toContain("Ada");
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

/** Starts the command and gives its address; it is killed when the test ends. */
async function serve(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [cli, "--port", "0", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface(child.stdout)) {
    const url = /^WhatsApp simulator\s+(http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("The command printed no address.");
}

test("--options takes any option from a file, and arguments win over it", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "simulator-")), "options.json");
  const people = { "+263771234567": { name: "Ada", identity: "bsuid-only" } };
  writeFileSync(file, JSON.stringify({ people, businessAccountId: "7", window: "open" }));
  const url = await serve(["--options", file, "--business-account-id", "8"]);
  expect(await fetch(`${url}/phones`).then((response) => response.text())).toContain("Free text");
  expect(await fetch(`${url}/templates`).then((response) => response.text())).toContain(
    `POST ${url}/v25.0/8/message_templates`,
  );
});

test("an unknown option in the file ends with code 1 and is named", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "simulator-")), "options.json");
  writeFileSync(file, JSON.stringify({ colour: "red" }));
  expect(await run(["--options", file])).toMatchObject({
    code: 1,
    output: expect.stringContaining("colour"),
  });
});

test("--virtual-clock stands still until another process moves it", async () => {
  const url = await serve(["--virtual-clock"]);
  const now = () =>
    fetch(`${url}/_simulator/clock`)
      .then((response) => response.json() as Promise<{ now: string }>)
      .then((answer) => Date.parse(answer.now));
  const before = await now();
  await fetch(`${url}/_simulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceMs: 3_600_000 }),
  });
  expect((await now()) - before).toBe(3_600_000);
});
