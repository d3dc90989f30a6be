import { expect, test } from "vitest";
import {
  concatenate,
  type DelayedArray,
  type DelayedArrayError,
  ndarray,
  type Seed,
  slice,
  wrap,
} from "../../src/index.js";

const x = wrap(
  ndarray([
    [1, 2, 3],
    [4, 5, 6],
  ]),
).withDimnames([
  ["r1", "r2"],
  ["a", "b", "c"],
]);

test("names follow the array through every operation", () => {
  const names = (y: DelayedArray) => y.dimnames;
  expect(names(x)).toEqual([
    ["r1", "r2"],
    ["a", "b", "c"],
  ]);
  expect(names(x.T)).toEqual([
    ["a", "b", "c"],
    ["r1", "r2"],
  ]);
  expect(names(x.subset([[1, 1], slice(null, null, -2)]))).toEqual([
    ["r2", "r2"],
    ["c", "a"],
  ]);
  expect(names(x.subset([0]))).toEqual([["a", "b", "c"]]);
  expect(names(x.add(1).log().astype("float32").round(2))).toEqual(names(x));
  expect(names(wrap(ndarray([1, 2, 3])).add(x))).toEqual(names(x));
  expect(names(x.set([0], 0))).toEqual(names(x));
  expect(names(x.reshape([2, 1, 3]))).toEqual([["r1", "r2"], null, ["a", "b", "c"]]);
  expect(names(concatenate([x, x]))).toEqual([
    ["r1", "r2", "r1", "r2"],
    ["a", "b", "c"],
  ]);
  expect(names(concatenate([x, x.withDimnames([null, ["d", "e", "f"]])]))).toEqual([null, ["a", "b", "c"]]);
  expect(names(x.withDimnames(null))).toBeNull();
  expect(names(wrap(ndarray([1])))).toBeNull();
});

test("a seed may bring names of its own", () => {
  const memory = ndarray([1, 2]);
  const seed: Seed = {
    shape: [2],
    dtype: "float64",
    isSparse: false,
    isMasked: false,
    dimnames: [["u", "v"]],
    chunkGrid: () => memory.chunkGrid(),
    extractDense: (subset) => memory.extractDense(subset),
  };
  expect(wrap(seed).dimnames).toEqual([["u", "v"]]);
  expect(wrap(seed).subset(["v"]).shape).toEqual([]);
});

test("subsets select by name: one drops the axis, several keep their order", async () => {
  const values = async (y: DelayedArray) => (await y.toDense()).toNested();
  expect(await values(x.subset(["r2", ["c", "a"]]))).toEqual([6, 4]);
  expect(await values(x.T.subset(["b"]))).toEqual([2, 5]);
  expect(await values(x.subset([["r2", "r1", "r2"], 0]))).toEqual([4, 1, 4]);
  expect(await values(x.set(["r1", ["a", "b"]], 0))).toEqual([
    [0, 0, 3],
    [4, 5, 6],
  ]);
});

test.each([
  ["an unknown name", () => x.subset(["r3"]), "NOT_FOUND", /axis 0 has no name "r3"/],
  ["an unknown name in a list", () => x.subset([null, ["a", "z"]]), "NOT_FOUND", /axis 1 has no name "z"/],
  ["too few names", () => x.withDimnames([["a"], null]), "SHAPE_MISMATCH", /1 names for axis 0, expected 2/],
  ["too few axes", () => x.withDimnames([null]), "SHAPE_MISMATCH", /got 1 entries, expected 2/],
  ["what is no string", () => x.withDimnames([[1, 2] as never, null]), "INVALID_ARGUMENT", /name 0 of axis 0/],
  ["names mixed with numbers", () => x.subset([["r1", 1] as never]), "INVALID_ARGUMENT", /not an integer/],
])("refuses %s", (_, run, code, message) => {
  expect(run).toThrow(message);
  try {
    run();
  } catch (error) {
    expect((error as DelayedArrayError).code).toBe(code);
  }
});

test("names are frozen, of whatever array, and those of a seed are its own", () => {
  const own = [["p", "q"], null];
  const seed: Seed = {
    shape: [2, 1],
    dtype: "float64",
    isSparse: false,
    isMasked: false,
    dimnames: own,
    chunkGrid: () => wrap(ndarray([[1], [2]])).chunkGrid(),
    extractDense: (request) => ndarray([[1], [2]]).extractDense(request),
  };
  const named = wrap(seed);
  const arrays = [x, x.T, x.subset([[1, 0]]), x.subset([0]), x.add(1), x.set([0], 0), x.reshape([2, 1, 3])];
  arrays.push(concatenate([x, x]), concatenate([x, x.log()], 1), named, named.T, named.subset([slice(0, 1)]).add(1));
  for (const y of arrays) {
    expect(Object.isFrozen(y.dimnames)).toBe(true);
    expect(y.dimnames!.every((list) => list === null || Object.isFrozen(list))).toBe(true);
    expect(() => (y.dimnames as unknown[]).splice(0)).toThrow(TypeError);
    expect(y.dimnames).toBe(y.dimnames);
  }
  expect([own, Object.isFrozen(own), Object.isFrozen(own[0])]).toEqual([[["p", "q"], null], false, false]);
  own[0]![0] = "changed";
  expect(named.dimnames).toEqual([["p", "q"], null]);
  expect(named.add(1).dimnames).toEqual([["p", "q"], null]);
});
