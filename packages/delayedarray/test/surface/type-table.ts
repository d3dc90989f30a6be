import {
  add,
  applyOverBlocks,
  applyOverDimension,
  argmax,
  blockReduce,
  blocks,
  chunkGrid,
  concatenate,
  count,
  equal,
  extractDenseArray,
  extractSparseArray,
  fromRecipe,
  log1p,
  map,
  mapSeeds,
  ndarray,
  prod,
  SparseNdarray,
  seeds,
  slice,
  stop,
  toDenseArray,
  toRecipe,
  where,
  wrap,
} from "../../src/index.js";

/** Expressions whose types are listed in `types.txt`. They are not run. */
export const expressions = () => [
  // Values in memory
  ndarray(new Int32Array(4)),
  ndarray([
    [1, 2],
    [3, 4],
  ]),
  ndarray([1, 2], null, "int8"),
  ndarray(new BigInt64Array(2)).get(0),
  ndarray(new Uint8Array(2)).toNested(),
  ndarray(new Float32Array(4)).data,
  ndarray(new Float32Array(4)).astype("bool").get(0),
  SparseNdarray.fromCsc({ data: new Int16Array(0), indices: [], indptr: [0], shape: [0, 0] }),
  SparseNdarray.fromCoo({ coords: [[0]], data: [true], shape: [1] }).toDense(),
  SparseNdarray.fromContents([2], [[0], [1]], { dtype: "uint8" }).toCsc(),
  SparseNdarray.fromDense(ndarray(new BigUint64Array(2))).nonZeros(),
  // Delayed arrays
  wrap(ndarray(new Int32Array(4))),
  wrap(ndarray(new Int32Array(4))).dtype,
  wrap(ndarray(new Int32Array(4))).subset([[1, 0]]),
  wrap(ndarray(new Int32Array(4))).T.reshape([4, 1]),
  wrap(ndarray(new Int32Array(4))).astype("float32"),
  wrap(ndarray(new Int32Array(4))).add(1),
  wrap(ndarray(new Int32Array(4)))
    .add(1)
    .toDense(),
  wrap(ndarray(new Int32Array(4)))
    .greater(1)
    .toDense(),
  wrap(ndarray(new Int32Array(4)))
    .log1p()
    .toSparse(),
  wrap(ndarray(new Int32Array(4)))
    .abs()
    .set([0], 1),
  wrap(ndarray(new Int32Array(4))).shape,
  wrap(ndarray(new Int32Array(4))).dimnames,
  log1p(ndarray(new Int32Array(4))),
  equal(1, ndarray(new Int32Array(4))),
  map(ndarray(new Int32Array(4)), (value) => value + 1),
  map(ndarray(new Int32Array(4)), (value) => value > 1, { dtype: "bool" }),
  where(ndarray([true]), 1, ndarray([2])),
  concatenate([ndarray([1]), ndarray([2])]),
  seeds(wrap(ndarray([1]))),
  mapSeeds(wrap(ndarray(new Int8Array(1))), (seed) => seed),
  toRecipe(wrap(ndarray([1]))),
  fromRecipe({}),
  // Reading
  extractDenseArray(ndarray(new Int32Array(4)), [slice(0, 2)]),
  extractSparseArray(ndarray(new Float64Array(4))),
  toDenseArray(SparseNdarray.fromDense(ndarray(new Int8Array(2)))),
  wrap(ndarray(new Int32Array(4))).sum(),
  wrap(ndarray(new Int32Array(4))).sum({ axis: 0 }),
  wrap(ndarray(new BigInt64Array(4))).sum(),
  wrap(ndarray(new Int32Array(4))).sum({ dtype: "int64" }),
  wrap(ndarray(new Int32Array(4))).mean(),
  wrap(ndarray(new Int32Array(4))).mean({ axis: 0, dtype: "float32" }),
  wrap(ndarray(new Int32Array(4))).var({ axis: [0], ddof: 1 }),
  wrap(ndarray(new Int32Array(4))).max(),
  wrap(ndarray(new BigUint64Array(4))).min({ axis: 0 }),
  wrap(ndarray(new Int32Array(4))).any(),
  prod(ndarray(new Uint8Array(4))),
  argmax(ndarray(new Uint8Array(4))),
  count(ndarray(new Uint8Array(4)), { axis: 0 }),
  blocks(ndarray(new Int32Array(4))),
  blocks(ndarray(new Int32Array(4)), { allowSparse: true }),
  applyOverBlocks(ndarray(new Int32Array(4)), (_, block) => block.data),
  applyOverDimension(ndarray(new Int32Array(4)), 0, async (position) => position),
  blockReduce(ndarray(new Int32Array(4)), (sum: number, _, block) => sum + block.size, 0),
  blockReduce(ndarray(new Int32Array(4)), (_, position) => (position.length > 1 ? stop(position) : null), null),
  chunkGrid(ndarray([1])).boundaries,
  [...wrap(ndarray(new Int32Array(4)))],
];

/** What TypeScript refuses. */
export const mistakes = () => [
  // @ts-expect-error: there is no float16
  wrap(ndarray([1])).astype("float16"),
  // @ts-expect-error: a symbol is no operand
  wrap(ndarray([1])).add(Symbol("1")),
  // @ts-expect-error: null is no operand
  wrap(ndarray([1])).add(null),
  // @ts-expect-error: no third operand
  add(wrap(ndarray([1])), 1, { where: [true] }),
  // @ts-expect-error: one entry per axis, in an array
  wrap(ndarray([1])).subset(0),
  // @ts-expect-error: a boolean is no entry
  wrap(ndarray([1])).subset([true]),
  // @ts-expect-error: options are an object
  wrap(ndarray([1])).sum(0),
  // @ts-expect-error: no dtype for any
  wrap(ndarray([1])).any({ dtype: "float32" }),
  // @ts-expect-error: shapes are not changed
  wrap(ndarray([1])).shape.push(1),
  // @ts-expect-error: no operators
  wrap(ndarray([1])) * 2,
  // @ts-expect-error: no shape
  SparseNdarray.fromCsc({ data: [1], indices: [0], indptr: [0, 1] }),
];
