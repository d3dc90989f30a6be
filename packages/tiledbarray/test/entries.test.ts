import { log1p } from "delayedarray";
import { ArrayHandle, ArraySchema, type ArraySchemaOptions, Query, TileDbError } from "libtiledb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TileDbArray } from "../src/index.js";
import { make, newPlace } from "./source.js";

afterEach(() => vi.restoreAllMocks());

const rows = 700;
const columns = 500;
const count = 30_000;
/** Places of cells, none twice: 7919 and the number of places have no common factor. */
const placeOf = Array.from({ length: count }, (_, k) => (k * 7919) % (rows * columns));
const i = Int32Array.from(placeOf, (at) => Math.floor(at / columns));
const j = Int32Array.from(placeOf, (at) => at % columns);
const v = Float64Array.from(placeOf, (_, k) => (k % 11) + 1);

function schema(
  options: Partial<ArraySchemaOptions> = {},
  tile: readonly [number, number] = [rows, columns],
): ArraySchemaOptions {
  return {
    arrayType: "sparse",
    dimensions: [
      { name: "i", datatype: "int32", domain: [0, rows - 1], tile: tile[0] },
      { name: "j", datatype: "int32", domain: [0, columns - 1], tile: tile[1] },
    ],
    attributes: [{ name: "v", datatype: "float64" }],
    capacity: 500,
    ...options,
  };
}

/** Sums that are taken value by value. */
function sums(indices: Int32Array, length: number, value: (k: number) => number): number[] {
  const out = new Array<number>(length).fill(0);
  for (let k = 0; k < count; k++) out[indices[k]!]! += value(k);
  return out;
}

/** Everything about a query that matters for how often tiles are read. */
function watch() {
  const queries = new Set<Query>();
  const original = Query.prototype.submit;
  vi.spyOn(Query.prototype, "submit").mockImplementation(function (this: Query) {
    queries.add(this);
    return original.call(this);
  });
  return queries;
}

