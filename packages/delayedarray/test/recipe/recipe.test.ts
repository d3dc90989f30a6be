import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  concatenate,
  type DelayedArray,
  DelayedArrayError,
  fromRecipe,
  type NdArray,
  ndarray,
  type Openers,
  type Recipe,
  type Seed,
  SparseNdarray,
  seeds,
  slice,
  toRecipe,
  wrap,
} from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";
import { anyArray, anyDType, anyShape, anySparse } from "../random-arrays.js";

/** Through text and back, as it would go to a file. */
const travel = (x: DelayedArray | NdArray): unknown => JSON.parse(JSON.stringify(toRecipe(x)));

const matrix = ndarray([
  [1, 2, 3],
  [4, 5, 6],
]);

/** A seed that can be opened again, and the opener that does it. */
function stored(values: NdArray = matrix) {
  const opened: { closed: boolean }[] = [];
  const make = (): Seed => ({ ...countingSeed(values), recipe: () => ({ opener: "store", arguments: { key: "m" } }) });
  const openers: Openers = {
    store({ key }) {
      if (key !== "m") throw new DelayedArrayError("NOT_FOUND", `no ${String(key)}`);
      const state = { closed: false };
      opened.push(state);
      return Object.assign(make(), {
        close() {
          state.closed = true;
        },
      });
    },
  };
  return { seed: make(), openers, opened };
}

test("a recipe gives the same array again, whatever was done to it", async () => {
  const { seed, openers } = stored();
  const x = wrap(seed);
  const sparse = wrap(SparseNdarray.fromDense(ndarray([[0, 2, 0]])));
  const built = concatenate([x.T.add(1).divide([2, 4]).T, sparse.multiply(3).astype("float32")])
    .log1p()
    .clip(0.1, 2)
    .round(3)
    .set([0, [2, 0]], [7, 8])
    .subset([[2, 0, 0], slice(null, null, -1)])
    .withDimnames([["a", "b", "c"], null]);
  const again = await fromRecipe(travel(built), openers);
  expect(again.dtype).toBe(built.dtype);
  expect(again.dimnames).toEqual(built.dimnames);
  expect(await again.format()).toBe(await built.format());
  expect(toRecipe(again)).toEqual(toRecipe(built));
});

test("values in memory travel exactly: every dtype, NaN, infinities, -0, masks, sparse", async () => {
  const arrays = fc.oneof(anyArray(), anyArray(anyShape(), anyDType, true), anySparse(anyShape()));
  await fc.assert(
    fc.asyncProperty(arrays, async (array) => {
      const again = await fromRecipe(travel(array as NdArray));
      expect([again.shape, again.dtype, again.isSparse]).toEqual([array.shape, array.dtype, array.isSparse]);
      const [actual, expected] = await Promise.all([again.toDense(), wrap(array).toDense()]);
      expect(actual.toNested()).toEqual(expected.toNested());
    }),
    { numRuns: 200 },
  );
  const odd = Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324);
  expect((await (await fromRecipe(travel(ndarray(odd)))).toDense()).data).toEqual(odd);
});

test("a tree that shares parts, and a deep one, have recipes as long as their distinct nodes", async () => {
  let x: DelayedArray = wrap(matrix);
  for (let i = 0; i < 60; i++) x = add(x, x).multiply(0.5);
  expect(toRecipe(x).nodes).toHaveLength(121);
  let deep: DelayedArray = wrap(matrix);
  for (let i = 0; i < 20_000; i++) deep = deep.add(1);
  const again = await fromRecipe(travel(deep));
  expect((await again.subset([0, 0]).toDense()).toNested()).toBe(20001);
});

test("a seed is opened once however often it is used, and is the one to close", async () => {
  const { seed, openers, opened } = stored();
  const x = wrap(seed);
  const again = await fromRecipe(travel(x.add(x.T.T.multiply(2))), openers);
  expect(opened).toHaveLength(1);
  expect(seeds(again)).toHaveLength(1);
  expect((await again.toDense()).toNested()).toEqual([
    [3, 6, 9],
    [12, 15, 18],
  ]);
});

