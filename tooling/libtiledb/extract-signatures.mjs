// Writes signatures-2.30.txt: what the public C headers of TileDB declare, as facts (names and types) without their
// text. Run by hand when the pinned version changes, on a checkout of TileDB at that version's tag:
//
//   node tooling/libtiledb/extract-signatures.mjs PATH_TO_TILEDB_CHECKOUT

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const checkout = process.argv[2];
if (checkout === undefined) {
  console.error("usage: node extract-signatures.mjs PATH_TO_TILEDB_CHECKOUT");
  process.exit(2);
}

const functions = {};
const variables = {};
const enums = {};

for (const path of headers(join(checkout, "tiledb"))) {
  const text = readFileSync(path, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/[^\n]*/g, "");
  for (const [, kind, returns, name, parameters] of text.matchAll(
    /\bTILEDB_(DEPRECATED_)?EXPORT\s+([^;{]*?)\b(tiledb_\w+)\s*\(([^;{]*)\)\s*(?:TILEDB_NOEXCEPT)?\s*;/g,
  )) {
    const entry = { returns: typeName(returns), parameters: splitParameters(parameters).map(typeName) };
    functions[name] = kind === undefined ? entry : { ...entry, deprecated: true };
  }
  for (const [, type, name] of text.matchAll(/\bTILEDB_EXPORT\s+extern\s+([^;()]*?)\b(tiledb_\w+)\s*;/g)) {
    variables[name] = typeName(type);
  }
  for (const [, group, name, value] of text.matchAll(/\bTILEDB_(\w+)_ENUM\(\s*(\w+)\s*\)\s*=\s*(-?\d+)/g)) {
    enums[group] ??= {};
    enums[group][name] = Number(value);
  }
}

const version = readFileSync(join(checkout, "tiledb/sm/c_api/tiledb_version.h"), "utf8");
const part = (name) => new RegExp(`TILEDB_VERSION_${name}\\s+(\\d+)`).exec(version)?.[1];
const lines = [
  `# The public C interface of TileDB ${part("MAJOR")}.${part("MINOR")}, written by extract-signatures.mjs.`,
  "",
  "# functions",
  ...sorted(functions).map(([name, entry]) => {
    const signature = `${entry.returns} ${name}(${entry.parameters.join(", ")})`;
    return entry.deprecated === true ? `${signature} deprecated` : signature;
  }),
  "",
  "# variables",
  ...sorted(variables).map(([name, type]) => `${type} ${name}`),
  "",
  "# enumerations",
  ...sorted(enums).flatMap(([group, members]) =>
    Object.entries(members).map(([name, value]) => `${group} ${name} = ${value}`),
  ),
];
const target = new URL(`signatures-${part("MAJOR")}.${part("MINOR")}.txt`, import.meta.url);
writeFileSync(target, `${lines.join("\n")}\n`);
console.log(`${Object.keys(functions).length} functions, ${Object.keys(variables).length} variables`);

function headers(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /c_api[/\\].*\.h$/.test(name) && !/[/\\]test[/\\]/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

function splitParameters(text) {
  const parts = [];
  let depth = 0;
  let current = "";
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) {
      parts.push(current);
      current = "";
    } else {
      current += character;
    }
  }
  parts.push(current);
  return parts.map((part) => part.trim()).filter((part) => part !== "" && part !== "void");
}

/** The type alone: no parameter name, no top-level const, arrays as pointers, one spelling of white space. */
function typeName(declaration) {
  let text = declaration.replace(/\s+/g, " ").trim();
  if (/\(\s*\*/.test(text)) return text.replace(/\(\s*\*\s*\w*\s*\)\s*/, "(*)");
  const array = /\[\s*\]$/.test(text);
  text = text
    .replace(/\[\s*\]$/, "")
    .replace(/\s*\*\s*/g, "* ")
    .replace(/\* (?=\*)/g, "*")
    .trim();
  const words = /^(const )?(?:unsigned )?\w+(\**)(?: const)?(?: \w+)?$/.exec(text);
  if (words !== null) text = text.replace(/^((?:const )?\w+\**)(?: const)?(?: \w+)?$/, "$1");
  if (array) text += "*";
  return text.endsWith("*") ? text : text.replace(/^const /, "");
}

function sorted(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
