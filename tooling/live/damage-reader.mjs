// Reads TileDB arrays in every way, in a process that damaged files may bring down: for each line of input, `{ uri, attributes }`,
// one line of output: `{ outcomes: [{ what, code, message }], memory }`, code "ok" for what was read, memory in bytes.
import { createInterface } from "node:readline";
import { DelayedArrayError, slice } from "delayedarray";
import { TileDbArray } from "tiledbarray";

async function outcomesOf({ uri, attributes }) {
  const outcomes = [];
  const attempt = async (what, run) => {
    try {
      await run();
      outcomes.push({ what, code: "ok", message: "" });
      return true;
    } catch (error) {
      const code = error instanceof DelayedArrayError ? error.code : `not typed: ${error?.stack}`;
      outcomes.push({ what, code, message: String(error?.message) });
      return false;
    }
  };
  for (const attributeName of attributes) {
    let array;
    const open = async () => {
      array = await TileDbArray.open(uri, { attributeName });
    };
    if (!(await attempt(`open ${attributeName}`, open))) continue;
    await attempt(`all of ${attributeName}`, () => array.toDense());
    await attempt(`a part of ${attributeName}`, () => array.subset([slice(3, 9), [1, 5, 20]]).toDense());
    if (array.isSparse) await attempt(`${attributeName} as sparse`, () => array.toSparse());
    if (array.dtype !== "string") await attempt(`mean of ${attributeName}`, () => array.mean());
    await attempt("metadata", () => array.metadata());
    await attempt("close", () => array.close());
  }
  return outcomes;
}

for await (const line of createInterface({ input: process.stdin })) {
  const outcomes = await outcomesOf(JSON.parse(line));
  process.stdout.write(`${JSON.stringify({ outcomes, memory: process.resourceUsage().maxRSS * 1024 })}\n`);
}
