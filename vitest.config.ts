import { configDefaults, defineConfig } from "vitest/config";

const crashMatrix = "crash-matrix.test.ts";

export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "examples/*",
      {
        test: {
          name: "@callboard/tests",
          root: "./tests",
          exclude: [...configDefaults.exclude, crashMatrix],
        },
      },
      {
        // Alone, when everything else is over: its workers have little time, so that kills strike them at work.
        test: { name: "crash", root: "./tests", include: [crashMatrix], sequence: { groupOrder: 1 } },
      },
    ],
    // Most of the tests wait for a server or a child process.
    maxWorkers: 3,
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
  },
});
