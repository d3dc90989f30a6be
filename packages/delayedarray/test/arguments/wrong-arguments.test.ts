import { expect, test, vi } from "vitest";
import * as api from "../../src/index.js";

/*
 * Every public function and method gets a wrong argument in every place. It may take it; if it does not, the error is one
 * of this project, with a code and a message.
 */

const { CompositeGrid, NdArray, ndarray, RegularTicks, SimpleGrid, SparseNdarray, slice, wrap } = api;
type Call = readonly [name: string, call: (...args: never[]) => unknown, ...args: unknown[]];

const matrix = ndarray([
  [1, 0],
  [3, 4],
]);
const x = wrap(matrix);
const sparse = SparseNdarray.fromDense(matrix);
const grid = new SimpleGrid([[1, 2], [2]], 1);
const composite = new CompositeGrid([grid, grid], 0);
const csc = { data: [1, 2], indices: [0, 1], indptr: [0, 1, 2], shape: [2, 2] };
const coo = { data: [1, 2], coords: [[0, 1], [0, 1]], shape: [2, 2] }; // biome-ignore format: a matrix of coordinates
const read = { signal: new AbortController().signal, onProgress: () => {}, bufferSize: 100 };
const recipe = api.toRecipe(x.add(1));
const give = (value: unknown) => value;

/** Methods by name; the others take no arguments, or what one of these takes. */
function methodsOf(object: object, calls: Record<string, unknown[]>): Call[] {
  return Object.entries(calls).map(([name, args]) => [
    `${object.constructor.name}.${name}`,
    (...given: never[]) => (object as Record<string, (...all: never[]) => unknown>)[name]!(...given),
    ...args,
  ]);
}

const statistics = "sum prod mean var std min max argmin argmax count any all".split(" ");
const binary =
  "add subtract multiply divide remainder floorDivide power equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor minimum maximum hypot arctan2 logaddexp".split(
    " ",
  );
const unary =
  "logicalNot log log1p log2 log10 exp expm1 exp2 sqrt cbrt square reciprocal sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh ceil floor trunc rint sign isnan isinf isfinite abs negative".split(
    " ",
  );
const functions = api as unknown as Record<string, (...args: never[]) => unknown>;
const byName = (names: readonly string[], ...args: unknown[]) =>
  names.map((name): Call => [name, functions[name]!, ...args]);

