import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const here = import.meta.dirname;

/** Runs the first TypeScript program of a README as it stands, and gives back what it printed. */
async function runProgram(readme: string): Promise<string> {
  const text = await readFile(join(here, "..", readme), "utf8");
  const program = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  if (program === undefined) throw new Error(`${readme} has no program`);
  // Inside this package, so that it finds the packages as an app would.
  const folder = await mkdtemp(join(here, ".readme-"));
  try {
    await writeFile(join(folder, "program.ts"), program);
    const { stdout } = await run(process.execPath, ["--no-warnings", join(folder, "program.ts")], {
      timeout: 20_000,
    });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the program of README.md prints what the README says it prints", async () => {
  const readme = await readFile(join(here, "..", "README.md"), "utf8");
  const printed = await runProgram("README.md");
  expect(printed.trim()).toContain("[console] to desk 4: new_order v1");
  expect(readme).toContain(printed.trim());
});

test.each([
  ["packages/core/README.md", "Rudo, order SO-1042 has come in."],
  ["packages/preset-crm/README.md", "Order number: SO-1042"],
  ["packages/transport-console/README.md", "Order A-17 has been shipped."],
  ["packages/opentelemetry/README.md", "callboard send console"],
  ["packages/storage-memory/README.md", "Sales Team"],
  ["packages/storage-kysely/README.md", "Sales Team"],
  ["docs/guides/answers-and-wishes.md", "rudo pressed Acknowledge; the message counts as read."],
])("the program of %s runs as pasted", async (readme, expected) => {
  expect(await runProgram(readme)).toContain(expected);
});

test("every relative link of the documentation leads somewhere", async () => {
  const root = join(here, "..");
  const pages = globSync(["*.md", "docs/**/*.md", "{packages,examples}/*/*.md"], { cwd: root });
  expect(pages.length).toBeGreaterThan(10);
  const links = await Promise.all(
    pages.map(async (page) => {
      const text = await readFile(join(root, page), "utf8");
      return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) =>
        join(root, dirname(page), target),
      );
    }),
  );
  expect(links.flat().filter((target) => !existsSync(target))).toEqual([]);
});