describe("statistics of a sparse array are taken in one pass over its cells", () => {
  test.each([
    ["one tile, row-major", {}, undefined],
    ["one tile, column-major", { cellOrder: "column-major" }, undefined],
    ["Hilbert order", { cellOrder: "hilbert" }, undefined],
    ["small tiles", { tileOrder: "column-major" }, [64, 64]],
  ] as const)("%s", async (_, options, tile) => {
    const uri = await make(schema(options, tile), { i, j, v });
    await using array = await TileDbArray.open<"float64">(uri);
    const queries = watch();
    // Fewer bytes than the array has, also as a dense one.
    const small = { bufferSize: 50_000 };
    expect(await array.sum(small)).toBe(v.reduce((sum, value) => sum + value, 0));
    expect(queries.size).toBe(1);
    expect(Array.from((await array.sum({ axis: 0, ...small })).data)).toEqual(sums(j, columns, (k) => v[k]!));
    expect(Array.from((await array.sum({ axis: 1 })).data)).toEqual(sums(i, rows, (k) => v[k]!));
    expect([await array.min(), await array.max(small)]).toEqual([0, 11]);
    const factors = Float64Array.from({ length: columns }, (_, at) => 1 + (at % 4));
    const found = await log1p(array.divide(factors)).sum({ axis: 1 });
    const expected = sums(i, rows, (k) => Math.log1p(v[k]! / factors[j[k]!]!));
    for (const [row, value] of expected.entries()) expect(found.data[row]).toBeCloseTo(value, 10);
    expect(queries.size).toBe(6);
  });

  test("of several fragments, with cells that were written again", async () => {
    const uri = await make(schema({}, [64, 64]), { i, j, v });
    await using writer = await ArrayHandle.open(uri, "write");
    for (const [value, every] of [
      [100, 3],
      [1000, 5],
    ] as const) {
      const some = placeOf.flatMap((_, k) => (k % every === 0 ? [k] : []));
      using query = new Query(writer).setLayout("unordered");
      query.setDataBuffer(
        "i",
        Int32Array.from(some, (k) => i[k]!),
      );
      query.setDataBuffer(
        "j",
        Int32Array.from(some, (k) => j[k]!),
      );
      await query.setDataBuffer("v", new Float64Array(some.length).fill(value)).submit();
    }
    const last = (k: number): number => (k % 5 === 0 ? 1000 : k % 3 === 0 ? 100 : v[k]!);
    await using array = await TileDbArray.open<"float64">(uri);
    expect(Array.from((await array.sum({ axis: 0 })).data)).toEqual(sums(j, columns, last));
  });

  test("in a domain of 2^62 by 2^62, from the part that was written", async () => {
    const dimensions = ["i", "j"].map(
      (name) => ({ name, datatype: "int64", domain: [0n, 2n ** 62n], tile: 2n ** 40n }) as const,
    );
    const far = BigInt64Array.of(5n, 2n ** 52n, 7n);
    const uri = await make(schema({ dimensions }), {
      i: far,
      j: BigInt64Array.of(3n, 4n, 3n),
      v: Float64Array.of(1, 10, 100),
    });
    await using array = await TileDbArray.open<"float64">(uri, { shape: "written" });
    expect(await array.sum()).toBe(111);
    expect(Array.from((await array.sum({ axis: 0 })).data)).toEqual([101, 10]);
    expect(await array.mean()).toBe(111 / array.size);
  });

  test("with missing values and booleans", async () => {
    const attributes = [{ name: "v", datatype: "float64", nullable: true } as const];
    const uri = newPlace();
    await new ArraySchema(schema({ attributes })).create(uri);
    await using writer = await ArrayHandle.open(uri, "write");
    using query = new Query(writer).setLayout("unordered").setDataBuffer("i", i).setDataBuffer("j", j);
    query.setDataBuffer("v", v).setValidityBuffer(
      "v",
      Uint8Array.from(v, (_, k) => (k % 2 === 0 ? 1 : 0)),
    );
    await query.submit();
    await using array = await TileDbArray.open<"float64">(uri);
    const kept = (k: number): number => (k % 2 === 0 ? v[k]! : 0);
    expect(Array.from((await array.sum({ axis: 0 })).data)).toEqual(sums(j, columns, kept));
    const flags = await make(schema({ attributes: [{ name: "v", datatype: "bool" }] }), {
      i,
      j,
      v: Uint8Array.from(v, (value) => (value > 6 ? 1 : 0)),
    });
    await using truths = await TileDbArray.open(flags);
    expect(await truths.sum()).toBe(v.filter((value) => value > 6).length);
  });

  test("goes on with more memory where tiles do not fit what is meant for them", async () => {
    const uri = await make(schema({ capacity: 5000 }), { i, j, v });
    await using array = await TileDbArray.open<"float64">(uri);
    const { limitMemory } = Query.prototype;
    const limits: number[] = [];
    vi.spyOn(Query.prototype, "limitMemory").mockImplementation(function (this: Query, bytes: number) {
      limits.push(bytes);
      return limitMemory.call(this, 1000);
    });
    expect(Array.from((await array.sum({ axis: 1 })).data)).toEqual(sums(i, rows, (k) => v[k]!));
    expect(limits.length).toBe(1);
  });

  test("goes on where it was when the memory runs out on the way", async () => {
    const uri = await make(schema(), { i, j, v });
    await using array = await TileDbArray.open<"float64">(uri);
    const { submit } = Query.prototype;
    const watched = vi.spyOn(Query.prototype, "submit").mockImplementation(function (this: Query) {
      if (watched.mock.calls.length !== 7) return submit.call(this);
      const details = { status: -1, function: "tiledb_query_submit" } as const;
      return Promise.reject(new TileDbError("IO", "Cannot load a single tile, increase memory budget", details));
    });
    const found = await array.sum({ axis: 1, bufferSize: 8 * 8 * 999 });
    expect(Array.from(found.data)).toEqual(sums(i, rows, (k) => v[k]!));
    expect(watched.mock.calls.length).toBeGreaterThan(35);
  });
});

test("cells at one place are added up before a statistic", async () => {
  const uri = await make(schema({ allowsDuplicates: true, attributes: [{ name: "v", datatype: "int8" }] }), {
    i: Int32Array.of(3, 3, 4),
    j: Int32Array.of(5, 5, 6),
    v: Int8Array.of(100, 100, 1),
  });
  await using array = await TileDbArray.open(uri);
  // As in the array's own arithmetic: 100 + 100 is -56 in 8 bits.
  expect([await array.min(), await array.max(), await array.sum()]).toEqual([-56, 1, -55]);
});

test("a budget that the settings name is kept", async () => {
  const uri = await make(schema(), { i, j, v });
  await using array = await TileDbArray.open(uri, { config: { "sm.mem.total_budget": "1000" } });
  await expect(array.sum()).rejects.toMatchObject({ message: expect.stringContaining("memory budget") });
});
