import { spawn } from "node:child_process";
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
