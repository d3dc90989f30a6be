// Holds the binding's declarations of C functions against the pinned signatures of the library, and accounts for every C
// function. Also looks up every declared function, and every one in the list, in the library itself where there is one.
//
//   node tooling/libtiledb/check-declarations.mjs [--no-library] [--signatures FILE]

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const binding = fileURLToPath(new URL("../../packages/libtiledb/", import.meta.url));
const source = join(binding, "src");
const require = createRequire(join(binding, "package.json"));
const typescript = createRequire(join(here, "../../package.json"))("typescript");

const { values: options } = parseArgs({
  options: {
    "no-library": { type: "boolean", default: false },
    signatures: { type: "string", default: join(here, "signatures-2.30.txt") },
  },
});
const problems = [];
const signatures = readSignatures(options.signatures);
const declarations = await readDeclarations();
const notDeclared = readNotDeclared(join(here, "not-declared.txt"));

for (const [name, [returns, parameters]] of Object.entries(declarations)) {
  const signature = signatures.functions.get(name);
  const declared = `${returns} ${name}(${parameters.join(", ")})`;
  if (signature === undefined) problems.push(`${name} is declared, but is no function of TileDB 2.30`);
  else if (signature !== declared) problems.push(`declared:  ${declared}\n  signature: ${signature}`);
  if (notDeclared.has(name)) problems.push(`${name} is declared, and listed as not declared`);
}
for (const name of signatures.functions.keys()) {
  if (!(name in declarations) && !notDeclared.has(name)) {
    problems.push(`${name} is neither declared nor listed in not-declared.txt`);
  }
}
for (const name of notDeclared) {
  if (!signatures.functions.has(name))
    problems.push(`${name} is listed in not-declared.txt, but is not in TileDB 2.30`);
}
await checkEnumerations();
checkUse();
const looked = options["no-library"] ? "not looked up in a library" : lookUp();

if (problems.length > 0) {
  console.error(problems.map((problem) => `- ${problem}`).join("\n"));
  console.error(`\n${problems.length} problems with the declarations of C functions`);
  process.exitCode = 1;
} else {
  const count = Object.keys(declarations).length;
  console.log(
    `${count} of ${signatures.functions.size} C functions are declared, as in the headers; ` +
      `${notDeclared.size} are not, each with a reason; ${looked}`,
  );
}

function readSignatures(path) {
  const functions = new Map();
  const enumerations = new Map();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const name = /\b(tiledb_\w+)\(/.exec(line)?.[1];
    if (name !== undefined) functions.set(name, line.replace(/ deprecated$/, ""));
    const member = /^(\w+) (\w+) = (-?\d+)$/.exec(line);
    if (member !== null) enumerations.set(`${member[1]}.${member[2]}`, Number(member[3]));
  }
  return { functions, enumerations };
}

function readNotDeclared(path) {
  return new Set(
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

async function readDeclarations() {
  const folder = join(source, "declarations");
  const all = {};
  for (const file of readdirSync(folder)) {
    if (file === "index.ts") continue;
    for (const group of Object.values(await importTypeScript(join(folder, file)))) Object.assign(all, group);
  }
  return all;
}

/** Imports a TypeScript file that imports nothing but types, and files of which that is true as well. */
async function importTypeScript(path) {
  const { outputText } = typescript.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { module: "ESNext", target: "ES2022", verbatimModuleSyntax: true },
  });
  const code = outputText.replace(/^import .* from "\.\/errors\.js";$/m, "");
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** The numbers that the binding has for values of C enumerations. */
async function checkEnumerations() {
  const { arrayTypes, dataOrders, incompleteReasons, layouts, objectTypes, queryStatuses, queryTypes } =
    await importTypeScript(join(source, "enumerations.ts"));
  const cName = (name) => name.toUpperCase().replaceAll("-", "_");
  const tables = [
    ["ARRAY_TYPE", arrayTypes, cName],
    ["LAYOUT", layouts, (name) => (name === "column-major" ? "COL_MAJOR" : cName(name))],
    ["DATA_ORDER", dataOrders, (name) => `${cName(name)}_DATA`],
    ["QUERY_TYPE", queryTypes, cName],
    ["QUERY_STATUS", queryStatuses, (name) => cName(name).replace("IN_PROGRESS", "INPROGRESS")],
    ["OBJECT_TYPE", objectTypes, (name) => (name === "none" ? "INVALID" : cName(name))],
    [
      "QUERY_STATUS_DETAILS",
      incompleteReasons,
      (name) => `REASON_${cName(name).replace("BUFFER_SIZE", "USER_BUFFER_SIZE")}`,
    ],
    ["DATATYPE", tableIn("datatype.ts", /^ {2}(\w+): \[(\d+), "\w+"\],$/gm), cName],
    ["FILTER_TYPE", tableIn("filter-list.ts", /^ {2}"?([\w-]+)"?: (\d+),$/gm), (name) => `FILTER_${cName(name)}`],
  ];
  for (const [group, table, nameInC] of tables) {
    if (Object.keys(table).length === 0) problems.push(`no table for the enumeration ${group} was found`);
    for (const [name, value] of Object.entries(table)) {
      const expected = signatures.enumerations.get(`${group}.${nameInC(name)}`);
      if (expected !== value)
        problems.push(`${group} ${nameInC(name)} is ${expected} in C, and ${value} in the binding`);
    }
  }
}

function tableIn(file, row) {
  const text = readFileSync(join(source, file), "utf8");
  return Object.fromEntries([...text.matchAll(row)].map(([, name, value]) => [name, Number(value)]));
}

/** A declaration that nothing uses is one that no test holds against the library. */
function checkUse() {
  const text = readdirSync(source)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(source, file), "utf8"))
    .join("\n");
  for (const name of Object.keys(declarations)) {
    // Some names are put together: `tiledb_array_schema_get_${which}_filter_list`.
    const pattern = name.replace(/coords|offsets|validity/, "(?:$&|\\$\\{\\w+\\})");
    const estimate = name.startsWith("tiledb_query_get_est_result_size");
    if (!estimate && !new RegExp(`\\b${pattern}\\b`).test(text)) problems.push(`${name} is declared, but never called`);
  }
}

function lookUp() {
  const path = libraryPath();
  if (path === undefined) {
    problems.push(
      "there is no library to look the functions up in: run tooling/libtiledb/fetch.mjs, or pass --no-library",
    );
    return "";
  }
  const library = require("koffi").load(path);
  for (const name of [...Object.keys(declarations), ...signatures.functions.keys()]) {
    try {
      library.symbol(name);
    } catch {
      problems.push(`${name} is not in the library`);
    }
  }
  return "all are in the library";
}

function libraryPath() {
  if (process.env.LIBTILEDB_PATH) return process.env.LIBTILEDB_PATH;
  const name = { linux: "libtiledb.so", darwin: "libtiledb.dylib", win32: "tiledb.dll" }[process.platform];
  const path = join(binding, "npm", `${process.platform}-${process.arch}`, name ?? "");
  return existsSync(path) ? path : undefined;
}
