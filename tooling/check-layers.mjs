// Imports go in one direction only. A folder of a package may import from itself and from the folders to its left in
// `order`; the files beside the folders (`index.ts` …) may import anything; no folder imports those. Files never
// import one another in a circle. Packages import only what is listed for them.
//
// To add a folder, put it into `order` where its imports allow it. A file beside the folders that folders need has a
// place in `order` too, by its name.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { root } from "./process.mjs";

export const rules = [
  {
    src: "packages/delayedarray/src",
    order: [
      "base",
      "kernels",
      "subset",
      "format",
      "grid",
      "values",
      "seed",
      "ops",
      "recipe",
      "extract",
      "blocks",
      "stats",
      "array",
      "testing",
    ],
    rootFiles: ["index.ts", "internal.ts"],
    packages: [],
  },
  {
    src: "packages/hdf5array/src",
    order: ["source", "format", "decode", "read", "file", "seeds", "formats", "write"],
    packages: ["node:", "delayedarray", "h5wasm", "zstddec"],
    importers: { h5wasm: 1, zstddec: 1 },
  },
  {
    src: "packages/libtiledb/src",
    order: ["c-types.ts", "declarations"],
    packages: ["node:", "koffi"],
    importers: { koffi: 3 },
  },
  {
    src: "packages/tiledbarray/src",
    order: [],
    packages: ["node:", "delayedarray", "libtiledb", "zstddec"],
    importers: { zstddec: 1 },
  },
];

/** Returns what is wrong, one line each. */
export function checkLayers(base, packageRules) {
  return packageRules.flatMap((rule) => checkPackage(base, rule));
}

function checkPackage(base, rule) {
  const problems = [];
  const src = join(base, rule.src);
  if (!existsSync(src)) return [`${rule.src}: no such folder`];
  const files = listFiles(src).filter((file) => /\.[cm]?tsx?$/.test(file));
  const known = new Set(files);
  const edges = new Map(files.map((file) => [file, []]));
  const importers = new Map();
  for (const file of files) {
    const from = unitOf(file, rule.order);
    const at = (line) => `${rule.src}/${file}:${line}`;
    if (from === "" && rule.rootFiles && !rule.rootFiles.includes(file))
      problems.push(`${rule.src}/${file}: beside the folders there are only ${rule.rootFiles.join(" and ")}`);
    for (const { specifier, line, typeOnly } of importsOf(join(src, file))) {
      if (!specifier.startsWith(".")) {
        const name = rule.packages.find((one) => belongsTo(specifier, one));
        if (name === undefined) problems.push(`${at(line)}: "${specifier}" is not among the packages for ${rule.src}`);
        else importers.set(name, (importers.get(name) ?? new Set()).add(file));
        continue;
      }
      const target = resolveRelative(file, specifier, known);
      if (target === undefined) {
        problems.push(`${at(line)}: "${specifier}" is not a file in ${rule.src}`);
        continue;
      }
      edges.get(file).push({ target, typeOnly });
      const wrong = wrongDirection(from, unitOf(target, rule.order), rule.order);
      if (wrong) problems.push(`${at(line)}: ${wrong} ("${specifier}")`);
    }
  }
  for (const unit of new Set(files.map((file) => unitOf(file, rule.order))))
    if (unit !== "" && !rule.order.includes(unit))
      problems.push(`${rule.src}/${unit}: an unknown folder, give it a place in tooling/check-layers.mjs`);
  for (const [name, most] of Object.entries(rule.importers ?? {})) {
    const found = [...(importers.get(name) ?? [])];
    if (found.length > most)
      problems.push(`${rule.src}: ${name} is imported by ${found.join(", ")}; at most ${most} may`);
  }
  const circles = findCircles(edges).map(
    (group) => `${rule.src}: a circle of imports: ${[...group, group[0]].join(" -> ")}`,
  );
  return [...problems, ...circles];
}

function wrongDirection(from, to, order) {
  if (from === to || from === "") return undefined;
  if (to === "") return `${from} imports a file beside the folders`;
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  if (a < 0 || b < 0 || b < a) return undefined; // Unknown folders are reported on their own.
  return `${from} may not import from ${to}, which is to its right`;
}

/**
 * One circle for each place where a walk along the edges comes back to a file that it is still inside of. Imports of
 * types alone vanish when compiled and are let pass; they can make circles only inside a folder, for the rest is the
 * direction's to forbid.
 */
function findCircles(edges) {
  const found = [];
  const state = new Map();
  const path = [];
  const visit = (file) => {
    state.set(file, "open");
    path.push(file);
    for (const edge of edges.get(file) ?? []) {
      if (edge.typeOnly) continue;
      if (state.get(edge.target) === "open") found.push(path.slice(path.indexOf(edge.target)));
      else if (!state.has(edge.target)) visit(edge.target);
    }
    path.pop();
    state.set(file, "closed");
  };
  for (const file of [...edges.keys()].sort()) if (!state.has(file)) visit(file);
  return found;
}

function importsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, typeOnly) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ specifier: node.text, line: line + 1, typeOnly });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(argument, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function resolveRelative(from, specifier, known) {
  const path = posix.join(posix.dirname(from), specifier);
  const candidates = [path, path.replace(/\.([cm]?)js$/, ".$1ts"), `${path}.ts`, `${path}/index.ts`];
  return candidates.find((one) => known.has(one));
}

function belongsTo(specifier, name) {
  return name.endsWith(":") ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`);
}

/** What has a place in the order: the top folder of a file, or itself if listed; "" is any other beside the folders. */
function unitOf(file, order) {
  if (file.includes("/")) return file.slice(0, file.indexOf("/"));
  return order.includes(file) ? file : "";
}

function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

if (pathToFileURL(argv[1] ?? "").href === import.meta.url) {
  const problems = checkLayers(root, rules);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else process.stdout.write(`imports go in one direction in ${rules.length} packages\n`);
}
