import { describe, expect, test, vi } from "vitest";
import * as api from "../../src/index.js";
import { nearestName } from "../../src/internal.js";
import { countingSeed } from "../../src/testing/index.js";

const { ndarray, SparseNdarray, wrap } = api;
const code = (expected: string) => expect.objectContaining({ name: "DelayedArrayError", code: expected });

const matrix = ndarray([
  [1, 0],
  [3, 4],
]);
const x = wrap(matrix);
const csc = { data: [1, 2], indices: [0, 1], indptr: [0, 1, 2], shape: [2, 2] };

describe("arguments of another kind", () => {
  const calls: Record<string, () => unknown> = {
    "a number as a shape": () => x.reshape(12 as never),
    "no shape": () => (x.reshape as () => unknown)(),
    "a text as a shape": () => x.reshape("ab" as never),
    "a text as the shape of an array in memory": () => matrix.reshape("ab" as never),
    "bigints as a shape": () => x.reshape([2n, 2n] as never),
    "a number as axes": () => x.transpose(1 as never),
    "a text as axes": () => x.transpose("ab" as never),
    "a text as axes of an array in memory": () => matrix.transpose("ab" as never),
    "a text as names": () => x.withDimnames(["ab", null] as never),
    "no names at all": () => (x.withDimnames as () => unknown)(),
    "a text instead of lists of names": () => x.withDimnames("ab" as never),
    "no function of seeds": () => (api.mapSeeds as (...args: unknown[]) => unknown)(x),
    "no shape of a sparse matrix": () => SparseNdarray.fromCsc({ ...csc, shape: undefined } as never),
    "no sparse matrix": () => SparseNdarray.fromCsc(null as never),
    "no rows": () => SparseNdarray.fromCsr(undefined as never),
    "no coordinates": () => SparseNdarray.fromCoo(null as never),
    "no indices": () => SparseNdarray.fromCsc({ ...csc, indices: undefined } as never),
    "no shape of contents": () => SparseNdarray.fromContents(null as never, null, { dtype: "int8" }),
    "null as options of contents": () => SparseNdarray.fromContents([2], null, null as never),
    "null as options of a matrix": () => SparseNdarray.fromCsc(csc, null as never),
    "strict as a text": () => SparseNdarray.fromCsc(csc, { strict: "yes" } as never),
    "null as options of map": () => api.map(x, Number, null as never),
    "null as options of the method map": () => x.map(Number, null as never),
    "null as options of ndarray": () => ndarray([1], null, "int8", null as never),
    "a text as a number of nodes": () => api.showTree(x, { maxNodes: "many" } as never),
    "no seed": () => new api.DelayedArray(null as never),
    "no boundaries": () => new api.SimpleGrid(null as never, 1),
    "no grids": () => new api.CompositeGrid(null as never, 0),
  };
  test.each(Object.entries(calls))("%s", (_, call) => {
    expect(call).toThrow(code("INVALID_ARGUMENT"));
  });

  test("messages say what was given and what was expected", () => {
    expect(() => x.reshape(12 as never)).toThrow("cannot reshape <2 x 2> into 12: expected an array of extents");
    expect(() => x.withDimnames(["ab", null] as never)).toThrow(
      'dimnames of <2 x 2>: the names of axis 0 are "ab", expected an array of strings, or null',
    );
    expect(() => (x.withDimnames as () => unknown)()).toThrow(
      "dimnames of <2 x 2>: got undefined, expected an array with one entry per axis, or null for no names",
    );
    expect(() => x.transpose("ab" as never)).toThrow('axes "ab": expected an array with one per dimension');
    expect(x.withDimnames(null).dimnames).toBeNull();
  });

  test("an axis of another type is no axis out of bounds", async () => {
    await expect(x.sum({ axis: "0" } as never)).rejects.toThrow('axis "0" is of type string, expected an integer');
    await expect(x.sum({ axis: {} } as never)).rejects.toThrow("axis an object is of type object, expected an integer");
    await expect(x.sum({ axis: 0.5 })).rejects.toThrow("axis 0.5 is no integer, expected an integer");
    await expect(x.sum({ axis: 2 })).rejects.toThrow("axis 2 is out of bounds for an array of 2 dimensions");
  });
});

type Options = Record<string, unknown> | null;
const READ = ["signal", "onProgress", "bufferSize"];
const give = (value: unknown) => value;

