import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = new URL("../../", import.meta.url);

/** A Markdown file of the repository. */
export interface Page {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** README.md of the root and of each package, and the guide. */
export function readPages(): Page[] {
  const names = (folder: string) => readdirSync(new URL(folder, root)).sort();
  const guide = names("docs").filter((name) => name.endsWith(".md"));
  const readmes = names("packages").filter((name) => names(`packages/${name}`).includes("README.md"));
  const paths = ["README.md", ...readmes.map((name) => `packages/${name}/README.md`), ...guide.map((n) => `docs/${n}`)];
  return paths.map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));
}

/** The absolute path of something in the repository. */
export function pathInRoot(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** A fenced block: what its fence says, its first line's number (from 0), and its lines. */
export interface Fence {
  readonly info: string;
  readonly line: number;
  readonly lines: readonly string[];
}

export function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  text.split(/\r?\n/).forEach((line, i) => {
    const mark = /^\s*(?:>\s*)?```(.*)$/.exec(line);
    if (mark === null) open?.lines.push(line);
    else if (open === undefined) open = { info: mark[1]?.trim() ?? "", line: i + 1, lines: [] };
    else {
      fences.push(open);
      open = undefined;
    }
  });
  return fences;
}

/**
 * The TypeScript blocks of a page as modules: one, unless a block imports a name again, which starts another. Everything
 * else is blank lines, so that line numbers in messages are those of the page.
 */
export function modulesOf(text: string): string[] {
  const modules: { lines: string[]; names: Set<string> }[] = [];
  for (const { info, line, lines } of fencesOf(text)) {
    if (info !== "ts") continue;
    const names = importedNames(lines.join("\n"));
    let module = modules.at(-1);
    if (module === undefined || names.some((name) => module?.names.has(name))) {
      module = { lines: [], names: new Set() };
      modules.push(module);
    }
    for (const name of names) module.names.add(name);
    while (module.lines.length < line) module.lines.push("");
    module.lines.push(...lines);
  }
  return modules.map(({ lines }) => lines.join("\n"));
}

function importedNames(code: string): string[] {
  const { statements } = ts.createSourceFile("block.ts", code, ts.ScriptTarget.Latest);
  return statements.filter(ts.isImportDeclaration).flatMap(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
    return importClause?.name ? [importClause.name.text, ...named] : named;
  });
}

/**
 * What a module says that it prints: the comments after each `print` and `console.log`, at the end of the statement's
 * last line and on the lines that follow it without a gap.
 */
export function expectedOutput(code: string): string[] {
  const file = ts.createSourceFile("page.ts", code, ts.ScriptTarget.Latest, true);
  const lines = code.split("\n");
  const expected: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(print|console\.log)$/.test(node.expression.getText(file))) {
      const { line, character } = file.getLineAndCharacterOfPosition(statementOf(node).getEnd());
      const trailing = /^[\s;)}]*\/\/ (.*)$/.exec(lines[line]?.slice(character) ?? "");
      if (trailing) expected.push(trailing[1] ?? "");
      for (let next = line + 1; /^\s*\/\//.test(lines[next] ?? ""); next++)
        expected.push((lines[next] ?? "").replace(/^\s*\/\/ ?/, ""));
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return expected;
}

function statementOf(node: ts.Node): ts.Node {
  let at = node;
  while (!ts.isExpressionStatement(at) && at.parent) at = at.parent;
  return at;
}
