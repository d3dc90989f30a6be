import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path) => fileURLToPath(new URL(`../packages/${path}`, import.meta.url));

/** One test preset: tests run on the sources of all packages, so that no build is needed between edit and test. */
export function preset(options = {}) {
  return defineConfig({
    resolve: {
      alias: [
        { find: /^delayedarray\/internal$/, replacement: source("delayedarray/src/internal.ts") },
        { find: /^delayedarray\/testing$/, replacement: source("delayedarray/src/testing/index.ts") },
        { find: /^delayedarray$/, replacement: source("delayedarray/src/index.ts") },
        { find: /^hdf5array$/, replacement: source("hdf5array/src/index.ts") },
        { find: /^libtiledb$/, replacement: source("libtiledb/src/index.ts") },
        { find: /^tiledbarray$/, replacement: source("tiledbarray/src/index.ts") },
      ],
    },
    test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, ...options },
  });
}
