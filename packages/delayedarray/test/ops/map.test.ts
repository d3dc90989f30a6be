import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DelayedArray,
  DelayedArrayError,
  type DType,
  map,
  NdArray,
  ndarray,
  SparseNdarray,
  subset,
  wrap,
} from "../../src/index.js";
import { anyArray, anyDType } from "../random-arrays.js";

const codeOf = (error: unknown) => (error instanceof DelayedArrayError ? error.code : String(error));
const values = async (x: DelayedArray) => (await x.toDense()).toNested();

test("a function gets JavaScript's values: bigints of 64-bit integers, booleans of bools, else numbers", async () => {
  const seen: unknown[] = [];
  const look = (value: unknown) => {
    seen.push(value);
    return 1;
  };
  await map(ndarray([2n ** 60n + 1n, -1n]), look).toDense();
  await map(ndarray([2n ** 64n - 1n], [1], "uint64"), look).toDense();
  await map(ndarray([true, false]), look).toDense();
  await map(ndarray([7, 250], [2], "uint8"), look).toDense();
  await map(ndarray([0.1, Number.NaN], [2], "float32"), look).toDense();
  expect(seen).toEqual([2n ** 60n + 1n, -1n, 2n ** 64n - 1n, true, false, 7, 250, Math.fround(0.1), Number.NaN]);
});

test("the dtype is the array's, or the one asked for", async () => {
  const x = wrap(ndarray([1, 2, 3], [3], "int16"));
  const squares = x.map((value) => value * value);
  expect(squares.dtype).toBe("int16");
  expect(await values(squares)).toEqual([1, 4, 9]);
  expect(await values(x.map((value) => BigInt(value) << 40n, { dtype: "int64" }))).toEqual([
    2n ** 40n,
    2n ** 41n,
    3n * 2n ** 40n,
  ]);
  expect(await values(x.map((value) => value > 1, { dtype: "bool" }))).toEqual([false, true, true]);
});

test.each([
  // Numbers convert as float64 does, bigints as 64-bit integers do.
  ["int8", [1.9, -1.9, 300, -300, Number.NaN, 300n, -1n, true], [1, -1, 127, -128, 0, 44, -1, 1]],
  ["uint8", [1.9, -1.9, 300, -0.5, Number.NaN, 300n, -1n, true], [1, 0, 255, 0, 0, 44, 255, 1]],
  [
    "uint32",
    [2 ** 32, -1, 2 ** 32 - 1, 0.5, Number.NaN, 2n ** 32n + 5n, -1n, false],
    [2 ** 32 - 1, 0, 2 ** 32 - 1, 0, 0, 5, 2 ** 32 - 1, 0],
  ],
  [
    "int64",
    [1.9, 1e30, -1e30, Number.NaN, 2 ** 53, 2n ** 63n, true, -5n],
    [1n, 2n ** 63n - 1n, -(2n ** 63n), 0n, 2n ** 53n, -(2n ** 63n), 1n, -5n],
  ],
  [
    "uint64",
    [1.9, 1e30, -1, Number.NaN, 2 ** 63, -1n, true, 2n ** 64n],
    [1n, 2n ** 64n - 1n, 0n, 0n, 2n ** 63n, 2n ** 64n - 1n, 1n, 0n],
  ],
  ["bool", [0.5, 0, -0, Number.NaN, 5n, 0n, true, false], [true, false, false, true, true, false, true, false]],
  [
    "float32",
    [0.1, 1e300, -0, Number.NaN, 2n ** 60n + 2n ** 36n + 1n, 3n, true, false],
    [Math.fround(0.1), Number.POSITIVE_INFINITY, -0, Number.NaN, 2 ** 60 + 2 ** 37, 3, 1, 0],
  ],
  ["float64", [0.1, 1e300, -0, Number.NaN, 2n ** 60n, 3n, true, false], [0.1, 1e300, -0, Number.NaN, 2 ** 60, 3, 1, 0]],
] as const)("results convert to %s", async (dtype, results, expected) => {
  const x = ndarray(Float64Array.from(results.keys()));
  const { data } = await map(x, (i) => results[i]!, { dtype }).toDense();
  expect(Array.from(data as ArrayLike<unknown>, (value) => (dtype === "bool" ? value === 1 : value))).toEqual(expected);
});

test("to convert is to cast", async () => {
  await fc.assert(
    fc.asyncProperty(anyArray(), anyDType, async (array, dtype) => {
      const mapped = await map(array, (value) => value, { dtype }).toDense();
      const cast = await wrap(array).astype(dtype).toDense();
      // An integer of up to 32 bits comes as a number, and numbers saturate where integers wrap around.
      const wraps = !array.dtype.startsWith("float") && !array.dtype.endsWith("64") && /int/.test(dtype);
      const narrow = Array.from(array.contiguous().data as ArrayLike<number | bigint>, Number).every(
        (value) => value >= 0 && value < 128,
      );
      if (!wraps || narrow) expect(mapped.toNested()).toEqual(cast.toNested());
    }),
  );
});

