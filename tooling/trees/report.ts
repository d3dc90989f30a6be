// Many cases at once, and what is worth telling of those that fail.
import type { Notice } from "./build.js";
import type { TreeCase } from "./case.js";
import { checkError, checkValue, isErrorCase } from "./check.js";
import { describeTree } from "./describe.js";

/**
 * What is wrong with cases, the smallest trees first: at most five.
 *
 * @param way - one of `WAYS` for the trees that have a value; `undefined` for those that must be refused
 */
export async function failures(
  cases: readonly TreeCase[],
  way: string | undefined,
  notice?: Notice,
): Promise<string[]> {
  const found: { size: number; text: string }[] = [];
  for (const [at, one] of cases.entries()) {
    if (isErrorCase(one) !== (way === undefined)) continue;
    const wrong = isErrorCase(one) ? await checkError(one) : await checkValue(one, way!, at, notice);
    if (wrong === undefined) continue;
    found.push({ size: JSON.stringify(one.nodes).length, text: `${wrong}\n${describeTree(one.nodes)}` });
  }
  found.sort((a, b) => a.size - b.size);
  return found.slice(0, 5).map(({ text }) => text);
}
