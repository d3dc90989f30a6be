import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, outerPair, readJson } from "../../../../tooling/fixtures/read.mjs";
import * as api from "../../src/index.js";
import { difference, type Expectation, scalarOf, toNdArray } from "./numpy.js";

type Side = string | { int?: string; float?: string | number; bool?: boolean };
interface Fixture {
  inputs: Record<string, EncodedArray>;
  unary: (Expectation & { op: string; input: string; decimals?: number })[];
  astype: (Expectation & { op: string; input: string; dtype: api.DType })[];
  binary: (Expectation & { op: string; left: string; right: string; outer: boolean })[];
  scalar: (Expectation & { op: string; left: Side; right: Side })[];
  broadcast: (Expectation & { op: string; left: EncodedArray; right: EncodedArray })[];
}

const fixture: Fixture = readJson("numpy", "ops.json");
const functions = api as unknown as Record<string, (...operands: unknown[]) => api.DelayedArray>;
const input = (name: string) => toNdArray(fixture.inputs[name]!);

/** Runs all cases of one operation and reports the first few that differ from NumPy. */
async function check<C extends Expectation>(cases: readonly C[], run: (one: C) => api.DelayedArray): Promise<void> {
  const wrong: string[] = [];
  for (const one of cases) {
    const why = await difference(one, async () => run(one).toDense());
    if (why !== undefined) wrong.push(`${JSON.stringify({ ...one, result: undefined })}: ${why}`);
  }
  expect(wrong.slice(0, 8), `${wrong.length} of ${cases.length} differ`).toEqual([]);
}

function byOp<C extends { op: string }>(cases: readonly C[]): [string, C[]][] {
  const groups = new Map<string, C[]>();
  for (const one of cases) {
    if (!groups.has(one.op)) groups.set(one.op, []);
    groups.get(one.op)!.push(one);
  }
  return [...groups];
}

describe("functions of one array equal NumPy's", () => {
  test.each(byOp(fixture.unary))("%s", async (op, cases) => {
    // Integers of 32 and 64 bits that round out of their range saturate; what NumPy gives depends on the CPU.
    const overflows = (one: Fixture["unary"][number]) =>
      op === "round" && /edge u?int(32|64)/.test(one.input) && (one.decimals ?? 0) < 0;
    const defined = cases.filter((one) => !overflows(one));
    await check(defined, (one) =>
      functions[op]!(input(one.input), ...(one.decimals === undefined ? [] : [one.decimals])),
    );
  });
});

describe("functions of two arrays equal NumPy's", () => {
  test.each(byOp(fixture.binary))("%s", async (op, cases) => {
    await check(cases, (one) => {
      const [left, right] = [fixture.inputs[one.left]!, fixture.inputs[one.right]!].map((encoded) =>
        decodeArray(encoded),
      ) as [never, never];
      const pair = one.outer ? outerPair(left, right) : [left, right];
      return functions[op]!(...pair.map(toNdArray));
    });
  });
});

describe("functions of an array and a scalar equal NumPy's, on either side", () => {
  test.each(byOp(fixture.scalar))("%s", async (op, cases) => {
    const side = (one: Side) => (typeof one === "string" ? input(one) : scalarOf(one));
    // Comparisons with integers that do not fit are exact, also with bools, where NumPy overflows.
    const isExact = (one: Fixture["scalar"][number]) =>
      /equal|less|greater/i.test(op) && one.error === "OverflowError" && /bool/.test(`${one.left} ${one.right}`);
    await check(
      cases.filter((one) => !isExact(one)),
      (one) => functions[op]!(side(one.left), side(one.right)),
    );
  });
});

describe("operands broadcast as in NumPy", () => {
  test.each(byOp(fixture.broadcast))("%s", async (op, cases) => {
    await check(cases, (one) => functions[op]!(toNdArray(one.left), toNdArray(one.right)));
    // The same with both sides delayed.
    await check(cases, (one) => functions[op]!(api.wrap(toNdArray(one.left)), api.wrap(toNdArray(one.right))));
  });
});

test("casts equal NumPy's", async () => {
  await check(fixture.astype, (one) => api.astype(input(one.input), one.dtype));
});