describe("sparse arrays", () => {
  const counts = ndarray([
    [0, 2, 0],
    [0, 0, 5],
  ]);
  const sparse = <D extends DType>(dtype: D) => wrap(SparseNdarray.fromDense(counts.astype(dtype)));

  test("stay sparse where 0 gives 0; then only stored entries are passed", async () => {
    const seen: unknown[] = [];
    const doubled = map(sparse("float32"), (value) => {
      seen.push(value);
      return value * 2;
    });
    expect(doubled.isSparse).toBe(true);
    expect(seen).toEqual([0]);
    const result = await doubled.toSparse();
    expect(result.toDense().toNested()).toEqual([
      [0, 4, 0],
      [0, 0, 10],
    ]);
    expect(result.nnz).toBe(2);
    expect(seen.slice(1).sort()).toEqual([2, 5]);
    expect(sparse("int64").map((value) => -value).isSparse).toBe(true);
    expect(sparse("bool").map((value) => value).isSparse).toBe(true);
  });

  test("do not where 0 gives something else, or throws", async () => {
    expect(sparse("int32").map((value) => value + 1).isSparse).toBe(false);
    expect(sparse("bool").map((value) => !value).isSparse).toBe(false);
    const picky = sparse("int32").map((value) => {
      if (value === 0) throw new RangeError("no zeros, please");
      return 1;
    });
    expect(picky.isSparse).toBe(false);
    await expect(picky.toDense()).rejects.toThrow("no zeros, please");
  });

  test("of what is not sparse nothing is asked when it is built", () => {
    map(counts, () => {
      throw new Error("called");
    });
  });
});

test("missing entries are not passed, and stay missing", async () => {
  const seen: number[] = [];
  const look = (value: number) => {
    seen.push(value);
    return value * 10;
  };
  const x = ndarray([1, 2, 3, 4], [4], "int32", { mask: [false, true, false, true] });
  expect(await values(map(x, look))).toEqual([10, null, 30, null]);
  expect(seen).toEqual([1, 3]);
  // The same below other operations, and for more than one source of missing entries.
  const y = ndarray([5, 6, 7, 8], [4], "int32", { mask: [true, false, false, false] });
  const sum = wrap(x)
    .add(y)
    .map(look)
    .add(1)
    .map((value) => -value, { dtype: "int64" });
  seen.length = 0;
  expect(await values(sum)).toEqual([null, null, -101n, null]);
  expect(seen).toEqual([10]);
  const sparse = wrap(
    SparseNdarray.fromDense(ndarray([0, 2, 3, 0], [4], "int32", { mask: [false, true, false, false] })),
  );
  seen.length = 0;
  expect((await sparse.map(look).toSparse()).toDense().toNested()).toEqual([0, null, 30, 0]);
  expect(seen).toEqual([0, 3]);
});

describe("errors", () => {
  const x = ndarray([1, 2, 3]);

  test("what the function throws is the cause of an error at reading", async () => {
    const cause = new RangeError("no twos");
    const picky = map(x, (value) => {
      if (value === 2) throw cause;
      return value;
    });
    const error = await picky.toDense().catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe("INVALID_ARGUMENT");
    expect(error).toMatchObject({ message: "map: the function threw for 2: no twos", cause });
    // What does not need the value does not fail.
    expect(await values(subset(picky, [[0, 2]]))).toEqual([1, 3]);
  });

  test("it must give a number, bigint or boolean", async () => {
    for (const [result, what] of [
      [undefined, "undefined"],
      [null, "null"],
      ["1", "a string"],
      [{}, "an object"],
    ]) {
      const error = await map(x, () => result as number)
        .toDense()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "INVALID_ARGUMENT",
        message: `map: the function gave ${what} for 1: expected a number, bigint or boolean`,
      });
    }
  });

  test("arguments are checked at once", () => {
    expect(() => map(x, 1 as never)).toThrow("map: expected a function, got number");
    expect(() => map(x, (value) => value, { dtype: "complex64" as never })).toThrow("complex64");
    expect(() => map([1, 2] as never, (value) => value)).toThrow(DelayedArrayError);
  });
});

test("a function may be declared for one of the types that a dtype not known to TypeScript can have", async () => {
  const unknown = wrap(new NdArray({ data: Float32Array.of(1, 4), shape: [2], dtype: "float32" }) as NdArray);
  expect(await values(unknown.map((value: number) => value + 1))).toEqual([2, 5]);
});
