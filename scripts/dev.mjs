// The one entry point of every task: `npm run <task> -- <arguments of the task's last step>`.
import { root, run, toolchain } from "./toolchain.mjs";

// Their output matters only when they fail.
const quietTools = ["pnpm", "turbo"];
const turbo = ["turbo", "run", "--output-logs=errors-only"];

const tasks = {
  setup: [],
  build: [[...turbo, "build"]],
  test: [
    [...turbo, "build", "typecheck"],
    ["biome", "check"],
    ["node", "scripts/check-architecture.mjs", root],
    // Real databases on a busy machine take their time; only what hangs runs into these.
    ["vitest", "run", "--testTimeout=60000", "--hookTimeout=120000"],
  ],
  start: [
    [...turbo, "build", "--filter=@callboard/example-quickstart..."],
    ["node", "examples/quickstart/src/main.ts"],
  ],
  check: [
    ["biome", "check"],
    [...turbo, "check:package"],
    ["node", "scripts/check-packed.mjs"],
  ],
  "bench:storage": [
    [...turbo, "build", "--filter=@callboard/bench^..."],
    ["node", "bench/src/storage.ts"],
  ],
  "bench:crash": [
    [...turbo, "build", "--filter=@callboard/bench^..."],
    ["node", "bench/src/crash.ts"],
  ],
  "bench:schedulers": [
    [...turbo, "build", "--filter=@callboard/bench^..."],
    ["node", "bench/src/schedulers.ts"],
  ],
  "bench:webhooks": [
    [...turbo, "build", "--filter=@callboard/bench^..."],
    ["node", "bench/src/webhooks.ts"],
  ],
  format: [["biome", "check", "--write"]],
};

async function main([task = "setup", ...extra]) {
  if (!Object.hasOwn(tasks, task))
    throw new Error(`No task "${task}". Tasks: ${Object.keys(tasks).join(", ")}.`);
  const env = await toolchain();
  const steps = [["pnpm", "install", "--frozen-lockfile"], ...tasks[task]];
  steps.at(-1).push(...extra);
  for (const step of steps) {
    const quiet = quietTools.includes(step[0]);
    if (quiet) console.error(`$ ${step.join(" ")}`);
    await run(step, { env, quiet });
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
});
