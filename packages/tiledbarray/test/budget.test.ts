import { seedEntrySelection } from "delayedarray/internal";
import { Query, type TypedArray } from "libtiledb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { liveResources } from "../../libtiledb/src/resource.js";
import { estimateCells, readSparse } from "../src/read-sparse.js";
import { many, place } from "./fixtures.js";
import { errorOf, make, sourceOf } from "./source.js";

afterEach(() => vi.restoreAllMocks());

const whole = many.shape.map((extent) => seedEntrySelection({ start: 0, stop: extent, step: 1 }));

/** Lengths of the buffers that queries get from now on. */
function watchBuffers(): Set<number> {
  const lengths = new Set<number>();
  const original = Query.prototype.setDataBuffer;
  vi.spyOn(Query.prototype, "setDataBuffer").mockImplementation(function (
    this: Query,
    name: string,
    buffer: TypedArray,
  ) {
    lengths.add(buffer.length);
    return original.call(this, name, buffer);
  });
  return lengths;
}

describe("the buffers of a sparse read", () => {
  test("have room for as many cells as TileDB expects, within the budget", async () => {
    const source = await sourceOf(place(many.uri));
    const expected = await estimateCells(source);
    expect(expected).toBeGreaterThan(1024);
    const lengths = watchBuffers();
    const read = (bufferBytes?: number) =>
      readSparse(
        source,
        whole,
        async () => many.nnz,
        () => {},
        { bufferBytes },
      );
    await read();
    expect([...lengths]).toEqual([Math.min(expected, 2 ** 18)]);
    lengths.clear();
    await read(8 * 1500);
    expect([...lengths]).toEqual([1500]);
    await source.array.close();
  });

  test("are small for few cells in a large domain", async () => {
    const dimensions = ["i", "j"].map(
      (name) => ({ name, datatype: "int32", domain: [0, 999_999], tile: 1000 }) as const,
    );
    const at = Int32Array.of(5, 500_000, 999_999);
    const uri = await make(
      { arrayType: "sparse", dimensions, attributes: [{ name: "v", datatype: "float64" }] },
      { i: at, j: at, v: Float64Array.of(1, 2, 3) },
    );
    const source = await sourceOf(uri);
    const lengths = watchBuffers();
    let count = 0;
    const selection = seedEntrySelection({ start: 0, stop: 1_000_000, step: 1 });
    await readSparse(
      source,
      [selection, selection],
      async () => 3,
      (cells) => {
        count += cells.count;
      },
    );
    expect(count).toBe(3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1024);
    await source.array.close();
  });
});

test("a signal that aborts during a sparse read stops it before the next submission, and the query is freed", async () => {
  const source = await sourceOf(place(many.uri));
  const before = liveResources();
  expect(before).toBeGreaterThan(0);
  const controller = new AbortController();
  const reason = new Error("no more");
  const original = Query.prototype.submit;
  const submit = vi.spyOn(Query.prototype, "submit").mockImplementation(async function (this: Query) {
    const status = await original.call(this);
    if (submit.mock.calls.length === 2) controller.abort(reason);
    return status;
  });
  const limits = { signal: controller.signal, bufferBytes: 8 * 1000 };
  expect(
    await errorOf(
      readSparse(
        source,
        whole,
        async () => many.nnz,
        () => {},
        limits,
      ),
    ),
  ).toBe(reason);
  expect(submit).toHaveBeenCalledTimes(2);
  expect(liveResources()).toBe(before);
  await source.array.close();
});
