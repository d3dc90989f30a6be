import { describe, expect, test } from "vitest";
import * as api from "../../src/index.js";
import { clip, type DelayedArray, ndarray, SparseNdarray, where, wrap } from "../../src/index.js";
import { makeRegister } from "../../src/kernels/register.js";
import { OPERATIONS, type OperationName } from "../../src/ops/operations.js";

const values = async (x: DelayedArray) => (await x.toDense()).toNested();
const matrix = ndarray(new Float64Array(12), [3, 4]);

describe("three operands: the result has the shape of one of them", () => {
  test("others broadcast to it, on every side", async () => {
    const column = ndarray([[1], [0], [1]]);
    expect(where(column, matrix, [1, 2, 3, 4]).shape).toEqual([3, 4]);
    expect(await values(where(column, [1, 2, 3, 4], matrix))).toEqual([
      [1, 2, 3, 4],
      [0, 0, 0, 0],
      [1, 2, 3, 4],
    ]);
    expect(clip([1, 2, 3, 4], column, matrix).shape).toEqual([3, 4]);
    expect(clip(matrix, wrap(column), 1).shape).toEqual([3, 4]);
  });

  test("else all shapes are named", () => {
    expect(() => where(matrix, [1, 2, 3], ndarray([[1], [2]]))).toThrow(
      expect.objectContaining({
        code: "SHAPE_MISMATCH",
        message:
          "cannot take where of <3 x 4> and a vector of length 3 and <2 x 1>: expected shapes that broadcast to one of them (equal extents or 1, aligned at the last axis)",
      }),
    );
    // NumPy would make a matrix of a row and a column; nothing here has its shape.
    expect(() => where([1, 0], ndarray([[1], [2]]), 0)).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
    expect(() => clip(matrix, 0, [1, 2, 3])).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
  });

  test("one of them is an array", () => {
    for (const build of [() => where(true, 1, 0), () => clip(5, 1, 3), () => clip(5, null, 3), () => clip(5)])
      expect(build).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});

describe("clip", () => {
  test("null is no bound, as None", async () => {
    const x = ndarray([-2, 0.5, 9]);
    expect(await values(clip(x, null, 1))).toEqual([-2, 0.5, 1]);
    expect(await values(clip(x, 0, null))).toEqual([0, 0.5, 9]);
    expect(await values(wrap(x).clip(0))).toEqual([0, 0.5, 9]);
    expect(await values(clip(x))).toEqual([-2, 0.5, 9]);
    expect(() => clip(ndarray([true]))).toThrow(expect.objectContaining({ code: "DTYPE_UNSUPPORTED" }));
  });

  test("an integer bound outside the dtype is no bound if all values are on its right side", async () => {
    const x = ndarray([0, 255], [2], "uint8");
    expect(await values(clip(x, -1, 300))).toEqual([0, 255]);
    expect(clip(x, -1, 300).dtype).toBe("uint8");
    for (const [min, max] of [
      [300, null],
      [null, -1],
      [0, -1],
      [-1n, -(2n ** 70n)],
    ] as const)
      expect(() => clip(x, min, max)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});

test("64-bit integers stay exact", async () => {
  const x = ndarray([2n ** 62n + 1n, -(2n ** 62n) - 1n, 3n]);
  const y = ndarray([2n ** 62n, -(2n ** 62n), 4n]);
  expect(await values(api.minimum(x, y))).toEqual([2n ** 62n, -(2n ** 62n) - 1n, 3n]);
  expect(await values(api.maximum(x, y))).toEqual([2n ** 62n + 1n, -(2n ** 62n), 4n]);
  expect(await values(clip(x, -(2n ** 62n), 2n ** 62n))).toEqual([2n ** 62n, -(2n ** 62n), 3n]);
  expect(await values(where([true, false, true], x, y))).toEqual([2n ** 62n + 1n, -(2n ** 62n), 3n]);
  expect(await values(where(x, 2n ** 63n - 1n, 0n))).toEqual(new Array(3).fill(2n ** 63n - 1n));
  expect(await values(api.square(ndarray([2n ** 31n + 1n, 2n ** 32n + 1n])))).toEqual([
    2n ** 62n + 2n ** 32n + 1n,
    2n ** 33n + 1n,
  ]);
});

test("where: an integer that the dtype beside it does not hold is refused", () => {
  expect(() => where(matrix, ndarray(new Uint8Array(4)), 300)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
  expect(() => where(matrix, 2n ** 63n, 0)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("missing entries through chains, dense and sparse", async () => {
  const mask = (...flags: number[]) => flags.map(Boolean);
  const a = ndarray([0, 2, 0, 4, 5], [5], "int32", { mask: mask(0, 1, 0, 0, 0) });
  const b = ndarray([0, 0, 7, 8, 0], [5], "int32", { mask: mask(0, 0, 0, 1, 0) });
  const condition = ndarray([0, 1, 0, 1, 1], [5], "int8");
  const build = (of: (x: typeof a) => DelayedArray) => {
    const first = where(of(condition as never), of(a), of(b)); // [0, --, 7, 4, 5]
    return where(first.greater(4), first.multiply(2), of(b)); // [0, --, 14, --, 10]
  };
  const expected = [0, null, 14, null, 10];
  expect(await values(build(wrap))).toEqual(expected);
  const sparse = build((x) => wrap(SparseNdarray.fromDense(x)));
  expect(sparse.isSparse).toBe(true);
  expect(await values(sparse)).toEqual(expected);
  expect((await sparse.toSparse()).toDense().toNested()).toEqual(expected);
  expect(await sparse.sum()).toBe(24);
  expect(await values(sparse.subset([[3, 2, 1]]))).toEqual([null, 14, null]);
});

test("no integer is -0 between two operations", () => {
  const integers = ["int8", "uint8", "int16", "uint16", "int32", "uint32"] as const;
  const samples = [0, 1, -1, 2, -2, 7, -7, 100, -128];
  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const { arity, resolve, kernel } = OPERATIONS[name];
    for (const dtype of integers) {
      const { compute, result } = resolve(name, new Array(arity).fill(dtype));
      const shapes = new Array<number[]>(arity).fill([2]);
      if (!result.includes("int")) continue;
      const own = samples.filter((value) => value >= 0 || !dtype.startsWith("u"));
      const tuples = product(own, arity).filter((tuple) => name !== "power" || tuple[1]! >= 0);
      const registers = compute.map((one, k) => {
        const register = makeRegister(one, tuples.length) as Float64Array;
        tuples.forEach((tuple, i) => {
          register[i] = tuple[k]!;
        });
        return register;
      });
      const out = makeRegister(result, tuples.length);
      kernel(compute, result, shapes)(out, tuples.length, ...registers);
      const bad = Array.from(out as Float64Array).findIndex((value) => Object.is(value, -0));
      expect(bad < 0 ? undefined : [name, dtype, tuples[bad]]).toBeUndefined();
    }
  }
});

function product(from: readonly number[], times: number): number[][] {
  return times === 0 ? [[]] : product(from, times - 1).flatMap((head) => from.map((value) => [...head, value]));
}
