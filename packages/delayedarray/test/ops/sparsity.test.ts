import { describe, expect, test } from "vitest";
import * as api from "../../src/index.js";
import { type DelayedArray, ndarray, SparseNdarray, wrap } from "../../src/index.js";
import { OPERATIONS, type OperationName } from "../../src/ops/operations.js";

const functions = api as unknown as Record<string, (...operands: unknown[]) => DelayedArray>;
const names = Object.keys(OPERATIONS) as OperationName[];
const dtypes = ["bool", "int8", "uint16", "int64", "float32", "float64"] as const;

const dense = ndarray([
  [0, 2, 0, 0],
  [1, 0, 0, 3],
  [0, 0, 0, 5],
]);
const other = ndarray([
  [0, 1, 0, 2],
  [0, 0, 7, 3],
  [0, 0, 0, 0],
]);
const sparseOf = (dtype: api.DType, from = dense) => wrap(SparseNdarray.fromDense(from.astype(dtype)));
const denseOf = (dtype: api.DType, from = dense) => wrap(from.astype(dtype));

/** Builds on a sparse and on a dense array, or gives `undefined` where the dtypes are refused. */
function both(build: (of: typeof sparseOf) => DelayedArray): [DelayedArray, DelayedArray] | undefined {
  try {
    return [build(sparseOf), build(denseOf)];
  } catch (error) {
    if (error instanceof api.DelayedArrayError) return undefined;
    throw error;
  }
}

/** The sparse path must give what the dense path gives, and claim to be sparse exactly where zeros, -0 among them, stay zero. */
async function check(pair: [DelayedArray, DelayedArray], zerosStay?: boolean): Promise<void> {
  const [sparse, plain] = pair;
  const expected = (await plain.toDense()).toNested();
  const clean = (values: unknown): unknown =>
    Array.isArray(values) ? values.map(clean) : Object.is(values, -0) ? 0 : values;
  expect(clean((await sparse.toDense()).toNested())).toEqual(clean(expected));
  expect(clean((await sparse.toSparse()).toDense().toNested())).toEqual(clean(expected));
  if (zerosStay !== undefined) expect(sparse.isSparse).toBe(zerosStay);
}

const operands: [string, unknown][] = [
  ...[0, 1, 2, 3, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true, false].map((scalar): [string, unknown] => [
    String(scalar),
    scalar,
  ]),
  ["a vector", [1, 2, 3, 4]],
  ["a vector with a zero", [1, 0, 3, 4]],
  ["a column", ndarray([[1], [2], [0]])],
  ["a dense array", other],
];
/** Stands for a sparse array of the dtype in question. */
const SPARSE = Symbol("sparse");

/** Three operands: a sparse array on every side of two others. */
async function checkThree(name: OperationName, second: unknown, third: unknown): Promise<void> {
  for (const dtype of dtypes) {
    for (let side = 0; side < 3; side++) {
      const build = (of: typeof sparseOf) => {
        const [b, c] = [second, third].map((one) => (one === SPARSE ? of(dtype, other) : one));
        return functions[name]!(
          ...(side === 0 ? [of(dtype), b, c] : side === 1 ? [b, of(dtype), c] : [b, c, of(dtype)]),
        );
      };
      const pair = both(build);
      if (pair === undefined) continue;
      const zeros = await build((type) => wrap(ndarray(new Float64Array(12), [3, 4]).astype(type))).toDense();
      const stay = Array.from(zeros.contiguous().data as ArrayLike<unknown>).every((value) => Number(value) === 0);
      await check(pair, stay);
    }
  }
}

describe.each(names)("%s", (name) => {
  if (OPERATIONS[name].arity === 1) {
    test.each(dtypes)("of sparse %s", async (dtype) => {
      const pair = both((of) => functions[name]!(of(dtype)));
      if (pair === undefined) return expect(["sign", "negative"]).toContain(name);
      const atZero = (await functions[name]!(ndarray([[0]]).astype(dtype)).toDense()).get(0, 0);
      await check(pair, Number(atZero) === 0);
    });
    return;
  }
  if (OPERATIONS[name].arity === 3) {
    test.each(operands)("with %s and every other operand, on every side", async (_, second) => {
      for (const [, third] of [...operands, ["a sparse array", SPARSE] as const]) await checkThree(name, second, third);
    });
    test("with two other sparse arrays", () => checkThree(name, SPARSE, SPARSE));
    return;
  }
  test.each(operands)("with %s on either side", async (_, operand) => {
    for (const dtype of dtypes) {
      for (const flip of [false, true]) {
        const build = (x: unknown) => (flip ? functions[name]!(operand, x) : functions[name]!(x, operand));
        const pair = both((of) => build(of(dtype)));
        if (pair === undefined) continue;
        let zero: unknown[];
        try {
          zero = [];
          for (const either of [0, -0]) {
            const zeros = await build(ndarray(new Float64Array(12).fill(either), [3, 4]).astype(dtype)).toDense();
            zero.push(...Array.from(zeros.contiguous().data as ArrayLike<unknown>));
          }
        } catch (error) {
          expect((error as api.DelayedArrayError).code).toBe("INVALID_ARGUMENT");
          continue;
        }
        await check(
          pair,
          zero.every((value) => Number(value) === 0),
        );
      }
    }
  });
  test.each(dtypes)("with another sparse array of %s", async (dtype) => {
    const pair = both((of) => functions[name]!(of(dtype), of(dtype, other)));
    if (pair === undefined) return expect([name, dtype]).toEqual(["subtract", "bool"]);
    await check(pair);
    const zeros = await functions[name]!(
      ndarray([0, 0, -0, -0]).astype(dtype),
      ndarray([0, -0, 0, -0]).astype(dtype),
    ).toDense();
    expect(pair[0].isSparse).toBe(Array.from(zeros.data as ArrayLike<unknown>).every((value) => Number(value) === 0));
  });
});

test("sparse stays sparse through casts, rounding, subsets, transposes and combines", async () => {
  const x = sparseOf("float64");
  const built = api.concatenate([x.astype("int16").subset([[2, 0, 0]]), x.T.T.round(1).astype("int16")], 0).T;
  expect(built.isSparse).toBe(true);
  const plain = wrap(dense);
  const expected = api.concatenate(
    [plain.astype("int16").subset([[2, 0, 0]]), plain.T.T.round(1).astype("int16")],
    0,
  ).T;
  expect((await built.toSparse()).toDense().toNested()).toEqual((await expected.toDense()).toNested());
});
