import ts from "typescript";
import { expect, test } from "vitest";
import { FLAGS, programOf } from "./program.js";

/*
 * The types that TypeScript infers for the expressions of `type-table.ts`, against a committed list: no test that runs
 * notices a type that becomes wider. If a change is meant: `npx vitest run test/surface --update` in the package's folder.
 */

const table = "test/surface/type-table.ts";
const program = programOf("packages/delayedarray", [table]);

test("the expressions have the types that the list says", async () => {
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === "expressions") {
      const { body } = node.initializer as ts.ArrowFunction;
      for (const expression of (body as ts.ArrayLiteralExpression).elements) {
        const type = program.checker.typeToString(program.checker.getTypeAtLocation(expression), undefined, FLAGS);
        lines.push(`${expression.getText().replace(/\s+/g, " ")}\n  ${type}\n`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(program.fileAt(table));
  expect(lines.length).toBeGreaterThan(50);
  await expect(lines.join("")).toMatchFileSnapshot("types.txt");
});

test("what is marked as a mistake is one, and nothing else", () => {
  expect(program.errorsOf(table)).toEqual([]);
});