/** Every function that takes options, with the names of those it has. */
const takers: Record<string, [call: (options: Options) => unknown, names: string[]]> = {};
for (const name of ["sum", "prod", "mean", "var", "std", "min", "max", "argmin", "argmax", "count", "any", "all"]) {
  const own = ["sum", "prod", "mean"].includes(name)
    ? ["dtype"]
    : ["var", "std"].includes(name)
      ? ["dtype", "ddof"]
      : [];
  const method = (x as never as Record<string, (options: Options) => unknown>)[name]!.bind(x);
  const fn = (api as never as Record<string, (array: unknown, options: Options) => unknown>)[name]!;
  takers[name] = [(options) => fn(matrix, options), ["axis", ...own, ...READ]];
  takers[`x.${name}`] = [method, ["axis", ...own, ...READ]];
}
const blockOptions = ["allowSparse", "grid", "readAhead", ...READ];
Object.assign(takers, {
  toDenseArray: [(o: never) => api.toDenseArray(x, o), ["maxBytes", ...READ]],
  toSparseArray: [(o: never) => api.toSparseArray(x, o), ["maxBytes", ...READ]],
  "x.toDense": [(o: never) => x.toDense(o), ["maxBytes", ...READ]],
  "x.toSparse": [(o: never) => x.toSparse(o), ["maxBytes", ...READ]],
  extractDenseArray: [(o: never) => api.extractDenseArray(x, [], o), ["maxBytes", ...READ]],
  extractSparseArray: [(o: never) => api.extractSparseArray(x, [], o), ["maxBytes", ...READ]],
  "x.format": [(o: never) => x.format(o), READ],
  print: [(o: never) => api.print(x, o), READ],
  "print in memory": [(o: never) => api.print(matrix, o), READ],
  applyOverBlocks: [(o: never) => api.applyOverBlocks(x, give, o), blockOptions],
  applyOverDimension: [(o: never) => api.applyOverDimension(x, 0, give, o), blockOptions],
  blockReduce: [(o: never) => api.blockReduce(x, give, 0, o), blockOptions],
  blocks: [(o: never) => api.blocks(x, o).next(), blockOptions],
  map: [(o: never) => api.map(x, Number, o), ["dtype"]],
  "x.map": [(o: never) => x.map(Number, o), ["dtype"]],
  showTree: [(o: never) => api.showTree(x, o), ["maxNodes"]],
  fromRecipe: [(o: never) => api.fromRecipe(api.toRecipe(x), {}, o), ["signal"]],
  ndarray: [(o: never) => ndarray([1], null, undefined, o), ["mask"]],
  fromCsc: [(o: never) => SparseNdarray.fromCsc(csc, o), ["dtype", "strict"]],
  fromCsr: [(o: never) => SparseNdarray.fromCsr(csc, o), ["dtype", "strict"]],
  fromCoo: [(o: never) => SparseNdarray.fromCoo({ coords: [[0]], data: [1], shape: [1] }, o), ["dtype", "strict"]],
  fromContents: [(o: never) => SparseNdarray.fromContents([1], [[0], [1]], o), ["dtype", "strict"]],
});

describe.each(Object.entries(takers))("options of %s", (_, [call, names]) => {
  const outcome = async (options: Options | number | string | boolean[]) => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      await call(options as Options);
      return "fine";
    } catch (error) {
      return error;
    } finally {
      vi.restoreAllMocks();
    }
  };

  test("are an object", async () => {
    for (const options of [null, 5, "axis", [true]]) expect(await outcome(options)).toEqual(code("INVALID_ARGUMENT"));
    expect(await outcome({})).toBe("fine");
  });

  test("are refused where there is none of that name, with those that there are", async () => {
    for (const name of ["keepdims", "Axis", "axes", "nan", "chunks"]) {
      const error = await outcome({ [name]: true });
      expect(error).toEqual(code("INVALID_ARGUMENT"));
      expect((error as Error).message).toContain(`there is no option ${name} (true was given), only `);
      for (const known of names) expect((error as Error).message).toMatch(new RegExp(`\\b${known}\\b`));
      expect(await outcome({ [name]: undefined })).toBe("fine");
    }
  });

  test("that many functions have are checked", async () => {
    const wrong = {
      signal: [{}, null, "abort", new EventTarget(), { aborted: false }],
      onProgress: [5, null, "log", {}],
      bufferSize: [0, -1, Number.NaN, "1", Number.POSITIVE_INFINITY, 5n],
      maxBytes: [-1, Number.NaN, "x", 5n, {}],
    };
    for (const [name, values] of Object.entries(wrong)) {
      if (!names.includes(name)) continue;
      for (const value of values) {
        const error = await outcome({ [name]: value });
        expect(error, `${name} ${String(value)}`).toEqual(code("INVALID_ARGUMENT"));
        expect((error as Error).message).toContain(name);
      }
    }
  });
});

