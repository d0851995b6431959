import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test.each([
  "@callboard/core",
  "@callboard/core/adapter",
  "@callboard/opentelemetry",
  "@callboard/storage-memory",
  "@callboard/storage-kysely",
])("importing %s prints nothing, opens nothing, and leaves the process as it was", (name) => {
  const program = `
    const look = () => ({
      listeners: process.eventNames().map((event) => [String(event), process.listenerCount(event)]).sort(),
      resources: process.getActiveResourcesInfo().sort(),
      globals: Object.getOwnPropertyNames(globalThis).sort(),
      environment: JSON.stringify(process.env),
      exitCode: process.exitCode,
    });
    const before = look();
    const module = await import(${JSON.stringify(name)});
    const after = look();
    process.stdout.write(JSON.stringify({ before, after, exports: Object.keys(module).length }));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  // What is printed is this alone, so a word of the import's own would not parse.
  const { before, after, exports } = JSON.parse(stdout);
  expect(exports).toBeGreaterThan(0);
  expect(after).toEqual(before);
});
