import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { redisTest } from "./redis-stage.js";

redisTest("the program of the README runs as pasted, and ends", async ({ url }) => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const [, source = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  // Beside this file, so that it finds the packages as an app would.
  const file = join(import.meta.dirname, `.readme-${crypto.randomUUID()}.ts`);
  try {
    await writeFile(file, source.replace("redis://localhost:6379", url));
    const run = promisify(execFile)(process.execPath, ["--no-warnings", file], { timeout: 30_000 });
    expect((await run).stdout).toContain("Order A-17 has been shipped.");
  } finally {
    await rm(file, { force: true });
  }
});
