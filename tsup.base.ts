import { defineConfig } from "tsup";

/** Bundles `src/<entry>.ts` into `dist/<entry>.js`. The declarations come from tsc, which tsup's own step does not support. */
export const library = (...entries: string[]) =>
  defineConfig({
    entry: entries.map((entry) => `src/${entry}.ts`),
    format: "esm",
    target: "node22",
    sourcemap: true,
    clean: true,
    silent: true,
    // `node:sqlite` exists only under its full name.
    removeNodeProtocol: false,
  });