test("an option that is nearly written as one there is is told which was meant", async () => {
  await expect(x.sum({ axes: 0 } as never)).rejects.toThrow("; did you mean axis?");
  await expect(x.sum({ Axis: 0 } as never)).rejects.toThrow("; did you mean axis?");
  await expect(x.sum({ onprogres: give } as never)).rejects.toThrow("; did you mean onProgress?");
  await expect(x.sum({ keepdims: true } as never)).rejects.toThrow(/only [a-zA-Z, ]+$/);
});

test("a name is near when few letters differ, or when it is part of one name alone", () => {
  const names = ["vfs.s3.region", "vfs.s3.scheme", "vfs.gcs.project_id", "sm.memory_budget", "sm.memory_budget_var"];
  expect(nearestName("vfs.s3.regoin", names)).toBe("vfs.s3.region");
  expect(nearestName("vfs.s3.Region", names)).toBe("vfs.s3.region");
  expect(nearestName("project_id", names)).toBe("vfs.gcs.project_id");
  expect(nearestName("memory_budget", names)).toBe("sm.memory_budget");
  expect(nearestName("budget", names)).toBeUndefined();
  expect(nearestName("s3", names)).toBeUndefined();
  expect(nearestName("colour", [])).toBeUndefined();
});

test("options among the parts of a sparse array, and parts that there are not, are refused", () => {
  const make = (more: object) => () => SparseNdarray.fromCsc({ ...csc, ...more } as never);
  expect(make({ strict: true })).toThrow("fromCsc: strict is an option: options go into an object of their own");
  expect(make({ dtype: "int8" })).toThrow(code("INVALID_ARGUMENT"));
  expect(make({ maks: [1, 0] })).toThrow("fromCsc: maks is none of data, indices, indptr, shape, mask");
  expect(make({ maks: undefined, mask: [1, 0] })().get(0, 0)).toBeNull();
  expect(() => SparseNdarray.fromCsr({ ...csc, strict: true } as never)).toThrow(code("INVALID_ARGUMENT"));
  const coo = { coords: [[0]], data: [1], shape: [1] };
  expect(() => SparseNdarray.fromCoo({ ...coo, strict: true } as never)).toThrow(code("INVALID_ARGUMENT"));
  const sparse = SparseNdarray.fromDense(matrix);
  expect(SparseNdarray.fromCsc(sparse.toCsc()).toDense().toNested()).toEqual(matrix.toNested());
  expect(SparseNdarray.fromCsr(sparse.toCsr()).toDense().toNested()).toEqual(matrix.toNested());
  expect(SparseNdarray.fromCoo(sparse.toCoo()).toDense().toNested()).toEqual(matrix.toNested());
});

test("a signal from elsewhere is one: another realm, or a library", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const foreign = {
    get aborted() {
      return signal.aborted;
    },
    get reason() {
      return signal.reason;
    },
    addEventListener: signal.addEventListener.bind(signal),
    removeEventListener: signal.removeEventListener.bind(signal),
    throwIfAborted: signal.throwIfAborted.bind(signal),
  } as unknown as AbortSignal;
  expect(await x.sum({ signal: foreign })).toBe(8);
  controller.abort(new Error("enough"));
  await expect(x.sum({ signal: foreign })).rejects.toThrow("enough");
});

