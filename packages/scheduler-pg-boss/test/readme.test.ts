import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { postgres } from "@callboard/test-databases";
import { expect, test } from "vitest";

test.skipIf(postgres.absent)("the program of the README runs as pasted, and ends", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const [, source = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const { url, close } = await postgres.open({ connections: 1 });
  // Beside this file, so that it finds the packages as an app would.
  const file = join(import.meta.dirname, `.readme-${crypto.randomUUID()}.ts`);
  try {
    await writeFile(file, source);
    const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", file], {
      env: { ...process.env, DATABASE_URL: url },
      timeout: 30_000,
    });
    expect(stdout).toContain("Order A-17 has been shipped.");
  } finally {
    await rm(file, { force: true });
    await close();
  }
});
