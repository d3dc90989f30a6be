import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { built, builtFolder, run } from "./child.js";

const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);

it.each(programs.map((code, i) => [i + 1, code] as const))(
  "program %i of the README prints what it says",
  async (i, code) => {
    // In a folder of its own, in which "libtiledb" is this package.
    const folder = join(builtFolder, `readme-${i}`);
    mkdirSync(join(folder, "node_modules", "libtiledb"), { recursive: true });
    writeFileSync(
      join(folder, "node_modules", "libtiledb", "package.json"),
      JSON.stringify({ type: "module", exports: "./index.js" }),
    );
    writeFileSync(join(folder, "node_modules", "libtiledb", "index.js"), `export * from ${JSON.stringify(built())};`);
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const outcome = await run(`process.chdir(${JSON.stringify(folder)});\n${outputText}`, { in: folder });
    expect(outcome).toMatchObject({ code: 0, errors: "" });
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].flatMap(([, text]) =>
      (text as string).replaceAll(/n (\d), /g, "n $1\n").split("\n"),
    );
    expect(outcome.output.split("\n")).toEqual(promised);
  },
);

it("has programs", () => {
  expect(programs).toHaveLength(2);
});
