import { blockReduce, ndarray, SparseNdarray as Sparse, type SparseNdarray } from "delayedarray";
import { describe, expect, test } from "vitest";
import { TileDbArray } from "../src/index.js";
import { pieceExtents, pieceTicks } from "../src/tile-pieces.js";
import { make } from "./source.js";

const axes = (...extents: number[]) => extents.map((extent) => ({ extent, tile: null }));

describe("tiles that are too large for a block", () => {
  test("are cut across the axis along which cells are stored last", () => {
    expect(pieceExtents(axes(8192, 4096), "row-major")).toEqual([1024, 4096]);
    expect(pieceExtents(axes(8192, 4096), "column-major")).toEqual([8192, 512]);
    expect(pieceExtents(axes(4096, 16384), "hilbert")).toEqual([1024, 4096]);
    expect(pieceExtents(axes(2, 8192, 8192), "row-major")).toEqual([1, 512, 8192]);
    expect(pieceExtents(axes(2 ** 40, 2 ** 40), "row-major")).toEqual([1, 2 ** 22]);
  });

  test("are left whole where they are not too large", () => {
    expect(pieceExtents(axes(2048, 2048), "row-major")).toEqual([2048, 2048]);
    expect(pieceExtents(axes(0, 2 ** 40), "hilbert")).toEqual([0, 2 ** 40]);
    const tiled = [
      { extent: 1e9, tile: 100 },
      { extent: 1e9, tile: 100 },
    ];
    expect(pieceExtents(tiled, "column-major")).toEqual([100, 100]);
  });

  test("begin anew with a piece, as long as there are not too many to be written out", () => {
    expect(Array.from(pieceTicks(10, 4, 25))).toEqual([4, 8, 10, 14, 18, 20, 24, 25]);
    expect(Array.from(pieceTicks(10, 10, 25))).toEqual([10, 20, 25]);
    expect(Array.from(pieceTicks(null, 10, 25))).toEqual([10, 20, 25]);
    expect(pieceTicks(null, 25, 25)).toEqual([25]);
    expect(pieceTicks(2 ** 20, 2 ** 10, 2 ** 50).length).toBe(2 ** 30);
    expect(pieceTicks(null, 1, 2 ** 53 - 1).at(-1)).toBe(2 ** 53 - 1);
  });
});

test.each(["row-major", "column-major", "hilbert"] as const)(
  "blocks of an array of one large tile in %s order are all of it",
  async (cellOrder) => {
    const [rows, columns] = [6000, 5000];
    const at = Array.from({ length: 5000 }, (_, k) => (k * 7_368_787) % (rows * columns));
    const i = Int32Array.from(at, (place) => Math.floor(place / columns));
    const j = Int32Array.from(at, (place) => place % columns);
    const dimensions = [rows, columns].map(
      (extent, axis) => ({ name: "ij"[axis]!, datatype: "int32", domain: [0, extent - 1], tile: extent }) as const,
    );
    const uri = await make(
      { arrayType: "sparse", dimensions, attributes: [{ name: "v", datatype: "int32" }], cellOrder },
      { i, j, v: Int32Array.from(at, (_, k) => k + 1) },
    );
    await using array = await TileDbArray.open<"int32">(uri);
    const found = ndarray(new Int32Array(5000), [5000]);
    const count = await blockReduce(
      array,
      (blocks, position, block) => {
        const { coords, data } = (block as SparseNdarray<"int32">).toCoo();
        data.forEach((value, entry) => {
          const place = coords.reduce(
            (sum, one, axis) => sum * array.shape[axis]! + one[entry]! + position[axis]![0],
            0,
          );
          if (place === at[value - 1]) found.data[value - 1]!++;
        });
        expect(block).toBeInstanceOf(Sparse);
        return blocks + 1;
      },
      0,
      { allowSparse: true, bufferSize: 2 ** 25 },
    );
    expect(found.data).toEqual(new Int32Array(5000).fill(1));
    expect(count).toBeGreaterThan(4);
  },
);
