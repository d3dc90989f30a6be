// The table in the documentation: rewritten between two marks, the text around it is left alone.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, root } from "../process.mjs";

const file = join(root, "docs", "benchmarks.md");
const begin = "<!-- written by `npm run bench -- --write` -->";
const end = "<!-- end of what is written -->";

export function record(report) {
  if (!existsSync(file)) throw new Failure(`docs/benchmarks.md is not there`);
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Failure(`docs/benchmarks.md lacks the lines ${begin} and ${end}`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${report}\n\n${text.slice(to)}`);
}
