import { expect, test } from "vitest";
import {
  concatenate,
  type DelayedArray,
  type DelayedArrayError,
  isPristine,
  log1p,
  mapSeeds,
  type NdArray,
  ndarray,
  type Seed,
  SparseNdarray,
  seeds,
  showTree,
  slice,
  wrap,
} from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";

const a = ndarray([
  [1, 2],
  [3, 4],
]);
const b = SparseNdarray.fromDense(ndarray([[0, 1]]));

test("showTree shows operations, operands and seeds, the outermost first", () => {
  const x = log1p(concatenate([wrap(a).T.divide([2, 4]), wrap(b)]).subset([[2, 0], slice(1)]));
  expect(showTree(x.withDimnames([["p", "q"], null]).set([0], 1))).toBe(
    [
      "<2 x 1> float64 set [0:1, 0:1]",
      "├─ <2 x 1> float64 dimnames",
      "│  <2 x 1> float64 log1p",
      "│  <2 x 1> float64 subset [2:-2:-2, 1:2]".replace("2:-2:-2", "2::-2"),
      "│  <3 x 2> float64 concatenate 2 along axis 0",
      "│  ├─ <2 x 2> float64 divide",
      "│  │  ├─ <2 x 2> float64 transpose [1, 0]",
      "│  │  │  <2 x 2> float64 NdArray",
      "│  │  └─ <2> float64 values in memory",
      "│  └─ <1 x 2> float64 sparse SparseNdarray",
      "└─ <1 x 1> float64 transpose [new, new]",
      "   <> float64 NdArray",
    ].join("\n"),
  );
  expect(showTree(a)).toBe("<2 x 2> float64 NdArray");
  expect(showTree(wrap(a).add(1).round(2)).split("\n")[0]).toBe("<2 x 2> float64 round(2)");
});

test("showTree names the class of a seed as it was written, also after a bundler renamed it", () => {
  class _OwnSeed {
    readonly shape = [2];
    readonly dtype = "float64";
    readonly isSparse = false;
    readonly isMasked = false;
    chunkGrid = () => ndarray([1, 2]).chunkGrid();
    extractDense = () => ndarray([1, 2]);
  }
  expect(showTree(new _OwnSeed() as Seed)).toBe("<2> float64 OwnSeed");
});

test("showTree stops at a number of lines", () => {
  let x: DelayedArray = wrap(a);
  for (let i = 0; i < 5000; i++) x = x.sin();
  const lines = showTree(x).split("\n");
  expect(lines).toHaveLength(1001);
  expect(lines[1000]).toBe("… more than 1000 lines; maxNodes shows more");
  expect(showTree(x, { maxNodes: 10_000 }).split("\n")).toHaveLength(5001);
});

test("seeds lists each seed once, mapSeeds puts others in their place", async () => {
  const x = concatenate([wrap(a).add(wrap(a).T), wrap(b).multiply(2)])
    .subset([[0, 2]])
    .withDimnames([["p", "q"], null]);
  expect(seeds(x)).toEqual([a, b]);
  const counted: ReturnType<typeof countingSeed>[] = [];
  const y = mapSeeds(x, (seed) => {
    const counting = countingSeed(seed);
    counted.push(counting);
    return counting;
  });
  expect(counted).toHaveLength(2);
  expect((await y.toDense()).toNested()).toEqual((await x.toDense()).toNested());
  // A row and a column of the first, for the sum with its own transpose.
  expect(counted.map(({ counts }) => [counts.dense, counts.elements])).toEqual([
    [2, 4],
    [1, 2],
  ]);
  expect(y.dimnames).toEqual([["p", "q"], null]);
  expect(mapSeeds(x, (seed) => seed).seed).toBe(x.seed);
  const doubled = mapSeeds(
    wrap(a)
      .round(1)
      .astype("float32")
      .set([0], wrap(a).subset([1])),
    (seed) => wrap(seed as NdArray).multiply(2),
  );
  expect((await doubled.toDense()).toNested()).toEqual([
    [6, 8],
    [6, 8],
  ]);
  expect(isPristine(mapSeeds(a, () => a))).toBe(true);
});

test("mapSeeds keeps functions of the user's own, and operations of three operands", async () => {
  const x = wrap(a)
    .map((value) => Number(value) * 10)
    .clip(15, 35);
  const y = mapSeeds(x, (seed) => wrap(seed as NdArray).T);
  expect((await y.toDense()).toNested()).toEqual([
    [15, 30],
    [20, 35],
  ]);
});

test("mapSeeds refuses another shape or dtype", () => {
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return (error as DelayedArrayError).code;
    }
    return "none";
  };
  expect(code(() => mapSeeds(wrap(a).add(1), () => b))).toBe("SHAPE_MISMATCH");
  expect(code(() => mapSeeds(wrap(a).add(1), (seed) => wrap(seed).astype("int8")))).toBe("DTYPE_UNSUPPORTED");
  expect(code(() => mapSeeds(wrap(a).add(1), () => ({}) as never))).toBe("INVALID_ARGUMENT");
});

/**
 * How many times as long one task takes as another: the best of up to six alternating runs of each, because other
 * programs and the garbage collector only ever add time.
 */
async function leastRatio(
  large: () => Promise<unknown>,
  small: () => Promise<unknown>,
  enough: number,
): Promise<number> {
  const time = async (run: () => Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    await run();
    return performance.now() - begin;
  };
  let [a, b] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 6 && !(a / b < enough); i++) {
    b = Math.min(b, await time(small), await time(small));
    a = Math.min(a, await time(large));
  }
  return a / b;
}

test("trees of 100,000 operations and combines of 10,000 seeds build, print and read, in time linear in their size", async () => {
  const chain = (n: number) => async () => {
    let x: DelayedArray = wrap(ndarray([[1, 2]]));
    for (let i = 0; i < n; i++) {
      // Operations of every kind, so that none of them recurses or copies what is below it.
      if (i % 10 === 3) x = x.T;
      else if (i % 10 === 5) x = x.astype(i % 20 === 5 ? "float32" : "float64");
      else if (i % 10 === 7) x = x.subset([slice(null, null, -1)]);
      else if (i % 1000 === 9) x = x.set([0, 0], 0.5);
      else x = x.add(i % 2 ? 1 : -1);
    }
    expect((await x.format()).length).toBeGreaterThan(20);
    expect(x.dimnames).toBeNull();
    expect(seeds(x)).toHaveLength(1 + Math.ceil(n / 1000));
    expect(x.chunkGrid().shape).toEqual(x.shape);
    expect(showTree(x).length).toBeGreaterThan(100);
    return x.toDense();
  };
  await chain(10_000)(); // compiled and warm
  expect(await leastRatio(chain(100_000), chain(10_000), 15)).toBeLessThan(15);
  const parts = Array.from({ length: 10_000 }, (_, i) => wrap(ndarray([[i]])));
  const wide = concatenate(parts).add(1);
  expect((await wide.subset([[9999, 0, 5000]]).toDense()).toNested()).toEqual([[10000], [1], [5001]]);
  expect(await wide.format()).toContain("<10000 x 1> DelayedArray object of type 'float64'");
  expect((await wide.sum({ axis: 0 })).toNested()).toEqual([50_005_000]);
}, 240_000);
