import { describe } from "vitest";
import {
  applyOverBlocks,
  applyOverDimension,
  CompositeGrid,
  ndarray,
  RegularTicks,
  SimpleGrid,
  SparseNdarray,
  setDefaultBufferSize,
  wrap,
} from "../../src/index.js";
import { asNumpy, complexSeed, gives, refuses, S, s, x } from "./situation.js";

/** float16 values are read as float32. */
const halves = wrap(ndarray(new Float32Array(3000).fill(1))).add(0);
const floats = wrap(ndarray(new Float32Array(40000).fill(0.1))).add(0);

const rounded = (value: unknown, decimals: number) => Number(Number(value).toFixed(decimals));

describe("Statistics", () => {
  asNumpy("all of sparse", () => wrap(S).all());
  asNumpy("all of delayed sparse", () => s.add(0).all());
  asNumpy("all of SciPy's sparse", () => wrap(SparseNdarray.fromCsc(S.toCsc())).all());
  asNumpy("the type of any", async () => (await x.greater(5).any({ axis: 0 })).dtype);
  asNumpy("sums of SciPy's sparse", async () => (await wrap(SparseNdarray.fromCsc(S.toCsc())).sum({ axis: 0 })).shape);
  asNumpy("a sum of float16", () => halves.sum());
  asNumpy("a mean of float16", () => halves.mean());
  asNumpy("a sum of float32", async () => rounded(await floats.sum(), 3));
  asNumpy("a mean of float32", async () => rounded(await floats.mean(), 6));
  refuses("a variance of complex numbers", "DTYPE_UNSUPPORTED", () => wrap(complexSeed).var());
  refuses("an axis that is not there", "INVALID_ARGUMENT", () => x.add(0).sum({ axis: 7 }));
  refuses("a repeated axis of a sum", "INVALID_ARGUMENT", () => x.add(0).sum({ axis: [0, 0] }));
  refuses("an axis counted from the end", "INVALID_ARGUMENT", () => x.add(0).sum({ axis: [0, -2] }));
  asNumpy("an axis as a NumPy integer", () => x.add(0).sum({ axis: Int32Array.of(0)[0]! }));
  refuses("any with a dtype", "INVALID_ARGUMENT", () => x.add(0).any({ dtype: "float32" } as object));
  asNumpy("more than the default buffer in one chunk", () =>
    wrap(ndarray(new Float64Array(12_600_000)))
      .add(0)
      .sum(),
  );
  asNumpy("statistics of no axes", () => wrap(ndarray(5)).add(0).sum());
});

describe("Blocks and grids", () => {
  refuses("a grid of another shape", "SHAPE_MISMATCH", () =>
    applyOverBlocks(x, (_, block) => block.size, { grid: new SimpleGrid([[2], [2]], 1) }),
  );
  refuses("a negative buffer", "INVALID_ARGUMENT", () => setDefaultBufferSize(-5));
  refuses("blocks of an axis that is not there", "INVALID_ARGUMENT", () => applyOverDimension(x, 5, () => 1));
  gives("blocks of no axes", "[5]", () => applyOverBlocks(ndarray(5), (_, block) => block));

  const joined = new CompositeGrid([new SimpleGrid([[2, 4]], 1), new SimpleGrid([[3, 6]], 1)], 0);
  gives("a part of joined grids", "[1, 3]", () => Array.from(joined.subset([[3, 4, 5]]).boundaries[0]!));
  gives("an empty part of joined grids", "[]", () => Array.from(joined.subset([[]]).boundaries[0]!));
  gives("ticks of unsigned 64-bit integers", "10", () => {
    const [spacing, end] = BigUint64Array.of(3n, 10n);
    return Array.from(new RegularTicks(Number(spacing), Number(end))).at(-1);
  });
});
