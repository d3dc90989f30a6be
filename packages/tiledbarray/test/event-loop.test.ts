import { ArrayHandle, ArraySchema, Query } from "libtiledb";
import { beforeAll, describe, expect, test } from "vitest";
import { runChild } from "./run-child.js";
import { make, newPlace } from "./source.js";

/** 2^28 cells of 4 bytes: 1 GB. */
const side = 2 ** 14;
const cells = 2 ** 22;
const dense = newPlace();
let sparse: string;

beforeAll(async () => {
  await new ArraySchema({
    arrayType: "dense",
    dimensions: ["i", "j"].map((name) => ({ name, datatype: "int32", domain: [0, side - 1] as const, tile: 1024 })),
    attributes: [{ name: "v", datatype: "int32", filters: [{ type: "zstd", level: 1 }] }],
  }).create(dense);
  await using array = await ArrayHandle.open(dense, "write");
  using query = new Query(array).setLayout("row-major").setDataBuffer("v", new Int32Array(side * side).fill(7));
  await query.submit();
  const dimensions = ["i", "j"].map((name) => ({ name, datatype: "int32", domain: [0, 4095], tile: 4096 }) as const);
  sparse = await make(
    { arrayType: "sparse", dimensions, attributes: [{ name: "v", datatype: "int32" }] },
    {
      i: Int32Array.from({ length: cells }, (_, k) => k >> 10),
      j: Int32Array.from({ length: cells }, (_, k) => (4 * k) & 4095),
      v: new Int32Array(cells).fill(7),
    },
  );
}, 120_000);

/** Reads an array while a timer of 10 ms counts how often it fires. */
function countTicks(uri: string, read: string): Promise<{ ticks: number; elapsed: number; size: number; sum: number }> {
  return runChild(`
    const array = await TileDbArray.open(${JSON.stringify(uri)});
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await rest(100);
    ticks = 0;
    const start = performance.now();
    const { data } = await array.${read}();
    const elapsed = performance.now() - start;
    clearInterval(timer);
    const counted = ticks;
    await array.close();
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i];
    return { ticks: counted, elapsed, size: data.length, sum };
  `);
}

// Timers fire late on a machine that has other things to do, so some must come, not all: a read that blocks lets none.
describe("a timer of 10 ms keeps firing", () => {
  test("while 1 GB of a dense array is read", async () => {
    const { ticks, elapsed, size, sum } = await countTicks(dense, "toDense");
    expect([size, sum]).toEqual([side * side, 7 * side * side]);
    expect(ticks).toBeGreaterThan(elapsed / 10 / 5);
  }, 120_000);

  test("while 4 million cells of a sparse array are read and put in order", async () => {
    const { ticks, elapsed, size, sum } = await countTicks(sparse, "toSparse");
    expect([size, sum]).toEqual([cells, 7 * cells]);
    expect(ticks).toBeGreaterThan(elapsed / 10 / 5);
  }, 120_000);
});
