import { describe } from "vitest";
import {
  blocks,
  concatenate,
  divide,
  extractSparseArray,
  floorDivide,
  greater,
  isSparse,
  less,
  multiply,
  ndarray,
  power,
  remainder,
  SparseNdarray,
  toDenseArray,
  toSparseArray,
  wrap,
} from "../../src/index.js";
import { asNumpy, gives, M, S, s, x } from "./situation.js";

const ones = ndarray(new Float64Array(12).fill(1), [4, 3]);

/** What `csc_matrix` and `coo_matrix` are made of. */
const csc = { data: [1, 2, 3, 4], indices: [1, 0, 3, 2], indptr: [0, 1, 3, 4], shape: [4, 3] };

describe("Sparse arrays", () => {
  asNumpy("a number divided by sparse", () => isSparse(divide(2, s)));
  asNumpy("a remainder by sparse", () => isSparse(remainder(3, s)));
  asNumpy("a floor division by sparse", () => isSparse(floorDivide(2, s)));
  asNumpy("a power with a sparse exponent", () => isSparse(power(2, s)));
  asNumpy("a number greater than sparse", () => isSparse(greater(1, s)));
  asNumpy("a NumPy scalar greater than sparse", () => isSparse(greater(ndarray(1), s)));
  asNumpy("a number less than sparse", () => isSparse(less(1, s)));
  asNumpy("sparse times dense", () => isSparse(multiply(s, ndarray(new Int32Array(12).fill(5), [4, 3]))));
  asNumpy("statistics where zeros do not stay", () => power(2, s).sum());
  asNumpy("sparse values where zeros do not stay", () => extractSparseArray(power(2, s)));
  asNumpy("subtracting from sparse", () => wrap(S).subtract(2));
  asNumpy("dividing sparse", () => wrap(S).divide(2));
  asNumpy("comparing sparse", () => wrap(S).greater(1));
  asNumpy("sparse and dense of one shape", () => wrap(S).add(ones));
  asNumpy("index types that are too narrow once combined", async () => {
    const part = SparseNdarray.fromCoo({ coords: [Uint8Array.of(199), [0]], data: [1], shape: [200, 1] });
    const rows = await concatenate([part, part]).sum({ axis: 1 });
    return Array.from(rows.data as Float64Array, (value, row) => (value === 0 ? -1 : row)).filter((row) => row >= 0);
  });
  asNumpy("unsorted indices, then a subset", () => {
    const unsorted = SparseNdarray.fromCsc({ data: [3, 1], indices: [2, 0], indptr: [0, 2], shape: [3, 1] });
    return extractSparseArray(unsorted, [[0, 2]]);
  });
  asNumpy("repeated coordinates", async () => {
    const coords = [
      [0, 0],
      [0, 0],
    ];
    const repeated = SparseNdarray.fromCoo({ coords, data: [1, 2], shape: [1, 1] });
    return [await toSparseArray(repeated), await toDenseArray(repeated)];
  });
  asNumpy("a part of coordinates", () => wrap(SparseNdarray.fromCoo(S.toCoo())).subset([[0, 1]]));
  asNumpy("SciPy's sparse arrays are sparse", () => isSparse(SparseNdarray.fromCsc(csc)));
  asNumpy("SciPy's sparse arrays, values", () => toSparseArray(SparseNdarray.fromCsr(S.toCsr())));
  asNumpy("SciPy's sparse arrays, sum", () => wrap(SparseNdarray.fromCsc(csc)).add(0).sum());
  asNumpy("dense to sparse", () => toSparseArray(x.subset([[0]])));
  asNumpy(
    "nothing stored, as coordinates",
    () => SparseNdarray.fromDense(ndarray(new Float64Array(12), [4, 3])).toCoo().data.length,
  );
  asNumpy("three axes, as coordinates", () => {
    const { coords } = SparseNdarray.fromDense(ndarray([[[0]], [[5]]])).toCoo();
    return coords.map((list) => Array.from(list));
  });
  asNumpy("no axes", () => SparseNdarray.fromContents([], [[0], [5]]));
  gives("handing blocks to another library", "[2, 1, 4, 3]", async () => {
    const stored: number[] = [];
    for await (const { block } of blocks(S, { allowSparse: true, bufferSize: 1 }))
      stored.push(...Array.from((block as SparseNdarray<"float64">).data));
    return stored;
  });
});

describe("Missing values", () => {
  asNumpy("sparse plus masked sparse", () => wrap(S).add(M).toSparse());
  asNumpy("sparse times a masked vector", () =>
    wrap(S).multiply(ndarray([1, 2, 3], null, undefined, { mask: [false, true, false] })),
  );
  asNumpy("masked sparse to SciPy", () => SparseNdarray.fromCsc(M.toCsc()));
});