describe("the last progress says that all is done", () => {
  const steps: api.Progress[] = [];
  const onProgress = (progress: api.Progress) => void steps.push(progress);
  const masked = ndarray([1, 2, 3], null, "float64", { mask: [0, 1, 0] });
  const long = ndarray(new Float64Array(1000).fill(1));
  const read = { onProgress, bufferSize: 400 };
  const calls: Record<string, () => Promise<unknown>> = {
    extractDenseArray: () => api.extractDenseArray(x, [[0]], { onProgress }),
    "extractDenseArray, block by block": () => api.extractDenseArray(wrap(long).add(1), [], read),
    extractSparseArray: () => api.extractSparseArray(x, [], { onProgress }),
    "extractSparseArray, block by block": () => api.extractSparseArray(long, [], read),
    format: () => x.format({ onProgress }),
    print: () => api.print(x, { onProgress }),
    "print in memory": () => api.print(matrix, { onProgress }),
    "count of what has no mask": () => x.count({ onProgress }),
    "count of what has one": () => api.count(masked, { onProgress }),
    "any, known at once": () => api.any(long, read),
    "all, known at once": () => wrap(long).equal(0).all(read),
    "any, known in the end": () => wrap(long).equal(0).any(read),
    "sum of nothing": () => api.sum(ndarray([], [0]), { onProgress }),
    "toDense of nothing": () => wrap(ndarray([], [0])).toDense({ onProgress }),
    "blocks of nothing": () => api.applyOverBlocks(ndarray([], [3, 0]), give, { onProgress }),
    "a reduction of nothing": () => api.blockReduce(ndarray([], [0]), give, 0, { onProgress }),
    "a reduction that stops": () => api.blockReduce(long, () => api.stop(1), 0, read),
    sum: () => wrap(long).sum(read),
  };
  test.each(Object.entries(calls))("of %s", async (_, call) => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    steps.length = 0;
    await call();
    vi.restoreAllMocks();
    const last = steps.at(-1)!;
    expect(last.done).toBe(last.total);
    expect(steps.filter(({ done, total }) => done === total)).toHaveLength(1);
    expect(last.bytes).toBeGreaterThanOrEqual(Math.max(...steps.map(({ bytes }) => bytes)));
  });

  test("and an error that it throws ends the call", async () => {
    const stop = () => {
      throw new Error("stop here");
    };
    for (const call of [
      () => x.count({ onProgress: stop }),
      () => x.format({ onProgress: stop }),
      () => api.extractDenseArray(x, [], { onProgress: stop }),
      () => api.any(long, { onProgress: stop }),
    ]) {
      await expect(call()).rejects.toThrow("stop here");
    }
  });
});

describe("results that are too large are refused", () => {
  const exceeded = code("LIMIT_EXCEEDED");
  const calls: Record<string, (array: api.AnyArray, maxBytes: number) => Promise<unknown>> = {
    toDense: (array, maxBytes) => wrap(array).toDense({ maxBytes }),
    toDenseArray: (array, maxBytes) => api.toDenseArray(array, { maxBytes }),
    extractDenseArray: (array, maxBytes) => api.extractDenseArray(array, [], { maxBytes }),
    toSparse: (array, maxBytes) => wrap(array).toSparse({ maxBytes }),
    toSparseArray: (array, maxBytes) => api.toSparseArray(array, { maxBytes }),
    extractSparseArray: (array, maxBytes) => api.extractSparseArray(array, [], { maxBytes }),
  };
  const dense = (name: string) => name.includes("Dense");

  test.each(Object.entries(calls))("by %s", async (name, call) => {
    // Four values and, sparse, three entries of a value and a position, with three starts.
    const bytes = dense(name) ? 32 : 3 * 12 + 3 * 8;
    await expect(call(x, bytes - 1)).rejects.toEqual(exceeded);
    await expect(call(x, bytes - 1)).rejects.toThrow(`more than maxBytes (${bytes - 1})`);
    await expect(call(x, bytes)).resolves.toBeDefined();
    await expect(call(x, Number.POSITIVE_INFINITY)).resolves.toBeDefined();
    await expect(call(SparseNdarray.fromDense(matrix), bytes - 1)).rejects.toEqual(exceeded);
    await expect(call(SparseNdarray.fromDense(matrix), bytes)).resolves.toBeDefined();
  });

  test.each(Object.entries(calls))("by %s, the mask counted", async (name, call) => {
    const masked = ndarray([1, 2, 3, 4], null, "int8", { mask: [0, 1, 0, 0] });
    const bytes = dense(name) ? 8 : 4 * (1 + 4 + 1) + 2 * 8;
    await expect(call(masked, bytes - 1)).rejects.toEqual(exceeded);
    await expect(call(masked, bytes)).resolves.toBeDefined();
  });

  test("before anything is read, where the size is known", async () => {
    const huge = countingSeed({ ...countingSeed(matrix), shape: [1e7, 1e6] });
    const wide = countingSeed({ ...countingSeed(matrix), shape: [2, 2 ** 53 - 1] });
    await expect(api.extractDenseArray(huge)).rejects.toEqual(exceeded);
    await expect(api.extractDenseArray(wrap(huge).add(1), [api.slice(5)])).rejects.toEqual(exceeded);
    await expect(api.extractSparseArray(wide)).rejects.toEqual(exceeded);
    await expect(wrap(wide).toSparse()).rejects.toEqual(exceeded);
    await expect(wrap(wide).toSparse({ maxBytes: 1e6 })).rejects.toThrow("the starts of the fibres");
    expect([huge.counts.dense, wide.counts.dense]).toEqual([0, 0]);
    expect((await api.extractDenseArray(x, [0], { maxBytes: 16 })).toNested()).toEqual([1, 0]);
  });

  test("as soon as it shows, where it is not", async () => {
    const full = countingSeed(ndarray(new Float64Array(1000).fill(1), [10, 100]));
    await expect(api.toSparseArray(full, { maxBytes: 2000, bufferSize: 400 })).rejects.toThrow(
      /stores \d+ entries or more/,
    );
    expect(full.counts.dense).toBeLessThan(50);
  });
});

