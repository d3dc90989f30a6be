import { readFileSync } from "node:fs";
import FileSystemStore from "@zarrita/storage/fs";
import { type DType, extractDenseArray, NdArray, slice, type TypedArrayOf, wrap } from "delayedarray";
import { checkSeed, countingSeed } from "delayedarray/testing";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type AsyncReadable, open, root } from "zarrita";
import { decodeArray, type EncodedArray } from "../../../tooling/fixtures/read.mjs";
import { meanOfLogs, storeOf } from "../src/counts.js";
import { ZarrSeed } from "../src/zarr-seed.js";

/** What zarr-python and NumPy say of the stores. */
const expected = JSON.parse(readFileSync(new URL("../fixtures/expected.json", import.meta.url), "utf8")) as {
  arrays: { name: string; chunks: number[]; array: EncodedArray }[];
  counts: { text: string; log1p: string; mean: EncodedArray };
};

function referenceOf(encoded: EncodedArray): NdArray {
  const { data, shape, dtype } = decodeArray(encoded);
  return new NdArray({ data: data as TypedArrayOf<DType>, shape, dtype });
}

const named = expected.arrays.map(({ name, ...rest }) => [name, rest] as const);
const code = (one: string) => expect.objectContaining({ name: "DelayedArrayError", code: one });

describe.each([2, 3] as const)("format %i", (format) => {
  const store = storeOf(format);

  describe.each(named)("%s", (name, { array, chunks }) => {
    test("passes the exam of seeds", async () => {
      const { requests } = await checkSeed(() => ZarrSeed.open(store, name), referenceOf(array));
      expect(requests).toBeGreaterThan(array.shape.length === 0 ? 0 : 10);
    });

    test("has the chunks of the store", async () => {
      const seed = await ZarrSeed.open(store, name);
      const extents = seed.chunkGrid().boundaries.map((ticks) => Array.from(ticks)[0] ?? 0);
      expect(extents).toEqual(chunks.map((chunk, axis) => Math.min(chunk, array.shape[axis] ?? 0)));
    });
  });

  test("what the example prints, and the means", async () => {
    const lines: unknown[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
    const mean = await meanOfLogs(store).finally(() => log.mockRestore());
    expect(lines[0]).toBe(`<60 x 40> DelayedArray object of type 'float32'\n${expected.counts.text}`);
    expect(lines[1]).toBe(`<60 x 40> DelayedArray object of type 'float32'\n${expected.counts.log1p}`);
    const reference = referenceOf(expected.counts.mean);
    expect([mean.shape, mean.dtype]).toEqual([[40], "float64"]);
    for (let i = 0; i < 40; i++) expect(mean.get(i)).toBeCloseTo(reference.get(i) as number, 6);
  });

  test("errors have codes", async () => {
    await expect(ZarrSeed.open(store, "nowhere")).rejects.toEqual(code("NOT_FOUND"));
    await expect(ZarrSeed.open(store)).rejects.toEqual(code("NOT_FOUND"));
    await expect(ZarrSeed.open(store, "text")).rejects.toEqual(code("DTYPE_UNSUPPORTED"));
  });
});

describe("reading", () => {
  /** A store that knows what was asked of it. */
  class Watched implements AsyncReadable {
    readonly keys: string[] = [];
    readonly store = storeOf(3);
    async get(key: `/${string}`): Promise<Uint8Array | undefined> {
      if (key.includes("/c/")) this.keys.push(key);
      return this.store.get(key);
    }
  }
  let store: Watched;
  let seed: ZarrSeed;
  beforeAll(async () => {
    store = new Watched();
    seed = await ZarrSeed.open(store, "counts");
  });

  test("operations read nothing, statistics each chunk once", async () => {
    const x = wrap(seed)
      .multiply(2)
      .subset([slice(null, null, -1)]);
    expect(store.keys).toEqual([]);
    await x.sum({ bufferSize: 30 * 20 * 4 * 2 });
    expect(store.keys.sort()).toEqual(["0/0", "0/1", "1/0", "1/1"].map((key) => `/counts/c/${key}`));
  });

  test("a list reads each chunk that it touches once, and no other", async () => {
    store.keys.length = 0;
    const part = await extractDenseArray(seed, [
      [29, 3, 3, 0],
      [0, 21, 39],
    ]);
    const { array } = expected.arrays.find(({ name }) => name === "counts")!;
    expect(part.toNested()).toEqual(
      (
        await extractDenseArray(referenceOf(array), [
          [29, 3, 3, 0],
          [0, 21, 39],
        ])
      ).toNested(),
    );
    expect(store.keys.sort()).toEqual(["/counts/c/0/0", "/counts/c/0/1"]);
  });

  test("an aborted request rejects with the signal's reason", async () => {
    const reason = new Error("enough");
    const whole = [{ start: 0, stop: 60, step: 1 }, Float64Array.of(0, 39)];
    await expect(seed.extractDense(whole, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const call = wrap(seed).sum({ signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  test("requests are counted like those of any seed", async () => {
    const counting = countingSeed(seed);
    await wrap(counting)
      .subset([0, slice(0, 2)])
      .toDense();
    expect(counting.counts.elements).toBe(2);
  });

  test("a chunk that is damaged is an error with a code and the original one as its cause", async () => {
    const broken: AsyncReadable = {
      get: async (key) => (key.includes("/c/") ? new Uint8Array([1, 2, 3]) : storeOf(3).get(key)),
    };
    const damaged = await ZarrSeed.open(broken, "float64");
    await expect(wrap(damaged).sum()).rejects.toEqual(code("FILE_INVALID"));
  });

  test("an array that zarrita has opened is a seed too", async () => {
    const array = await open(root(new FileSystemStore(storeOf(2).root)).resolve("int8"), { kind: "array" });
    expect(new ZarrSeed(array).dtype).toBe("int8");
  });
});
