import type { DType } from "delayedarray";
import { extractDenseArray, sum } from "delayedarray";
import { describe, expect, it } from "vitest";
import { fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { TileDbArray, type TileDbArrayOptions } from "../src/index.js";

interface Case {
  readonly uri: string;
  readonly attributeName: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: readonly (string | number | boolean)[];
  readonly mask?: readonly number[];
  readonly options?: TileDbArrayOptions;
}

const { cases, long } = readJson<{ cases: Case[]; long: number[] }>("tiledb-texts", "expected.json");

/** What TileDB-Py has written, as elements of an array: null where they are missing. */
function elements({ values, mask, dtype }: Case): unknown[] {
  return values.map((value, i) => (mask?.[i] === 1 ? null : dtype === "int64" ? BigInt(value) : value));
}

const place = (uri: string): string => fixture("tiledb-texts", uri);

describe("texts, dates, times and R's logical values", () => {
  for (const one of cases) {
    const title = `${one.attributeName} of ${one.uri}${one.options === undefined ? "" : ` ${JSON.stringify(one.options)}`}`;
    it(title, async () => {
      const { attributeName, options } = one;
      await using array = await TileDbArray.open(place(one.uri), { attributeName, ...options });
      expect(array.shape).toEqual(one.shape);
      expect(array.dtype).toBe(one.dtype);
      expect(array.isMasked).toBe(one.mask !== undefined);
      const nested = (await array.toDense()).toNested() as unknown[];
      expect(nested.flat(one.shape.length - 1)).toEqual(elements(one));
    });

    it(`every other cell, backwards, of ${title}`, async () => {
      const { attributeName, options, shape } = one;
      await using array = await TileDbArray.open(place(one.uri), { attributeName, ...options });
      const subset = shape.map((extent) => Array.from({ length: extent }, (_, i) => i).filter((i) => i % 2 === 0));
      const part = await extractDenseArray(
        array,
        subset.map((indices) => indices.toReversed()),
      );
      const all = elements(one);
      const columns = shape[1] ?? 1;
      const expected = subset[0]!
        .toReversed()
        .flatMap((row) => (subset[1]?.toReversed() ?? [0]).map((column) => all[row * columns + column]));
      expect((part.toNested() as unknown[]).flat(shape.length - 1)).toEqual(expected);
    });
  }

  it("a text that is far longer than the room made for it", async () => {
    await using array = await TileDbArray.open<"string">(place("long.tiledb"));
    const { data } = await array.toDense();
    expect(data).toEqual(long.map((length) => "é".repeat(length)));
    expect((await array.subset([[2, 0]]).toDense()).data.map((text) => text.length)).toEqual([long[2], long[0]]);
  });

  it("texts compare as NumPy's do; a sparse array of them is not sparse", async () => {
    await using array = await TileDbArray.open(place("sparse.tiledb"), { attributeName: "text", shape: [6] });
    expect(array.isSparse).toBe(false);
    expect((await array.equal("vier").toDense()).toNested()).toEqual([false, false, false, false, true, false]);
  });

  it("a sparse array of R's logical values stays sparse; NA is missing", async () => {
    await using array = await TileDbArray.open(place("logical-sparse.tiledb"));
    expect(array.isSparse).toBe(true);
    const sparse = await array.toSparse();
    expect(sparse.nnz).toBe(3);
    expect(sparse.get(1, 0)).toBe(null);
    expect(await sum(array)).toBe(2);
  });

  it("what was never written is masked on request", async () => {
    await using array = await TileDbArray.open(place("metadata.tiledb"), { missing: "mask" });
    expect((await array.toDense()).toNested()).toEqual([null, null]);
  });
});
