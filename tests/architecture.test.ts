import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = join(import.meta.dirname, "../scripts/check-architecture.mjs");
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "architecture-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const wrong: [file: string, source: string, cure: string][] = [
  ["packages/core/src/domain/a.ts", 'import { b } from "../errors/b.js";', "Move the code"],
  ["packages/core/src/domain/a.ts", 'import { z } from "zod";', "Move the code"],
  ["packages/core/src/errors/a.ts", 'import type { B } from "../ports/b.js";', "Move the code"],
  ["packages/core/src/ports/a.ts", 'export type { B } from "../queue/b.js";', "Move the code"],
  ["packages/core/src/ports/a.ts", 'export type A = import("../queue/b.js").B;', "Move the code"],
  ["packages/core/src/queue/a.ts", 'import { b } from "../create-callboard.js";', "as a parameter"],
  ["packages/core/src/queue/deep/a.ts", 'import { b } from "../../adapter.js";', "as a parameter"],
  ["packages/core/src/index.ts", 'import "@callboard/storage-memory";', "through a port"],
  ["packages/storage-x/src/a.ts", 'import type { B } from "@callboard/core";', '"@callboard/core/adapter"'],
  ["packages/storage-x/src/a.ts", 'import { b } from "@callboard/storage-memory";', "into core"],
  ["packages/storage-x/test/a.ts", 'import { b } from "../../core/src/index.js";', '"@callboard/core"'],
  ["packages/core/src/queue/a.ts", 'import { Queue } from "bullmq";', "through a port"],
  ["packages/scheduler-x/src/a.ts", 'import type { Redis } from "ioredis";', "through a port"],
  ["packages/testing/src/a.ts", 'import { b } from "@callboard/core/src/index.js";', '"@callboard/core"'],
  ["packages/preset-crm/src/a.ts", 'import { b } from "@callboard/core/adapter";', '"@callboard/core"'],
  ["packages/whatsapp-simulator/src/a.ts", 'const b = await import("@callboard/core");', "Speak HTTP"],
  [
    "examples/quickstart/src/a.ts",
    'import { b } from "../../../packages/core/src/b.js";',
    '"@callboard/core"',
  ],
];

test.each(wrong)("the architecture check refuses, in %s, %s", (file, source, cure) => {
  const { status, stderr } = check({ [file]: `const first = 1;\n${source}\n` });
  expect(status).toBe(1);
  expect(stderr).toContain(`${file}:2 imports "`);
  expect(stderr).toContain(cure);
});

test("the architecture check accepts imports that follow the layers", () => {
  const { status, stderr } = check({
    "packages/core/src/domain/a.ts": 'import type { B } from "@standard-schema/spec";\nimport "./b.js";\n',
    "packages/core/src/ports/a.ts":
      'import type {\n  B,\n} from "../domain/b.js";\nimport "../errors/c.js";\n',
    "packages/core/src/queue/a.ts":
      'import "node:crypto";\nimport "../templates/b.js";\nimport "../ports/c.js";\n',
    "packages/core/src/create-callboard.ts": 'import "./queue/a.js";\n',
    "packages/core/test/a.test.ts": 'import "../src/index.js";\nimport "zod";\n',
    "packages/storage-x/src/a.ts": '// Hosts: import("@callboard/core")\nimport "@callboard/core/adapter";\n',
    "packages/storage-x/test/a.test.ts": 'import "@callboard/core";\nimport "@callboard/storage-memory";\n',
    "packages/preset-crm/src/a.ts": 'import "@callboard/core";\n',
    "packages/scheduler-bullmq/src/a.ts": 'import "bullmq";\nimport "ioredis";\n',
    "tests/a.test.ts": 'import "@callboard/core/adapter";\nimport "@callboard/storage-memory";\n',
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

function check(files: Record<string, string>) {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  }
  return spawnSync(process.execPath, [script, root], { encoding: "utf8" });
}
