import { expect, test } from "vitest";
import { type DelayedArray, isDelayedArray, ndarray, wrap } from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";

const cube = ndarray(
  Int32Array.from({ length: 12 }, (_, i) => i),
  [3, 2, 2],
);

test("iterating gives the parts along the first axis, delayed", async () => {
  const seed = countingSeed(cube);
  const rows: DelayedArray<"int32">[] = [];
  for (const row of wrap(seed)) rows.push(row);
  expect(rows.every(isDelayedArray)).toBe(true);
  expect(rows.map(({ shape, dtype }) => [...shape, dtype])).toEqual([0, 1, 2].map(() => [2, 2, "int32"]));
  expect(seed.counts.dense).toBe(0);
  const values = await Promise.all(rows.map(async (row) => (await row.toDense()).toNested()));
  expect(values).toEqual(cube.toNested());
  const [, [second] = []] = wrap(cube).add(1).T;
  expect((await second!.toDense()).toNested()).toEqual([2, 6, 10]);
  expect(Array.from(wrap(ndarray([5, 6])), ({ ndim }) => ndim)).toEqual([0, 0]);
});

test("names and sparsity go along, nothing comes of no rows", () => {
  const named = wrap(ndarray([[1], [2]])).withDimnames([["a", "b"], ["c"]]);
  expect(Array.from(named, ({ dimnames }) => dimnames)).toEqual([[["c"]], [["c"]]]);
  expect([...wrap(ndarray([], [0, 3]))]).toEqual([]);
  // Row by row, whatever their number.
  const endless = wrap(countingSeed({ ...countingSeed(cube), shape: [2 ** 50, 2, 2] }));
  expect(endless[Symbol.iterator]().next().value!.shape).toEqual([2, 2]);
});

test("a 0-d array has nothing to iterate over, as in NumPy", () => {
  const scalar = wrap(ndarray(1));
  expect(() => [...scalar]).toThrow("iteration over a 0-d array");
  expect(() => scalar[Symbol.iterator]()).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
