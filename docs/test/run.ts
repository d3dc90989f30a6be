import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ts from "typescript";
import { type Page, pathInRoot } from "./markdown.js";

/** Files that the pages open by name. */
const files = [
  "chapter/whee.h5",
  "chapter/sparse_whee.h5",
  "filters/plugins.h5",
  "chapter/dense.tiledb",
  "chapter/sparse_array.tiledb",
  "pbmc/10x_pbmc68k_reduced.h5ad",
  "pbmc/twin.tiledb",
  "soma/experiment.soma",
  "tiledb-texts/group.tiledb",
  "tiledb-texts/logical-dense.tiledb",
  "tiledb-labels/labelled.tiledb",
  "formats/tenx-3.h5",
  "formats/loom-3.loom",
  "formats/r-hdf5array.h5",
  "r/missing.h5",
  "formats/pytables.h5",
];

/** An empty folder from which the packages of this workspace can be imported, as they were built. */
export function makePlace(): string {
  const place = mkdtempSync(join(tmpdir(), "pages-"));
  symlinkSync(pathInRoot("docs/node_modules"), join(place, "node_modules"), "junction");
  writeFileSync(join(place, "package.json"), '{ "type": "module" }\n');
  return place;
}

function folderOf(place: string, { path }: Page): string {
  return join(place, path.replaceAll("/", "-"));
}

/** What a program ended with, and what it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Compiles a page's modules and runs them, one after the other, in a folder of their own that holds the files. */
export function runModules(place: string, page: Page, modules: readonly string[]): Outcome[] {
  const folder = folderOf(place, page);
  mkdirSync(folder);
  for (const file of files)
    cpSync(pathInRoot(`tooling/fixtures/${file}`), join(folder, basename(file)), { recursive: true });
  return modules.map((code) => {
    const { outputText } = ts.transpileModule(code, {
      fileName: page.path,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        inlineSourceMap: true,
      },
    });
    writeFileSync(join(folder, "page.js"), outputText);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--enable-source-maps", "page.js"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });
    return { status, out: stdout, err: stderr };
  });
}

/** What the type checker says of the pages' modules, by page; line numbers are those of the pages. */
export function typeErrors(place: string, pages: ReadonlyMap<Page, readonly string[]>): Map<Page, string[]> {
  const paths = new Map<string, Page>();
  for (const [page, modules] of pages) {
    for (const [i, code] of modules.entries()) {
      const path = `${folderOf(place, page)}-${i}.ts`.replaceAll("\\", "/");
      writeFileSync(path, code);
      paths.set(path, page);
    }
  }
  const { config } = ts.readConfigFile(pathInRoot("tooling/tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, place);
  const program = ts.createProgram(Array.from(paths.keys()), {
    ...options,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ["node"],
    typeRoots: [join(place, "node_modules", "@types")],
  });
  const errors = new Map<Page, string[]>();
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const page = (file && paths.get(file.fileName)) ?? Array.from(pages.keys())[0];
    if (page === undefined) continue;
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const where = file && paths.has(file.fileName) ? page.path : (file?.fileName ?? "");
    const message = `${where}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    errors.set(page, [...(errors.get(page) ?? []), message]);
  }
  return errors;
}