describe("refused:", () => {
  const good = () =>
    JSON.parse(
      JSON.stringify(
        toRecipe(
          wrap(matrix)
            .add(1)
            .subset([[1, 0]]),
        ),
      ),
    );
  const bend = (change: (recipe: Recipe & { nodes: Record<string, unknown>[] }) => void) => {
    const recipe = good();
    change(recipe);
    return recipe;
  };
  test.each<[string, unknown, string, RegExp]>([
    ["no object", 5, "INVALID_ARGUMENT", /the recipe: 5 is not an object/],
    ["another format", { format: "zarr" }, "INVALID_ARGUMENT", /format: "zarr"/],
    [
      "a version before the first",
      bend((r) => Object.assign(r, { version: 0 })),
      "INVALID_ARGUMENT",
      /version: 0: versions begin with 1/,
    ],
    ["a newer version", bend((r) => Object.assign(r, { version: 2 })), "UNSUPPORTED_FEATURE", /version 2, expected 1/],
    ["no nodes", bend((r) => Object.assign(r, { nodes: null })), "INVALID_ARGUMENT", /nodes: null is not a list/],
    ["a root that is not there", bend((r) => Object.assign(r, { root: 9 })), "INVALID_ARGUMENT", /root: node 9/],
    [
      "a node that refers to a later one",
      bend((r) => Object.assign(r.nodes[2]!, { seed: 2 })),
      "INVALID_ARGUMENT",
      /nodes\[2\].seed: node 2 does not come before/,
    ],
    [
      "an unknown kind",
      bend((r) => Object.assign(r.nodes[2]!, { kind: "spin" })),
      "INVALID_ARGUMENT",
      /nodes\[2\].kind: "spin"/,
    ],
    [
      "an unknown operation",
      bend((r) => Object.assign(r.nodes[1]!, { op: "constructor" })),
      "INVALID_ARGUMENT",
      /nodes\[1\].op: "constructor"/,
    ],
    [
      "too few operands",
      bend((r) => Object.assign(r.nodes[1]!, { operands: [0] })),
      "INVALID_ARGUMENT",
      /1 operands for add, expected 2/,
    ],
    [
      "an index out of range",
      bend((r) => Object.assign(r.nodes[2]!, { selections: [{ list: [0, 2] }, { range: [0, 1, 3] }] })),
      "INVALID_ARGUMENT",
      /index 2 is out of range for extent 2/,
    ],
    [
      "a range of step 0",
      bend((r) => Object.assign(r.nodes[2]!, { selections: [{ range: [0, 0, 2] }, { range: [0, 1, 3] }] })),
      "INVALID_ARGUMENT",
      /\[start, step, length\]/,
    ],
    [
      "an unknown dtype",
      bend((r) => Object.assign(r.nodes[0]!, { dtype: "complex64" })),
      "DTYPE_UNSUPPORTED",
      /nodes\[0\].dtype "complex64"/,
    ],
    [
      "too few bytes",
      bend((r) => Object.assign(r.nodes[0]!, { data: "AAAA" })),
      "INVALID_ARGUMENT",
      /3 bytes, expected 48/,
    ],
    ["what is no base64", bend((r) => Object.assign(r.nodes[0]!, { data: "*" })), "INVALID_ARGUMENT", /not base64/],
    [
      "an opener that was not given",
      { ...good(), nodes: [{ kind: "seed", opener: "store", arguments: {}, shape: [1], dtype: "int8" }], root: 0 },
      "INVALID_ARGUMENT",
      /no opener "store" was given/,
    ],
    [
      "shapes that do not fit each other",
      bend((r) =>
        Object.assign(r.nodes[1]!, {
          operands: [0, { kind: "dense", dtype: "float64", shape: [2], data: "AAAAAAAAAAAAAAAAAAAAAA==" }],
        }),
      ),
      "SHAPE_MISMATCH",
      /nodes\[1\]: cannot add a vector of length 2/,
    ],
  ])("%s", async (_, recipe, code, message) => {
    await expect(fromRecipe(recipe)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("a file that has changed", async () => {
    const { seed } = stored();
    const { openers, opened } = stored(ndarray([1, 2]));
    await expect(fromRecipe(travel(wrap(seed)), openers)).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringMatching(/<2> of float64, but the recipe was made of <2 x 3>/),
    });
    expect(opened).toEqual([{ closed: true }]);
  });

  test("what fails later: seeds already open are closed", async () => {
    const { seed, openers, opened } = stored();
    const recipe = travel(wrap(seed).add(1)) as { nodes: Record<string, unknown>[] };
    recipe.nodes[1]!.op = "spin";
    await expect(fromRecipe(recipe, openers)).rejects.toThrow(/spin/);
    expect(opened).toEqual([{ closed: true }]);
  });

  test("a seed that does not say how it is opened", () => {
    expect(() => toRecipe(wrap(countingSeed(matrix)).add(1))).toThrow(/does not say how it is opened/);
  });

  test("a function of the user's own", () => {
    expect(() => toRecipe(wrap(matrix).map((value) => Number(value) + 1))).toThrow(/map calls a function of your own/);
  });

  test("an aborted call", async () => {
    const reason = new Error("enough");
    await expect(fromRecipe(good(), {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
