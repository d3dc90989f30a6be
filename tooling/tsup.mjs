import { defineConfig } from "tsup";

/**
 * One bundler preset for every package, so that the bundler can be swapped here alone. JavaScript only: the
 * declarations come from `tsc`, because bundlers of declarations lag behind TypeScript.
 */
export function preset(entry, options = {}) {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "es2022",
    platform: "neutral",
    dts: false,
    sourcemap: true,
    clean: true,
    splitting: true,
    silent: true,
    tsconfig: "tsconfig.build.json",
    treeshake: true,
    ...options,
  });
}
