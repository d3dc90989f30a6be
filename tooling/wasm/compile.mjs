// Compiles the AssemblyScript of this folder and writes each module, in base64, into the package that uses it. The result
// is committed, so that neither a build nor a user needs the compiler.
//
//   node tooling/wasm/compile.mjs     writes the modules; `npm run check -- wasm` says whether they are up to date
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";
import { Failure, root, say } from "../process.mjs";

const folder = join(root, "tooling", "wasm");

const modules = [
  {
    source: "float-kernels.ts",
    target: "packages/delayedarray/src/kernels/float-kernels.ts",
    name: "FLOAT_KERNELS",
    memory: ["--initialMemory", "2"],
  },
  {
    source: "byte-kernels.ts",
    target: "packages/hdf5array/src/decode/byte-kernels.ts",
    name: "BYTE_KERNELS",
    memory: ["--importMemory", "--initialMemory", "1"],
  },
  {
    source: "inflate.ts",
    target: "packages/hdf5array/src/decode/inflate-kernel.ts",
    name: "INFLATE_KERNEL",
    memory: ["--importMemory", "--initialMemory", "1"],
  },
];

/** Chromium before version 115 refuses to compile more than this at once on a page's main thread. */
const MOST_BYTES = 4096;

/** What each file should hold. */
export async function compileModules() {
  const results = [];
  for (const { source, target, name, memory } of modules) {
    const bytes = await compile(source, memory);
    const head = `// Written by tooling/wasm/compile.mjs from tooling/wasm/${source}.\nexport const ${name} =\n`;
    results.push({ target, text: `${head}  "${Buffer.from(bytes).toString("base64")}";\n` });
  }
  return results;
}

async function compile(source, memory) {
  /** @type {any} */
  let bytes;
  let messages = "";
  const listen = {
    write(text) {
      messages += text;
      return true;
    },
  };
  const options = ["--baseDir", folder, "--runtime", "stub", "--enable", "simd", "-O3", "--noAssert", ...memory];
  const { error } = await asc.main([source, "--outFile", "out.wasm", ...options], {
    stdout: listen,
    stderr: listen,
    writeFile(name, contents) {
      if (name === "out.wasm") bytes = contents;
    },
  });
  if (error || bytes === undefined || messages !== "") throw new Failure(`${source}: ${error?.message}\n${messages}`);
  if (bytes.length > MOST_BYTES) throw new Failure(`${source}: ${bytes.length} bytes, of ${MOST_BYTES} at most`);
  return bytes;
}

/** Returns what is wrong, one line each. */
export async function checkModules() {
  const results = await compileModules();
  return results
    .filter(({ target, text }) => readFileSync(join(root, target), "utf8") !== text)
    .map(({ target }) => `${target} is not what its source compiles to: run node tooling/wasm/compile.mjs`);
}

if (pathToFileURL(argv[1] ?? "").href === import.meta.url) {
  for (const { target, text } of await compileModules()) {
    writeFileSync(join(root, target), text);
    say(`${target}: ${text.length} characters`);
  }
}
