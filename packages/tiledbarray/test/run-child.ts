import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll } from "vitest";

// A process of its own cannot run TypeScript in Node 20, so the sources are bundled, to where libtiledb's own
// dependencies are found.
const packages = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(packages, "libtiledb", "node_modules", ".cache", `child-${process.pid}-${Date.now()}`);
const modules = {
  delayedarray: join(packages, "delayedarray", "src", "index.ts"),
  tiledbarray: join(packages, "tiledbarray", "src", "index.ts"),
  libtiledb: join(packages, "libtiledb", "src", "index.ts"),
  resource: join(packages, "libtiledb", "src", "resource.ts"),
};

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: "silent",
    resolve: {
      alias: [
        { find: "delayedarray/internal", replacement: join(packages, "delayedarray", "src", "internal.ts") },
        { find: /^delayedarray$/, replacement: modules.delayedarray },
        { find: /^libtiledb$/, replacement: modules.libtiledb },
      ],
    },
    ssr: { external: ["koffi"], noExternal: ["zstddec"] },
    build: { ssr: true, outDir: folder, minify: false, target: "node20", rollupOptions: { input: modules } },
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (module: keyof typeof modules) => JSON.stringify(pathToFileURL(join(folder, `${module}.js`)).href);
let programs = 0;

/**
 * Runs a program, given as the text of an ES module, in a process of its own, with what the packages export in scope, and
 * `resident()`: the memory that the process has now, in MB; `peak()`: the most that it had. The text is that of a function's body.
 *
 * @returns what the program returned, by way of JSON
 */
export async function runChild<T>(text: string, flags: readonly string[] = []): Promise<T> {
  const file = join(folder, `program-${programs++}.mjs`);
  writeFileSync(
    file,
    `import * as delayedarray from ${path("delayedarray")};
    import * as tiledbarray from ${path("tiledbarray")};
    const { TileDbArray } = tiledbarray;
    import * as libtiledb from ${path("libtiledb")};
    import { liveResources } from ${path("resource")};
    const { slice } = delayedarray;
    const resident = () => process.memoryUsage.rss() / 2 ** 20;
    // Linux counts the memory of the process that started this one into what resourceUsage() says.
    const { existsSync, readFileSync } = await import("node:fs");
    const peak = () => {
      const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
      return Number(/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) / 1024;
    };
    const rest = (milliseconds = 5) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    async function main() {${text}}
    console.log(JSON.stringify(await main()));`,
  );
  const child = spawn(process.execPath, [...flags, file], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { output: "", errors: "" };
  child.stdout.on("data", (data: Buffer) => {
    said.output += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    said.errors += data.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ending) => resolve(ending));
  });
  if (code !== 0) throw new Error(`the child process ended with ${signal ?? code}: ${said.errors}`);
  return JSON.parse(said.output) as T;
}
