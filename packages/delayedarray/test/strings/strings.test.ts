import { describe, expect, test } from "vitest";
import {
  add,
  all,
  any,
  applyOverBlocks,
  argmax,
  blocks,
  cbind,
  clip,
  concatenate,
  count,
  DelayedArrayError,
  divide,
  equal,
  extractSparseArray,
  fromRecipe,
  isnan,
  log1p,
  logicalNot,
  map,
  max,
  mean,
  minimum,
  NdArray,
  ndarray,
  notEqual,
  rbind,
  round,
  SparseNdarray,
  slice,
  stack,
  std,
  sum,
  toRecipe,
  var as variance,
  where,
  wrap,
} from "../../src/index.js";
import { checkSeed, countingSeed } from "../../src/testing/index.js";

const genes = ndarray(
  [
    ["MYC", "TP53", "ACTB"],
    ["", "β-globin", "TP53"],
  ],
  null,
  "string",
);

async function nested(x: { toDense(): Promise<NdArray> }): Promise<unknown> {
  return (await x.toDense()).toNested();
}

/** The code of the error that a call throws or rejects with, and its message. */
async function failure(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof DelayedArrayError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("in memory", () => {
  test("nested arrays of strings are of dtype string; their data is a plain array", () => {
    expect(ndarray(["a", "b"]).dtype).toBe("string");
    expect(genes.data).toEqual(["MYC", "TP53", "ACTB", "", "β-globin", "TP53"]);
    expect([genes.shape, genes.ndim, genes.size, genes.nbytes]).toEqual([[2, 3], 2, 6, 6 * 64]);
    expect(genes.get(1, -2)).toBe("β-globin");
    expect(genes.T.toNested()).toEqual([
      ["MYC", ""],
      ["TP53", "β-globin"],
      ["ACTB", "TP53"],
    ]);
    expect(genes.reshape([3, -1]).toNested()).toEqual([
      ["MYC", "TP53"],
      ["ACTB", ""],
      ["β-globin", "TP53"],
    ]);
    expect(genes.T.contiguous().data).toEqual(["MYC", "", "TP53", "β-globin", "ACTB", "TP53"]);
    expect(String(genes)).toBe("<2 x 3> NdArray object of type 'string'");
    expect(ndarray("a").get()).toBe("a");
    expect(ndarray([], [0], "string").dtype).toBe("string");
  });

  test("missing ones are null", () => {
    const masked = ndarray(["a", "b"], null, "string", { mask: [false, true] });
    expect(masked.toNested()).toEqual(["a", null]);
    expect(masked.format()).toBe("<2> NdArray object of type 'string'\n['a', --]");
  });

  test("what is no array of strings is refused", async () => {
    expect(await failure(() => ndarray(["a", 1]))).toMatch(/^INVALID_ARGUMENT: .*\(string, number\)/);
    expect(await failure(() => ndarray(["1"], null, "float64"))).toMatch(/^DTYPE_UNSUPPORTED: .*map\(x, Number/);
    expect(await failure(() => ndarray([1], null, "string"))).toMatch(/^DTYPE_UNSUPPORTED: .*map\(x, String/);
    expect(await failure(() => ndarray([1], null, undefined, { mask: ["a"] }))).toMatch(/^INVALID_ARGUMENT: .*mask/);
    expect(await failure(() => ndarray([["a"], "b"]))).toMatch(/^SHAPE_MISMATCH/);
    const parts = { data: Float64Array.of(1), shape: [1], dtype: "string" };
    expect(await failure(() => new NdArray(parts as never))).toMatch(/^DTYPE_UNSUPPORTED: .*Float64Array/);
    const numbers = { data: ["a"], shape: [1], dtype: "float64" };
    expect(await failure(() => new NdArray(numbers as never))).toMatch(/^DTYPE_UNSUPPORTED: .*Array/);
  });

  test("they cannot be sparse", async () => {
    const refused = /^DTYPE_UNSUPPORTED: .*sparse/;
    const csc = { data: ["a"], indices: [0], indptr: [0, 1], shape: [1, 1] };
    expect(await failure(() => SparseNdarray.fromCsc(csc as never))).toMatch(refused);
    expect(await failure(() => SparseNdarray.fromDense(genes as never))).toMatch(refused);
    expect(await failure(() => SparseNdarray.fromDense(ndarray([[1]])).astype("string"))).toMatch(refused);
    expect(await failure(() => wrap(genes).toSparse())).toMatch(refused);
    expect(await failure(() => extractSparseArray(wrap(genes), []))).toMatch(refused);
    const lying = { ...wrapped(genes), isSparse: true };
    expect(await failure(() => wrap(lying as never))).toMatch(refused);
  });
});

function wrapped(array: NdArray) {
  const { shape, dtype } = array;
  return {
    shape,
    dtype,
    isSparse: false,
    isMasked: array.isMasked,
    chunkGrid: () => array.chunkGrid(),
    extractDense: (request: Parameters<NdArray["extractDense"]>[0]) => array.extractDense(request),
  };
}

describe("delayed", () => {
  const x = wrap(wrapped(genes)) as ReturnType<typeof wrap<"string">>;

  test("subsets of every kind, transposes, reshapes", async () => {
    expect(await nested(x.subset([1]))).toEqual(["", "β-globin", "TP53"]);
    expect(await nested(x.subset([null, [2, 0, 2]]))).toEqual([
      ["ACTB", "MYC", "ACTB"],
      ["TP53", "", "TP53"],
    ]);
    expect(await nested(x.subset([slice(null, null, -1), slice(1)]))).toEqual([
      ["β-globin", "TP53"],
      ["TP53", "ACTB"],
    ]);
    expect(await nested(x.subset([1, 1]))).toBe("β-globin");
    expect(await nested(x.subset([[], null]))).toEqual([]);
    expect(await nested(x.T.subset([[1]]))).toEqual([["TP53", "β-globin"]]);
    expect(await nested(x.subset([[0]]).reshape([3]))).toEqual(["MYC", "TP53", "ACTB"]);
  });

  test("concatenate, stack, rbind, cbind, and sets of parts", async () => {
    expect(await nested(concatenate([x.subset([0]), x.subset([1])]))).toEqual([...genes.data]);
    expect(await nested(cbind(x, x).subset([1]))).toEqual(["", "β-globin", "TP53", "", "β-globin", "TP53"]);
    expect(await nested(rbind(x, x).subset([[3, 0], 1]))).toEqual(["β-globin", "TP53"]);
    expect(await nested(stack([x.subset([0, 0]), x.subset([1, 1])]))).toEqual(["MYC", "β-globin"]);
    expect(await nested(x.set([null, 0], "none"))).toEqual([
      ["none", "TP53", "ACTB"],
      ["none", "β-globin", "TP53"],
    ]);
    expect(await nested(x.set([0], ["a", "b", "c"]).subset([0]))).toEqual(["a", "b", "c"]);
    expect(await failure(() => concatenate([x, ndarray([[1, 2, 3]])]))).toMatch(
      /^DTYPE_UNSUPPORTED: float64 and string have no common dtype/,
    );
    expect(await failure(() => x.set([0, 0], 1))).toMatch(/^DTYPE_UNSUPPORTED/);
    expect(await failure(() => wrap(ndarray([1])).set([0], "1"))).toMatch(/^DTYPE_UNSUPPORTED/);
  });

  test("equal and notEqual, with a string, an array, an array of strings", async () => {
    expect(await nested(x.equal("TP53"))).toEqual([
      [false, true, false],
      [false, false, true],
    ]);
    expect(await nested(x.notEqual(["MYC", "", "ACTB"]))).toEqual([
      [false, true, false],
      [true, true, true],
    ]);
    expect(await nested(equal(x, genes))).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    expect(await nested(equal(x, x.subset([null, [0]])))).toEqual([
      [true, false, false],
      [true, false, false],
    ]);
    expect(await x.equal("TP53").sum()).toBe(2);
    expect(await nested(notEqual("", x.subset([1])))).toEqual([false, true, true]);
  });

  test("results of comparisons select", async () => {
    const row = x.subset([0]);
    const mask = await row.notEqual("TP53").toDense();
    expect(await nested(row.subset([mask]))).toEqual(["MYC", "ACTB"]);
  });

  test("where and map", async () => {
    expect(await nested(where(x.equal(""), "none", x).subset([1]))).toEqual(["none", "β-globin", "TP53"]);
    expect(await nested(where(ndarray([true, false]), "a", "b"))).toEqual(["a", "b"]);
    expect(await nested(map(x, (gene) => gene.toLowerCase()).subset([0]))).toEqual(["myc", "tp53", "actb"]);
    const lengths = map(x, (gene) => gene.length, { dtype: "int32" });
    expect([lengths.dtype, await nested(lengths)]).toEqual([
      "int32",
      [
        [3, 4, 4],
        [0, 8, 4],
      ],
    ]);
    expect(await nested(map(ndarray([1.5, 2]), (value) => `${value}`, { dtype: "string" }))).toEqual(["1.5", "2"]);
    expect(await nested(map(ndarray(["1.5", "2"]), Number, { dtype: "float64" }))).toEqual([1.5, 2]);
    expect(await failure(() => map(x, () => 1 as never).toDense())).toMatch(/^INVALID_ARGUMENT: .*expected a string/);
    expect(await failure(() => map(x, (text) => text, { dtype: "float64" }).toDense())).toMatch(
      /^INVALID_ARGUMENT: .*gave a string/,
    );
  });

  test("missing strings stay missing through comparisons, choices and functions", async () => {
    const masked = wrap(ndarray(["a", "b", "a"], null, "string", { mask: [true, false, false] }));
    expect(await nested(masked.equal("a"))).toEqual([null, false, true]);
    expect(await nested(where([true, false, true], masked, "z"))).toEqual([null, "z", "a"]);
    expect(await nested(map(masked, (text) => text.toUpperCase()))).toEqual([null, "B", "A"]);
    expect(await nested(concatenate([masked, ndarray(["c"])]))).toEqual([null, "b", "a", "c"]);
    expect(await nested(masked.set([0], "new"))).toEqual(["new", "b", "a"]);
    expect(await count(masked)).toBe(2);
    expect((await masked.count({ axis: 0 })).toNested()).toBe(2);
  });

  test("names of axes, blocks, recipes", async () => {
    const named = x.withDimnames([["r", "s"], null]);
    expect(await nested(named.subset([["s"], 2]))).toEqual(["TP53"]);
    const seen: unknown[] = [];
    for await (const { block } of blocks(x, { bufferSize: 64 * 4 })) seen.push(...(block.data as string[]));
    expect(seen.sort()).toEqual([...genes.data].sort());
    expect(await applyOverBlocks(x, (_, block) => block.size, { bufferSize: 1 })).toHaveLength(6);
    expect((await x.toDense({ bufferSize: 64 })).toNested()).toEqual(genes.toNested());
    expect((await x.equal("TP53").toDense({ bufferSize: 3 })).data).toEqual(Uint8Array.of(0, 1, 0, 0, 0, 1));
    const computed = where(x.equal(""), "none", x.set([0, 0], "first"));
    expect((await computed.toDense({ bufferSize: 64 })).data).toEqual([
      "first",
      "TP53",
      "ACTB",
      "none",
      "β-globin",
      "TP53",
    ]);
    const recipe = JSON.parse(JSON.stringify(toRecipe(wrap(genes).subset([1]).equal(["", "a", "TP53"]))));
    expect(await nested(await fromRecipe(recipe))).toEqual([true, false, true]);
    const broken = {
      ...recipe,
      nodes: recipe.nodes.map((node: object) => ("data" in node ? { ...node, data: [1] } : node)),
    };
    expect(await failure(() => fromRecipe(broken))).toMatch(/^INVALID_ARGUMENT: recipe: .*1 is not a string/);
  });

  test("only what is asked for is read, and answers are one's own", async () => {
    const counting = countingSeed(genes);
    const part = await wrap(counting).subset([null, 1]).toDense();
    expect(part.data).toEqual(["TP53", "β-globin"]);
    part.data[0] = "changed";
    expect(genes.get(0, 1)).toBe("TP53");
    const whole = await wrap(genes).toDense();
    expect(whole.data).not.toBe(genes.data);
  });

  test("tiles: many strings, repeated along axes", async () => {
    const column = ndarray(
      Array.from({ length: 5000 }, (_, i) => [`g${i % 7}`]),
      [5000, 1],
      "string",
    );
    const row = ndarray(["g0", "g1", "g2"], null, "string");
    const wide = concatenate([column, column, column], 1);
    const found = await equal(wide, row).toDense();
    for (let i = 0; i < 5000; i += 61) {
      expect([found.get(i, 0), found.get(i, 1), found.get(i, 2)]).toEqual([i % 7 === 0, i % 7 === 1, i % 7 === 2]);
    }
    const same = await equal(wide, column).all();
    expect(same).toBe(true);
  });
});

describe("numbers only", () => {
  const x = wrap(genes);

  test.each([
    ["add", () => add(x, "a")],
    ["add of a number", () => x.add(1)],
    ["divide", () => divide(x, genes)],
    ["minimum", () => minimum(x, "a")],
    ["clip", () => clip(x)],
    ["clip between strings", () => clip(x, "a", "b")],
    ["log1p", () => log1p(x)],
    ["isnan", () => isnan(x)],
    ["logicalNot", () => logicalNot(x)],
    ["round", () => round(x)],
    ["equal to a number", () => equal(x, 1)],
    ["equal to numbers", () => equal(ndarray([1]), ["1"])],
    ["where of a number and a string", () => where([true, false, true], x, 1)],
    ["where by strings", () => where(x, 1, 2)],
    ["astype of strings", () => x.astype("float64")],
    ["astype to strings", () => wrap(ndarray([1])).astype("string")],
  ])("%s is refused when it is built", async (_, build) => {
    expect(await failure(build)).toMatch(/^DTYPE_UNSUPPORTED/);
  });

  test.each([
    ["sum", () => sum(x)],
    ["sum to strings", () => sum(ndarray([1]), { dtype: "string" as never })],
    ["mean", () => mean(x)],
    ["variance", () => variance(x)],
    ["std", () => std(x)],
    ["max", () => max(x)],
    ["argmax", () => argmax(x)],
    ["any", () => any(x)],
    ["all", () => all(x, { axis: 0 })],
  ])("%s rejects", async (_, compute) => {
    expect(await failure(compute)).toMatch(/^DTYPE_UNSUPPORTED/);
  });

  test("two strings alone are no operands", async () => {
    expect(await failure(() => equal("a", "b"))).toMatch(/^INVALID_ARGUMENT: equal: no operand is an array/);
  });

  test("strings to strings is no conversion", async () => {
    expect(x.astype("string").seed).toBe(x.seed);
    expect(genes.astype("string").data).not.toBe(genes.data);
  });
});

test("a seed of strings passes checkSeed, and one that gives wrong strings does not", async () => {
  await expect(checkSeed(() => genes, genes)).resolves.toMatchObject({ requests: expect.any(Number) });
  const wrong = ndarray(
    [
      ["MYC", "TP53", "ACTB"],
      ["", "beta", "TP53"],
    ],
    null,
    "string",
  );
  await expect(checkSeed(() => genes, wrong)).rejects.toThrow('element 4 is "β-globin", expected "beta"');
});
