import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll } from "vitest";

// A process of its own cannot run TypeScript in Node 20, so the sources are translated, file by file, to where they still
// find the packages that they import.
const folder = fileURLToPath(new URL(`../node_modules/.cache/test-${process.pid}-${Date.now()}/`, import.meta.url));
const sources = fileURLToPath(new URL("../src/", import.meta.url));

for (const name of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".ts")) continue;
  const { outputText } = ts.transpileModule(readFileSync(join(sources, name), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  const target = join(folder, name.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The folder of the translated sources. */
export const builtFolder = folder;

/** The address of a translated source file, to import in a process of its own. */
export function built(file = "index.js"): string {
  return pathToFileURL(join(folder, file)).href;
}

/** How a process ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

let programs = 0;

/** The path of a file that holds a program, given as the text of an ES module. */
export function program(text: string, folder = builtFolder): string {
  const file = join(folder, `program-${programs++}.mjs`);
  writeFileSync(file, text);
  return file;
}

/** Runs a program, given as the text of an ES module, in a process of its own. */
export function run(
  text: string,
  options: {
    readonly flags?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly in?: string;
  } = {},
): Promise<Outcome> {
  const file = program(text, options.in);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(options.flags ?? []), file], {
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output: output.trim(), errors: errors.trim() }));
  });
}
