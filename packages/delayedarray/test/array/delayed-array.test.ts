import { inspect } from "node:util";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import * as api from "../../src/index.js";
import {
  type Awaitable,
  add,
  concatenate,
  DelayedArray,
  DelayedArrayError,
  divide,
  isDelayedArray,
  isPristine,
  log1p,
  NdArray,
  ndarray,
  print,
  type Seed,
  SparseNdarray,
  slice,
  subtract,
  toDenseArray,
  wrap,
} from "../../src/index.js";
import type { CombineNode } from "../../src/ops/node.js";
import { countingSeed } from "../../src/testing/index.js";

const matrix = ndarray(
  Float64Array.from({ length: 2000 }, (_, i) => i),
  [40, 50],
);

/** The code with which a call fails, at once or by rejecting. */
async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof DelayedArrayError) return error.code;
    throw error;
  }
  return "none";
}

describe("a delayed array", () => {
  const x = wrap(matrix);

  test("tells its facts without reading", () => {
    expect([x.shape, x.dtype, x.ndim, x.size, x.length, x.nbytes, x.isSparse, x.isMasked]).toEqual([
      [40, 50],
      "float64",
      2,
      2000,
      40,
      16000,
      false,
      false,
    ]);
    expect(x.seed).toBe(matrix);
    expect(x.T.shape).toEqual([50, 40]);
    expect(String(x)).toBe("<40 x 50> DelayedArray object of type 'float64'");
    expect(inspect(x)).toBe(String(x));
  });

  test("is frozen, and so is its shape", () => {
    for (const frozen of [
      x,
      x.shape,
      x.add(1),
      x.add(1).shape,
      x.T.shape,
      x.subset([[0]]).shape,
      concatenate([x, x]).shape,
      matrix,
      matrix.shape,
    ])
      expect(Object.isFrozen(frozen)).toBe(true);
  });

  test("is known across copies by its brand, a subclass by its own", () => {
    class Mine extends DelayedArray {}
    const foreign = Object.create(null, { [Symbol.for("delayedarray.DelayedArray")]: { value: true } });
    expect(foreign instanceof DelayedArray).toBe(true);
    expect(foreign instanceof Mine).toBe(false);
    expect(new Mine(matrix) instanceof Mine).toBe(true);
    expect(new Mine(matrix) instanceof DelayedArray).toBe(true);
    expect(x instanceof Mine).toBe(false);
    expect([isDelayedArray(x), isDelayedArray(matrix), isDelayedArray(null)]).toEqual([true, false, false]);
  });

  test("is what every operation gives, and pristine only without one", () => {
    expect([isPristine(x), isPristine(x.add(1)), isPristine(wrap(x)), isPristine(matrix)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(wrap(x)).toBe(x);
    expect(x.subset([]).seed).toBe(matrix);
    expect(x.T.T.seed).toBe(matrix);
    expect(x.astype("float64").seed).toBe(matrix);
    expect(concatenate([x]).seed).toBe(matrix);
  });

  test("collapses repeated subsets, transposes, casts and combines", () => {
    const twice = x.subset([slice(10, 30)]).subset([[3, 3, 0]]);
    expect(twice.seed).toMatchObject({ kind: "subset", seed: matrix });
    expect(x.T.subset([[1, 2]]).T.subset([null, slice(1)]).seed).toMatchObject({ kind: "subset", seed: matrix });
    expect(x.subset([0, slice(3)]).seed).toMatchObject({ kind: "transpose", seed: { kind: "subset", seed: matrix } });
    expect(x.astype("float32").astype("float64").astype("float32").seed).toMatchObject({
      op: "astype",
      inputs: [{ tree: matrix }],
    });
    expect((concatenate([concatenate([x, x]), x]).seed as CombineNode).seeds).toEqual([matrix, matrix, matrix]);
    expect((concatenate([concatenate([x, x]), concatenate([x, x])], 1).seed as CombineNode).seeds).toHaveLength(2);
  });

  test("reads only what is needed, each leaf once", async () => {
    const seed = countingSeed(matrix);
    const y = wrap(seed);
    const built = log1p(y.add(y.multiply(2))).T.subset([slice(0, 3), [5]]);
    expect(seed.counts.dense).toBe(0);
    await built.toDense();
    expect(seed.counts).toMatchObject({ dense: 1, elements: 3 });
    await built.format();
    expect(seed.counts.dense).toBe(2);
    await wrap(seed).format();
    expect(seed.counts.elements).toBe(3 + 3 + 36);
  });

  test("reads nothing for an empty selection", async () => {
    const seed = countingSeed(matrix);
    const empty = await wrap(seed).add(1).subset([[]]).toDense();
    expect([empty.shape, empty.toNested(), seed.counts.dense]).toEqual([[0, 50], [], 0]);
  });

  test("asks seeds for increasing indices only", async () => {
    const seed = countingSeed(matrix);
    await wrap(seed)
      .subset([[7, 3, 3, -1], slice(null, null, -7)])
      .toDense();
    const [rows, columns] = seed.counts.requests[0]!;
    expect(Array.from(rows as ArrayLike<number>)).toEqual([3, 7, 39]);
    expect(columns).toEqual({ start: 0, stop: 50, step: 7 });
  });

  test("gives results that share no memory with its seed", async () => {
    const own = ndarray([1, 2, 3]);
    const held: Seed = {
      shape: [3],
      dtype: "float64",
      isSparse: false,
      isMasked: false,
      chunkGrid: () => own.chunkGrid(),
      extractDense: () => own,
    };
    const sparse = SparseNdarray.fromDense(own);
    for (const x of [
      wrap(own),
      wrap(held),
      wrap(own).T,
      concatenate([own]),
      wrap(sparse),
      wrap(sparse).subset([null]),
    ]) {
      const result = await x.toDense();
      (result.data as Float64Array).fill(9);
      expect(own.toNested()).toEqual([1, 2, 3]);
      const sparseResult = await x.toSparse();
      (sparseResult.data as Float64Array).fill(9);
      sparseResult.indices.fill(0);
      expect(sparse.toDense().toNested()).toEqual([1, 2, 3]);
    }
    const values = [1, 2, 3];
    const typed = Float64Array.from(values);
    const plus = wrap(own).add(typed);
    typed.fill(0);
    expect((await plus.toDense()).toNested()).toEqual([2, 4, 6]);
  });

  test("is a seed itself, also for another copy of the package", async () => {
    const outer = new DelayedArray({
      shape: x.shape,
      dtype: x.dtype,
      isSparse: false,
      isMasked: false,
      chunkGrid: () => x.chunkGrid(),
      extractDense: (...request) => x.add(1).extractDense(...request),
    });
    expect((await outer.subset([0, [3, 2]]).toDense()).toNested()).toEqual([4, 3]);
    expect((await x.extractDense([[1], { start: 0, stop: 4, step: 3 }])).toNested()).toEqual([[50, 53]]);
  });
});

describe("operands", () => {
  const x = wrap(matrix);

  test("of the wrong length are refused when the operation is built, naming both numbers", () => {
    const scaling = Array.from({ length: 100 }, () => 1);
    expect(() => x.divide(scaling)).toThrow(
      "cannot divide <40 x 50> by a vector of length 100: expected 50 (the last axis)",
    );
    expect(() => divide(scaling, x)).toThrow(
      "cannot divide a vector of length 100 by <40 x 50>: expected 50 (the last axis)",
    );
    expect(() => x.subtract(scaling)).toThrow(/cannot subtract a vector of length 100 from <40 x 50>/);
    expect(() => x.less(scaling)).toThrow(/cannot take less of <40 x 50> and a vector of length 100/);
    expect(() => x.add(x.T)).toThrow(/<50 x 40> to <40 x 50>/);
    expect(() => x.add(ndarray([[1, 2]]))).toThrow(DelayedArrayError);
  });

  test.each([
    ["one of neither operand's shape", () => add(ndarray([[1], [2]]), ndarray([1, 2, 3])), "SHAPE_MISMATCH"],
    ["no array at all", () => add(1, 2), "INVALID_ARGUMENT"],
    ["null", () => x.add(null as never), "INVALID_ARGUMENT"],
    ["a string", () => x.add("1"), "DTYPE_UNSUPPORTED"],
    ["an object that is no seed", () => x.add({} as never), "INVALID_ARGUMENT"],
    ["an integer that does not fit", () => x.astype("uint8").add(300), "INVALID_ARGUMENT"],
    ["a negative integer for an unsigned array", () => x.astype("uint16").subtract(-1), "INVALID_ARGUMENT"],
    ["a bigint too large for any float", () => x.multiply(10n ** 400n), "INVALID_ARGUMENT"],
    ["a negative integer power", () => x.astype("int32").power(-1), "INVALID_ARGUMENT"],
    [
      "negative integer powers in a vector",
      () => wrap(ndarray([1n, 2n])).power(ndarray([1n, -1n])),
      "INVALID_ARGUMENT",
    ],
    ["subtraction of bools", () => x.equal(1).subtract(x.equal(2)), "DTYPE_UNSUPPORTED"],
    ["negative of bool", () => x.equal(1).negative(), "DTYPE_UNSUPPORTED"],
    ["sign of bool", () => x.equal(1).sign(), "DTYPE_UNSUPPORTED"],
    ["an unknown dtype", () => x.astype("complex64" as never), "DTYPE_UNSUPPORTED"],
    ["decimals that are no integer", () => x.round(0.5), "INVALID_ARGUMENT"],
    ["no arrays to concatenate", () => concatenate([]), "INVALID_ARGUMENT"],
    ["an axis that is not there", () => concatenate([x, x], 2), "INVALID_ARGUMENT"],
    ["other extents", () => concatenate([x, x.T], 0), "SHAPE_MISMATCH"],
    ["0-d arrays to concatenate", () => concatenate([x.subset([0, 0])]), "SHAPE_MISMATCH"],
    ["axes that are no permutation", () => x.transpose([0, 0]), "INVALID_ARGUMENT"],
    ["too few axes", () => x.transpose([0]), "INVALID_ARGUMENT"],
    ["an index out of range", () => x.subset([40]), "INDEX_OUT_OF_RANGE"],
    ["an index out of range in a list", () => x.subset([null, [0, -51]]), "INDEX_OUT_OF_RANGE"],
    ["a fraction", () => x.subset([1.5]), "INVALID_ARGUMENT"],
    ["a mask of the wrong length", () => x.subset([[true, false]]), "INVALID_ARGUMENT"],
    ["a mask of numbers and booleans", () => x.subset([[true, ...Array(39).fill(0)]]), "INVALID_ARGUMENT"],
    ["too many entries", () => x.subset([0, 0, 0]), "SHAPE_MISMATCH"],
    ["an entry of another kind", () => x.subset(["a" as never]), "INVALID_ARGUMENT"],
    ["a subset that is no array", () => x.subset(3 as never), "INVALID_ARGUMENT"],
    [
      "a seed of another dtype",
      () => wrap({ ...countingSeed(matrix), dtype: "complex64" } as never),
      "DTYPE_UNSUPPORTED",
    ],
    ["what is no seed", () => wrap({} as never), "INVALID_ARGUMENT"],
    ["nothing", () => wrap(undefined as never), "INVALID_ARGUMENT"],
  ])("%s: an error when it is built", (_, build, code) => {
    let thrown: unknown;
    try {
      build();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DelayedArrayError);
    expect((thrown as DelayedArrayError).code).toBe(code);
  });

  test("run along the last axis, or broadcast, on either side, delayed or not", async () => {
    const small = ndarray([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const y = wrap(small);
    const nested = async (z: DelayedArray) => (await z.toDense()).toNested();
    expect(await nested(subtract(10, y))).toEqual([
      [9, 8, 7],
      [6, 5, 4],
    ]);
    expect(await nested(y.add([10, 20, 30]))).toEqual([
      [11, 22, 33],
      [14, 25, 36],
    ]);
    expect(await nested(y.add(wrap(ndarray([[10], [20]]))))).toEqual([
      [11, 12, 13],
      [24, 25, 26],
    ]);
    expect(await nested(subtract(wrap(ndarray([10, 20, 30])), y))).toEqual([
      [9, 18, 27],
      [6, 15, 24],
    ]);
    expect(await nested(add([1, 2, 3], small))).toEqual([
      [2, 4, 6],
      [5, 7, 9],
    ]);
    expect(await nested(y.add(ndarray([1, 2, 3])).T.subset([[2, 0], 1]))).toEqual([9, 5]);
    const column = wrap(countingSeed(ndarray([[10], [20]])));
    expect(await nested(column.multiply(y).subset([[1, 1], slice(null, null, -2)]))).toEqual([
      [120, 80],
      [120, 80],
    ]);
  });

  test("masked ones make entries missing", async () => {
    const masked = ndarray([1, 2, 3], null, undefined, { mask: [false, true, false] });
    const y = wrap(matrix)
      .subset([slice(0, 2), slice(0, 3)])
      .add(masked);
    expect(y.isMasked).toBe(true);
    expect((await y.toDense()).toNested()).toEqual([
      [1, null, 5],
      [51, null, 55],
    ]);
    expect((await y.T.subset([[2, 1]]).toDense()).toNested()).toEqual([
      [5, 55],
      [null, null],
    ]);
    expect(await y.format()).toBe(
      "<2 x 3> DelayedArray object of type 'float64'\n[[ 1.,  --,  5.],\n [51.,  --, 55.]]",
    );
    const joined = concatenate([y, wrap(matrix).subset([[0], slice(0, 3)])]);
    expect((await joined.toDense()).toNested()).toEqual([
      [1, null, 5],
      [51, null, 55],
      [0, 1, 2],
    ]);
  });
});

describe("reading", () => {
  test("a deep tree neither overflows the stack nor keeps a temporary per operation", async () => {
    let x: DelayedArray = wrap(ndarray([0, 1, 2]));
    for (let i = 0; i < 20_000; i++) x = i % 1000 === 999 ? x.T.add(1) : x.add(1);
    expect((await x.toDense()).toNested()).toEqual([20000, 20001, 20002]);
    expect(x.chunkGrid().shape).toEqual([3]);
    let y: DelayedArray = wrap(ndarray([[1]]));
    for (let i = 0; i < 3000; i++) y = concatenate([y, y], i % 2).subset(i % 2 === 0 ? [[1]] : [null, [0]]);
    expect((await y.toDense()).toNested()).toEqual([[1]]);
  });

  test("an array combined with itself over and over neither runs out of memory nor of stack", async () => {
    let x: DelayedArray = wrap(ndarray([1, 2]));
    for (let i = 0; i < 40; i++) x = concatenate([x, x]);
    expect(x.size).toBe(2 ** 41);
    expect((await x.subset([[0, 2 ** 40 + 1, -1]]).toDense()).toNested()).toEqual([1, 2, 2]);
  });

  test("what no memory can hold is refused before anything is read", async () => {
    const shape = [1e7, 1e6];
    const huge = countingSeed({ ...countingSeed(matrix), shape });
    for (const x of [wrap(huge), wrap(huge).add(1)]) {
      await expect(x.toDense()).rejects.toMatchObject({
        code: "LIMIT_EXCEEDED",
        message: expect.stringMatching(/80000000000000 bytes/),
      });
    }
    expect(huge.counts.dense).toBe(0);
  });

  test("a tree that uses itself many times is read once", async () => {
    const seed = countingSeed(ndarray([1, 2]));
    let x: DelayedArray = wrap(seed);
    for (let i = 0; i < 50; i++) x = x.add(x).multiply(0.5);
    expect((await x.toDense()).toNested()).toEqual([1, 2]);
    expect(seed.counts.dense).toBe(1);
  });

  test("stops with the signal's reason, before, during and even if a seed takes no notice", async () => {
    const reason = new Error("enough");
    const x = wrap(matrix).add(1);
    await expect(x.toDense({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const never: Seed = { ...countingSeed(matrix), extractDense: () => new Promise<NdArray>(() => {}) };
    const pending = wrap(never).add(1).toDense({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    await expect(pending).rejects.toBe(reason);
    const during = new AbortController();
    const large = wrap(ndarray(new Float64Array(4_000_000), [2000, 2000]))
      .sin()
      .cos()
      .sin();
    setTimeout(() => during.abort(reason), 30);
    await expect(large.toDense({ signal: during.signal })).rejects.toBe(reason);
  });

  test("lets timers run during a long computation", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await wrap(ndarray(new Float64Array(4_000_000), [2000, 2000]))
      .sin()
      .cos()
      .sin()
      .toDense();
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  test("reports progress", async () => {
    const seen: number[] = [];
    await wrap(matrix).toDense({
      bufferSize: 4000,
      onProgress: ({ done, total, bytes }) => seen.push(done / total, bytes),
    });
    expect(seen.slice(-2)).toEqual([1, 16000]);
    expect(seen.length).toBeGreaterThan(4);
  });

  test.each<[string, () => Awaitable<NdArray>, RegExp]>([
    ["another shape", () => ndarray([1, 2, 3]), /extractDense of Object <40 x 50> gave <3>, expected <40 x 50>/],
    ["another dtype", () => matrix.astype("int8"), /gave dtype int8, expected float64/],
    ["nothing", () => undefined as never, /gave no array/],
  ])("a seed that gives %s is caught", async (_, extractDense, message) => {
    await expect(toDenseArray({ ...countingSeed(matrix), extractDense })).rejects.toThrow(message);
  });

  test("only ever rejects", async () => {
    expect(await codeOf(() => toDenseArray(null as never))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => api.extractDenseArray(wrap(matrix), [99]))).toBe("INDEX_OUT_OF_RANGE");
    expect(() => api.extractDenseArray(wrap(matrix), [99]).catch(() => {})).not.toThrow();
  });
});

test("print writes header and values", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await print(wrap(ndarray([[1, 2]])));
  await print(ndarray([true, false]));
  await print(SparseNdarray.fromDense(ndarray([[0, 1n]].map((row) => row.map(Number)))));
  const lines = log.mock.calls.map(([text]) => text);
  log.mockRestore();
  expect(lines).toEqual([
    "<1 x 2> DelayedArray object of type 'float64'\n[[1., 2.]]",
    "<2> NdArray object of type 'bool'\n[ True, False]",
    "<1 x 2> SparseNdarray object of type 'float64'\n[[0., 1.]]",
  ]);
});

test("types carry the dtype", () => {
  const x = wrap(ndarray(new Int32Array(4)));
  expectTypeOf(x).toEqualTypeOf<DelayedArray<"int32">>();
  expectTypeOf(x.less(2)).toEqualTypeOf<DelayedArray<"bool">>();
  expectTypeOf(x.astype("int64").toDense()).resolves.toEqualTypeOf<NdArray<"int64">>();
  expectTypeOf(ndarray([1], null, "uint64").get(0)).toEqualTypeOf<bigint | null>();
  expect(new NdArray({ data: new Int8Array(1), shape: [], dtype: "int8" }).get()).toBe(0);
});

test("statistics are methods and functions, of values or along axes", async () => {
  const x = wrap(ndarray(Int32Array.of(3, 1, 2, 6, 5, 4), [2, 3]));
  expect(
    await Promise.all([x.sum(), x.mean(), x.var(), x.std({ ddof: 1 }), x.min(), x.max(), x.any(), x.all()]),
  ).toEqual([21, 3.5, 35 / 12, Math.sqrt(3.5), 1, 6, true, true]);
  expect((await x.sum({ axis: 0 })).toNested()).toEqual([9, 6, 6]);
  expect((await x.T.mean({ axis: -1 })).toNested()).toEqual([4.5, 3, 3]);
  expect((await x.add(1).max({ axis: [0, 1] })).toNested()).toBe(7);
  expect((await api.var(x, { axis: 1 })).toNested()).toEqual([2 / 3, 2 / 3]);
  expect(await api.sum(x.astype("int64"))).toBe(21n);
});