const calls: Call[] = [
  ...byName(statistics, x, { axis: 0, ...read }),
  ...byName(["sum", "prod", "mean"], x, { dtype: "float64" }),
  ...byName(["variance"], x, { ddof: 1 }),
  ...byName(binary, x, matrix),
  ...byName(unary, x),
  ...byName(["isSparse", "isMasked", "isPristine", "seeds", "toRecipe", "wrap", "chunkGrid"], x),
  ...byName(["clip"], x, 0, 1),
  ...byName(["where"], [true, false], x, 1),
  ...byName(["map"], x, give, { dtype: "float32" }),
  ...byName(["toDenseArray", "toSparseArray"], x, { maxBytes: 1000, ...read }),
  ...byName(["extractDenseArray", "extractSparseArray"], x, [slice(1)], { maxBytes: 1000, ...read }),
  ...byName(["subset"], x, [0]),
  ...byName(["transpose"], x, [1, 0]),
  ...byName(["astype"], x, "int8"),
  ...byName(["round"], x, 1),
  ...byName(["reshape"], x, [2, 2, 1]),
  ...byName(["concatenate", "stack"], [x, x], 0),
  ...byName(["rbind", "cbind"], x, x),
  ...byName(["mapSeeds"], x, give),
  ...byName(["showTree"], x, { maxNodes: 5 }),
  ...byName(["fromRecipe"], recipe, {}, { signal: read.signal }),
  ...byName(["print"], x, read),
  ...byName(["print"], matrix, read),
  ...byName(["applyOverBlocks"], x, give, { grid, allowSparse: true, readAhead: false, ...read }),
  ...byName(["applyOverDimension"], x, 0, give, { grid, ...read }),
  ...byName(["blockReduce"], x, give, 0, { grid, ...read }),
  ["blocks", (...args) => api.blocks(...(args as never as [typeof x])).next(), x, { grid, ...read }],
  ...byName(["setDefaultBufferSize"], 100_000_000),
  ...byName(["chunkShapeToGrid"], [1, 2], [2, 2], 1),
  ...byName(["slice"], 0, 1, 1),
  ...byName(["ndarray"], [1, 2], [2], "int8", { mask: [0, 1] }),
  ["new DelayedArray", (seed) => new api.DelayedArray(seed), matrix],
  ["new NdArray", (parts) => new NdArray(parts), { data: Float64Array.of(1), shape: [1], dtype: "float64" }],
  ["new SparseNdarray", (parts) => new SparseNdarray(parts), sparse],
  ["new SimpleGrid", (ticks, cost) => new SimpleGrid(ticks, cost), [[1, 2], [2]], 1],
  ["new CompositeGrid", (parts, along) => new CompositeGrid(parts, along), [grid, grid], 0],
  ["new RegularTicks", (spacing, final) => new RegularTicks(spacing, final), 1, 2],
  [
    "fromCsc",
    (...args) => SparseNdarray.fromCsc(...(args as unknown as [never])),
    csc,
    { dtype: "int8", strict: true },
  ],
  [
    "fromCsr",
    (...args) => SparseNdarray.fromCsr(...(args as unknown as [never])),
    csc,
    { dtype: "int8", strict: true },
  ],
  [
    "fromCoo",
    (...args) => SparseNdarray.fromCoo(...(args as unknown as [never])),
    coo,
    { dtype: "int8", strict: true },
  ],
  [
    "fromContents",
    (...args) => SparseNdarray.fromContents(...(args as unknown as [never, never])),
    [2, 2],
    [null, [[0], [1]]],
    { dtype: "int8" },
  ],
  ["fromDense", (dense) => SparseNdarray.fromDense(dense), matrix],
  ...[x, matrix, sparse].flatMap((array) => methodsOf(array, { transpose: [[1, 0]], astype: ["int8"] })),
  ...[matrix, sparse].flatMap((array) => methodsOf(array, { get: [0, 0] })),
  ...methodsOf(matrix, { reshape: [[4]] }),
  ...methodsOf(x, {
    ...Object.fromEntries(statistics.map((name) => [name, [{ axis: 0, ...read }]])),
    ...Object.fromEntries(binary.map((name) => [name, [matrix]])),
    subset: [[0]],
    reshape: [[4, 1]],
    round: [1],
    set: [[0], 5],
    withDimnames: [[["a", "b"], null]],
    clip: [0, 1],
    map: [give, { dtype: "int8" }],
    toDense: [{ maxBytes: 1000, ...read }],
    toSparse: [{ maxBytes: 1000, ...read }],
    format: [read],
  }),
  ...[grid, composite].flatMap((one) =>
    methodsOf(one, { transpose: [[1, 0]], subset: [[[0], null]], iterate: [[0, 1], 5] }),
  ),
];

const WRONG: readonly unknown[] = [
  ...[undefined, null, Number.NaN, -1, 1.5, 2 ** 60, 7n, "ab", true, Symbol("wrong"), give, new Date(0)],
  ...[{}, { length: 2 }, [], [null], [null, null], ["ab"], [[]], [Number.NaN], [{}, {}], [-1], [3n], [Symbol("wrong")]],
  ...[new Uint8Array(2), new Map(), Object.create(null), new Proxy({}, {}), { signal: {} }, { onProgress: 5 }],
];

/** The error of a call, if it is none of this project. */
async function untypedError(call: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    const result = await call(...(args as never[]));
    // What is computed value by value, or block by block, may only find out when it is asked.
    if (api.isDelayedArray(result) && result.size < 100) await result.toDense();
    if (typeof (result as Iterator<unknown>)?.next === "function") (result as Iterator<unknown>).next();
  } catch (error) {
    if (error instanceof api.DelayedArrayError && error.message.length > 10) return undefined;
    return error;
  }
}

test.each(calls.map((call) => [call[0], call] as const))("%s", async (_, [name, call, ...args]) => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const wrong: string[] = [];
  const attempt = async (given: readonly unknown[], what: string) => {
    const error = await untypedError(call, given);
    if (error !== undefined) wrong.push(`${name} ${what}: ${String(error)}`);
  };
  expect(await untypedError(call, args)).toBeUndefined();
  await attempt([], "without arguments");
  for (const [place, own] of args.entries()) {
    const others = [...WRONG];
    // Options, and objects with parts: each part wrong, one that there is not, one that is missing.
    if (Object.getPrototypeOf(own ?? 0) === Object.prototype) {
      for (const key of Object.keys(own as object)) {
        others.push(...WRONG.map((value) => ({ ...(own as object), [key]: value })));
        others.push(Object.fromEntries(Object.entries(own as object).filter(([other]) => other !== key)));
      }
      others.push({ ...(own as object), unknown: 1 });
    }
    for (const [i, value] of others.entries()) {
      const given = args.map((other, k) => (k === place ? value : other));
      await attempt(given, `with argument ${place} wrong (${i})`);
    }
  }
  vi.restoreAllMocks();
  expect(wrong).toEqual([]);
});
