import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "examples/*", "tests"],
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
  },
});
