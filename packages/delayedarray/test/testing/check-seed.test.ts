import { describe, expect, test } from "vitest";
import { type DType, ndarray, type Seed, SparseNdarray, wrap } from "../../src/index.js";
import { checkSeed, countingSeed } from "../../src/testing/index.js";
import { NUMERIC_DTYPES } from "../numeric-dtypes.js";

const shapes = [[], [7], [0], [3, 8], [4, 0], [2, 3, 5], [2, 1, 3, 2]];
const values = (shape: readonly number[], dtype: DType) =>
  ndarray(
    Float64Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, (_, i) => (i % 3 === 0 ? i + 1 : 0)),
    shape,
  ).astype(dtype);

describe.each(shapes.map((shape) => [shape]))("%j", (shape) => {
  test.each(NUMERIC_DTYPES)("arrays in memory of %s pass", async (dtype) => {
    const reference = values(shape, dtype);
    expect((await checkSeed(() => reference, reference)).requests).toBeGreaterThan(0);
    expect((await checkSeed(() => reference.transpose().contiguous().transpose(), reference)).requests).toBeGreaterThan(
      0,
    );
    expect((await checkSeed(() => SparseNdarray.fromDense(reference), reference)).requests).toBeGreaterThan(0);
    expect((await checkSeed(() => wrap(reference), reference)).requests).toBeGreaterThan(0);
    expect(
      (await checkSeed(() => wrap(SparseNdarray.fromDense(reference)).multiply(1).astype(dtype), reference)).requests,
    ).toBeGreaterThan(0);
  });
});

test("a masked array passes", async () => {
  const reference = ndarray([1, 2, 3, 4], [2, 2], "int32", { mask: [true, false, false, true] });
  await checkSeed(() => reference, reference);
  await checkSeed(() => wrap(reference).subset([null, null]), reference);
});

describe("faults are found:", () => {
  const reference = values([3, 8], "int32");
  const copy = values([3, 8], "int32");
  const faulty: [string, Partial<Seed>, RegExp][] = [
    ["another shape", { shape: [3, 7] }, /shape is <3 x 7>, expected <3 x 8>/],
    ["another dtype", { dtype: "int16" }, /dtype is int16/],
    ["sparse without extractSparse", { isSparse: true }, /no extractSparse/],
    [
      "a list read as the range that it spans",
      {
        extractDense: (subset) =>
          reference.extractDense(
            subset.map((entry) =>
              "step" in entry ? entry : { start: entry[0] ?? 0, stop: (entry[entry.length - 1] ?? -1) + 1, step: 1 },
            ),
          ),
      },
      /gave <.*>, expected/,
    ],
    [
      "a step ignored",
      {
        extractDense: (subset) =>
          reference.extractDense(subset.map((entry) => ("step" in entry ? { ...entry, step: 1 } : entry))),
      },
      /gave/,
    ],
    [
      "wrong values",
      {
        extractDense: (subset) =>
          reference
            .extractDense(subset)
            .astype("float64")
            .astype("int32")
            .reshape([-1])
            .transpose()
            .reshape(reference.extractDense(subset).shape)
            .astype("bool")
            .astype("int32"),
      },
      /element \d+ is/,
    ],
    [
      "a shared buffer",
      {
        givesFreshArrays: true,
        extractDense: (subset) =>
          subset.every((entry) => "step" in entry && entry.step === 1 && entry.start === 0) &&
          (subset[0] as { stop: number }).stop === 3 &&
          (subset[1] as { stop: number }).stop === 8
            ? reference
            : reference.extractDense(subset),
      },
      /earlier answer was changed/,
    ],
    [
      "an abort that fails otherwise",
      {
        extractDense: (subset, { signal }) =>
          signal?.aborted ? Promise.reject(new Error("socket closed")) : reference.extractDense(subset),
      },
      /aborted request rejected with Error: socket closed/,
    ],
  ];
  test.each(faulty)("%s", async (_, parts, message) => {
    (reference.data as Int32Array).set(copy.data as Int32Array); // a test before may have written to it
    const seed: Seed = {
      shape: reference.shape,
      dtype: reference.dtype,
      isSparse: false,
      isMasked: false,
      chunkGrid: () => reference.chunkGrid(),
      extractDense: (subset) => reference.extractDense(subset),
      ...parts,
    };
    await expect(checkSeed(() => seed, copy)).rejects.toThrow(message);
  });
});

test("a counting seed counts requests and elements", async () => {
  const seed = countingSeed(values([3, 8], "int32"));
  const x = wrap(seed)
    .add(1)
    .T.subset([[1, 0, 1]]);
  expect(seed.counts).toMatchObject({ dense: 0, sparse: 0, elements: 0 });
  await x.toDense();
  // Two columns, although one of them is taken twice.
  expect(seed.counts).toMatchObject({ dense: 1, sparse: 0, elements: 6 });
});
