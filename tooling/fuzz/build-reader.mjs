// The project's reader as one file for Node, from its sources: the fuzzer looks below what the package exports.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { preset } from "../vitest.mjs";

/** @returns {Promise<string>} the path of the file */
export async function buildReader(folder) {
  await build({
    configFile: false,
    logLevel: "error",
    resolve: preset().resolve,
    ssr: { noExternal: true, external: ["h5wasm"] },
    build: {
      ssr: fileURLToPath(new URL("reader/main.ts", import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      target: "node20",
      minify: false,
      rollupOptions: { output: { entryFileNames: "reader.mjs" } },
    },
  });
  return join(folder, "reader.mjs");
}
