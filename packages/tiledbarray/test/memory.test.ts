import { ArrayHandle, ArraySchema, Query, Subarray } from "libtiledb";
import { beforeAll, describe, expect, test } from "vitest";
import { runChild } from "./run-child.js";
import { newPlace } from "./source.js";

/** 2^30 cells of 4 bytes: 4 GB. */
const side = 2 ** 15;
/** Rows that are written; the others are the attribute's fill value. */
const rows = 1024;
const fill = 3;
const fragments = 4;
const cells = 2 ** 21;
const [dense, sparse] = [newPlace(), newPlace()];

beforeAll(async () => {
  const dimensions = ["i", "j"].map(
    (name) => ({ name, datatype: "int32", domain: [0, side - 1], tile: 1024 }) as const,
  );
  const filters = [{ type: "zstd", level: 1 }] as const;
  await new ArraySchema({
    arrayType: "dense",
    dimensions,
    attributes: [{ name: "v", datatype: "int32", filters, fillValue: Uint8Array.of(fill, 0, 0, 0) }],
  }).create(dense);
  {
    await using array = await ArrayHandle.open(dense, "write");
    using subarray = new Subarray(array).addRange("i", 0, rows - 1).addRange("j", 0, side - 1);
    using query = new Query(array).setLayout("row-major").setSubarray(subarray);
    await query.setDataBuffer("v", new Int32Array(rows * side).fill(7)).submit();
  }
  // One tile, so that cells that come row by row are in TileDB's own order.
  await new ArraySchema({
    arrayType: "sparse",
    dimensions: dimensions.map((one) => ({ ...one, tile: side, filters })),
    attributes: [{ name: "v", datatype: "int32", filters }],
    capacity: 2 ** 16,
  }).create(sparse);
  for (let part = 0; part < fragments; part++) {
    await using array = await ArrayHandle.open(sparse, "write");
    using query = new Query(array).setLayout("unordered");
    const perRow = (cells * fragments) / side;
    query.setDataBuffer(
      "i",
      Int32Array.from({ length: cells }, (_, k) => Math.floor((part * cells + k) / perRow)),
    );
    query.setDataBuffer(
      "j",
      Int32Array.from({ length: cells }, (_, k) => (k % perRow) * (side / perRow)),
    );
    await query.setDataBuffer("v", new Int32Array(cells).fill(5)).submit();
  }
}, 120_000);

/** Opens an array in a new process and works on it; the most memory that the process had, in MB, and the result. */
function peakOf(uri: string, work: string): Promise<{ peak: number; result: unknown }> {
  return runChild(`
    const array = await TileDbArray.open(${JSON.stringify(uri)});
    const result = await (${work})(array);
    await array.close();
    return { peak: peak(), result };
  `);
}

describe("a statistic takes less than 300 MB", () => {
  const written = rows * side;
  test.each([
    ["the sum", "(array) => array.sum()", 7 * written + fill * (side * side - written)],
    ["means of columns", "async (array) => new Set((await array.mean({ axis: 0 })).data).size", 1],
  ])(
    "of 4 GB of a dense array: %s",
    async (_, work, expected) => {
      const { peak, result } = await peakOf(dense, work);
      expect(result).toBe(expected);
      expect(peak).toBeLessThan(300);
    },
    120_000,
  );

  test("of 8 million cells of a sparse array, in several fragments", async () => {
    const { peak, result } = await peakOf(sparse, "async (array) => [await array.sum(), array.size]");
    expect(result).toEqual([5 * fragments * cells, side * side]);
    expect(peak).toBeLessThan(300);
  }, 120_000);
});

test("what large reads leave is handed back after some seconds", async () => {
  const [before, after, count] = await runChild<[number, number, number]>(
    `const array = await TileDbArray.open(${JSON.stringify(sparse)});
    const read = async (subset) => (await array.subset(subset).toSparse()).nnz;
    await read([slice(0, 8)]);
    gc();
    const before = resident();
    const count = await read([slice(0, ${side})]);
    await array.close();
    gc();
    await rest(6000);
    gc();
    return [before, resident(), count];`,
    ["--expose-gc", "--min-semi-space-size=16"],
  );
  expect(count).toBe(fragments * cells);
  // Of other systems the figure says something else.
  if (process.platform === "linux") expect(after - before).toBeLessThan(60);
}, 120_000);
