import { describe, expect, test } from "vitest";
import * as api from "../../src/index.js";
import { type DelayedArray, type DType, ndarray, SparseNdarray, wrap } from "../../src/index.js";
import { OPERATIONS, type OperationName } from "../../src/ops/operations.js";

/* Delayed arrays that are not sparse beside sparse ones: their values are not known when an operation is built. */

const functions = api as unknown as Record<string, (...operands: unknown[]) => DelayedArray>;
const dtypes: DType[] = ["bool", "int8", "uint16", "int64", "uint64", "float32", "float64"];

/** Values on which zeros tend not to stay zero. */
const edges = (dtype: DType) => {
  const floats = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    0,
    1,
    -1,
    0.5,
    1e300,
    5e-324,
    3,
    7,
  ];
  const integers = [0, 1, -1, 2, -2, 3, 100, -128, 127, 2 ** 31, -(2 ** 63), 2 ** 64];
  return ndarray(dtype.startsWith("float") ? floats : integers, [3, 4]).astype(dtype);
};
const some = ndarray([
  [0, 2, 0, 0],
  [1, 0, 0, 3],
  [0, 0, 0, 5],
]);
const sparseOf = (dtype: DType) => wrap(SparseNdarray.fromDense(some.astype(dtype)));
const zerosOf = (dtype: DType) => wrap(ndarray(new Float64Array(12), [3, 4]).astype(dtype));

function built(build: () => DelayedArray): DelayedArray | undefined {
  try {
    return build();
  } catch (error) {
    if (error instanceof api.DelayedArrayError) return undefined;
    throw error;
  }
}

const withoutSigns = (values: unknown): unknown =>
  Array.isArray(values) ? values.map(withoutSigns) : Object.is(values, -0) ? 0 : values;

/** The sparse path gives what the dense one gives; what is claimed to be sparse is 0 where the sparse operands are. */
async function check(build: (of: typeof sparseOf) => DelayedArray): Promise<boolean | undefined> {
  const sparse = built(() => build(sparseOf));
  if (sparse === undefined) return undefined;
  if (!sparse.isSparse) return false;
  const plain = await build((dtype) => wrap(some.astype(dtype))).toDense();
  expect(withoutSigns((await sparse.toSparse()).toDense().toNested())).toEqual(withoutSigns(plain.toNested()));
  const zeros = (await build(zerosOf).toDense()).contiguous().data as ArrayLike<unknown>;
  expect(Array.from(zeros).every((value) => Number(value) === 0)).toBe(true);
  return true;
}

const names = Object.keys(OPERATIONS) as OperationName[];

test.each(names.filter((name) => OPERATIONS[name].arity === 2))(
  "%s never claims to be sparse in vain",
  async (name) => {
    for (const a of dtypes) {
      for (const b of dtypes) {
        await check((of) => functions[name]!(of(a), wrap(edges(b))));
        await check((of) => functions[name]!(wrap(edges(b)), of(a)));
      }
    }
  },
);

test.each(names.filter((name) => OPERATIONS[name].arity === 3))(
  "%s never claims to be sparse in vain",
  async (name) => {
    const others: ((of: typeof sparseOf) => unknown)[] = [
      () => 0,
      () => 1,
      () => [0, 1, 2, 3],
      (of) => of("int8"),
      ...dtypes.map((dtype) => () => wrap(edges(dtype))),
    ];
    for (const second of others) {
      for (const third of others) {
        for (const dtype of ["bool", "int8", "float64"] as const) {
          await check((of) => functions[name]!(of(dtype), second(of), third(of)));
          await check((of) => functions[name]!(second(of), of(dtype), third(of)));
          await check((of) => functions[name]!(second(of), third(of), of(dtype)));
        }
      }
    }
  },
);

describe("sparse stays sparse", () => {
  const dense = (dtype: DType) => wrap(edges(dtype));
  test.each<[string, (of: typeof sparseOf) => DelayedArray]>([
    ["times integers", (of) => of("float64").multiply(dense("int8"))],
    ["times a row of integers", (of) => api.multiply(wrap(ndarray([1, -2, 0, 4], [4], "int8")), of("int32"))],
    ["times a computed integer array", (of) => of("int32").multiply(dense("int8").add(1).abs())],
    ["times sparse integers plus 1", (of) => of("int32").multiply(of("int8").T.T.add(1))],
    ["and anything", (of) => api.logicalAnd(dense("float64"), of("float32"))],
    ["chosen by a sparse condition", (of) => api.where(of("bool"), dense("float64"), 0)],
    ["chosen from sparse arrays", (of) => api.where(dense("float64"), of("int8"), of("int16").negative())],
    ["chosen or 0", (of) => api.where(dense("bool"), of("float32"), 0)],
    ["at most unsigned integers", (of) => of("uint16").minimum(dense("uint16"))],
    ["clipped between signs", (of) => of("float64").clip(-1, [1, 2, 3, 4])],
    ["remainders of integers", (of) => of("int8").remainder(dense("int8"))],
  ])("%s", async (_, build) => {
    expect(await check(build)).toBe(true);
  });
});

describe("sparse does not stay sparse", () => {
  const dense = (dtype: DType) => wrap(edges(dtype));
  const masked = wrap(ndarray([1, 2, 3, 4], [4], "int8", { mask: [true, false, false, false] }));
  test.each<[string, (of: typeof sparseOf) => DelayedArray]>([
    ["times floats, which may be infinite", (of) => of("float64").multiply(dense("float32"))],
    ["times integers that may be missing", (of) => of("float64").multiply(masked)],
    ["to the power of integers, which may be 0", (of) => of("float64").power(dense("uint16"))],
    ["at most signed integers", (of) => of("float64").minimum(dense("int8"))],
    ["chosen by a sparse condition that may be false", (of) => api.where(of("bool"), 0, dense("int8"))],
    ["only dense arrays", () => api.where(dense("bool"), 0, 0)],
  ])("%s", async (_, build) => {
    expect(await check(build)).toBe(false);
  });
});

test("a sparse array beside a dense one is converted block by block, whatever its size", async () => {
  const shape = [60, 50];
  const counts = ndarray(
    Int32Array.from({ length: 3000 }, (_, i) => (i % 7 === 0 ? i : 0)),
    shape,
  );
  const factors = ndarray(
    Int16Array.from({ length: 3000 }, (_, i) => (i % 11) - 5),
    shape,
  );
  const product = wrap(SparseNdarray.fromDense(counts)).multiply(wrap(factors));
  const parts: number[] = [];
  const sparse = await product.toSparse({ bufferSize: 4000, onProgress: ({ done }) => parts.push(done) });
  expect(parts.length).toBeGreaterThan(2);
  const expected = await wrap(counts).multiply(factors).toDense();
  expect(sparse.toDense().toNested()).toEqual(expected.toNested());
  expect(await product.subset([[5, 0, 59], api.slice(40, 10, -3)]).toSparse()).toMatchObject({ shape: [3, 10] });
});