test("a bound of a slice that is no integer may be an infinity: the end of the axis on that side", async () => {
  const { slice } = api;
  const y = wrap(ndarray([0, 1, 2, 3]));
  const values = async (part: api.Slice) => (await y.subset([part]).toDense()).toNested();
  expect(await values(slice(0, Number.POSITIVE_INFINITY))).toEqual([0, 1, 2, 3]);
  expect(await values(slice(Number.NEGATIVE_INFINITY, 2))).toEqual([0, 1]);
  expect(await values(slice(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -2))).toEqual([3, 1]);
  for (const wrong of [0.5, Number.NaN, "1", 1n])
    expect(() => slice(0, wrong as never)).toThrow(code("INVALID_ARGUMENT"));
  expect(() => slice(0, 2, Number.POSITIVE_INFINITY)).toThrow(code("INVALID_ARGUMENT"));
});

test("typed arrays of the right types and in order become a sparse array's own", () => {
  const own = {
    data: Float64Array.of(1, 2),
    indices: Int32Array.of(0, 1),
    indptr: Float64Array.of(0, 1, 2),
    shape: [2, 2],
  };
  const sparse = SparseNdarray.fromCsc(own);
  expect([sparse.data === own.data, sparse.indices === own.indices, sparse.indptr === own.indptr]).toEqual([
    true,
    true,
    true,
  ]);
  const unordered = SparseNdarray.fromCsc({ ...own, indices: Int32Array.of(1, 0), indptr: Float64Array.of(0, 2, 2) });
  expect(unordered.data === own.data).toBe(false);
});

test("operations are methods and functions, but for those that the README names", () => {
  const methods = new Set<string>();
  for (let at = api.DelayedArray.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) methods.add(name);
  }
  const functionsOnly = Object.keys(api).filter((name) => /^[a-z]/.test(name) && !methods.has(name));
  // What reads, builds or asks is named otherwise; of operations there are these.
  expect(functionsOnly).toEqual(expect.arrayContaining(["where", "concatenate", "stack", "rbind", "cbind"]));
  const notOperations =
    /^(is|to|from|extract|apply|block|chunk|default|set|show|map|seeds|print|wrap|ndarray|slice|stop|newAxis|ellipsis|variance)/;
  expect(functionsOnly.filter((name) => !notOperations.test(name)).sort()).toEqual(
    ["cbind", "concatenate", "rbind", "stack", "where"].sort(),
  );
  const methodsOnly = [...methods].filter(
    (name) => !(name in api) && !/^(_|constructor|derive|extract|to|format)/.test(name),
  );
  const facts = [
    "T",
    "seed",
    "shape",
    "dtype",
    "ndim",
    "size",
    "length",
    "nbytes",
    "givesFreshArrays",
    "className",
    "dimnames",
  ];
  expect(methodsOnly.filter((name) => !facts.includes(name)).sort()).toEqual(["set", "withDimnames"]);
});
