import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { applyOverBlocks } from "../../src/blocks/apply-over-blocks.js";
import { applyOverDimension } from "../../src/blocks/apply-over-dimension.js";
import type { BlockPosition } from "../../src/blocks/blocks.js";
import { defaultBufferSize, setDefaultBufferSize } from "../../src/blocks/default-buffer-size.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { code, counting, later, textOf } from "./support.js";

describe("applyOverBlocks", () => {
  it("calls with position and block, first axis fastest, and collects in order", async () => {
    const x = counting([4, 6]);
    const grid = chunkShapeToGrid([2, 3], [4, 6], 1);
    const results = await applyOverBlocks(
      x,
      (position, block) => `${textOf(position)} holds ${JSON.stringify(block.toNested())}`,
      { grid, bufferSize: 2 * 6 * 8 },
    );
    expect(results).toEqual([
      "0:2, 0:3 holds [[0,1,2],[6,7,8]]",
      "2:4, 0:3 holds [[12,13,14],[18,19,20]]",
      "0:2, 3:6 holds [[3,4,5],[9,10,11]]",
      "2:4, 3:6 holds [[15,16,17],[21,22,23]]",
    ]);
  });

  it("covers each cell once, with blocks within the buffer", async () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 600 }),
        async (shape, chunks, bufferSize) => {
          const x = counting(shape);
          const grid = chunkShapeToGrid(chunks.slice(0, shape.length), shape, 1);
          const seen: number[] = [];
          let most = 0;
          await applyOverBlocks(
            x,
            (position, block) => {
              expect(block.shape).toEqual(position.map(([start, end]) => end - start));
              expect([block.offset, block.data.length]).toEqual([0, block.size]);
              most = Math.max(most, block.nbytes);
              seen.push(...block.data);
            },
            { grid, bufferSize },
          );
          expect(seen.sort((a, b) => a - b)).toEqual([...x.data]);
          expect(most).toBeLessThanOrEqual(Math.max(8, bufferSize));
        },
      ),
    );
  });

  it("works on 0-d arrays: one block; on empty ones: none", async () => {
    expect(await applyOverBlocks(ndarray(5), (position, block) => [position, block.get()])).toEqual([[[], 5]]);
    expect(await applyOverBlocks(counting([3, 0, 2]), () => 1)).toEqual([]);
  });

  it("uses all of the buffer where half of it does not hold a chunk", async () => {
    const x = counting([12]);
    const extents = (chunk: number, elements: number): Promise<number[]> =>
      applyOverBlocks(x, (_, block) => block.size, {
        grid: chunkShapeToGrid([chunk], [12], 1),
        bufferSize: elements * 8,
      });
    expect(await extents(3, 6)).toEqual([3, 3, 3, 3]);
    expect(await extents(4, 6)).toEqual([4, 4, 4]);
    expect(await extents(12, 5)).toEqual([5, 5, 2]);
    expect(await extents(1, 12)).toEqual([12]);
  });

  it("charges sparse arrays their dense size, and gives sparse blocks only when asked", async () => {
    const x = SparseNdarray.fromDense(
      ndarray([
        [0, 1, 0, 2, 0, 0],
        [3, 0, 0, 0, 0, 4],
      ]),
    );
    // Room for eight elements, so for two columns and the two that are read ahead.
    const bufferSize = 2 * 4 * 8;
    const dense = await applyOverBlocks(x, (_, block) => [block instanceof NdArray, block.shape], { bufferSize });
    expect(dense).toEqual([
      [true, [2, 2]],
      [true, [2, 2]],
      [true, [2, 2]],
    ]);
    const sparse = await applyOverBlocks(
      x,
      (_, block) => (block instanceof SparseNdarray ? [block.shape, block.nnz] : null),
      { allowSparse: true, bufferSize },
    );
    expect(sparse).toEqual([
      [[2, 2], 2],
      [[2, 2], 1],
      [[2, 2], 1],
    ]);
    expect(
      await applyOverBlocks(ndarray([1, 0]), (_, block) => block instanceof NdArray, { allowSparse: true }),
    ).toEqual([true]);
  });

  it("charges missing entries a byte", async () => {
    const x = ndarray([1, 2, 3, 4, 5, 6], null, "uint8", { mask: [0, 1, 0, 0, 0, 0] });
    expect(
      await applyOverBlocks(x, (_, block) => block.toNested(), { grid: chunkShapeToGrid([1], [6], 1), bufferSize: 8 }),
    ).toEqual([
      [1, null],
      [3, 4],
      [5, 6],
    ]);
  });

  it("gives blocks that share no memory with the array", async () => {
    const x = counting([4]);
    await applyOverBlocks(x, (_, block) => block.data.fill(-1));
    expect([...x.data]).toEqual([0, 1, 2, 3]);
  });

  it("takes functions that return promises, one at a time", async () => {
    let running = 0;
    const results = await applyOverBlocks(
      counting([6]),
      async (position) => {
        expect(++running).toBe(1);
        await later();
        running--;
        return position[0]![0];
      },
      { grid: chunkShapeToGrid([1], [6], 1), bufferSize: 32 },
    );
    expect(results).toEqual([0, 2, 4]);
  });

  it("refuses a grid of another shape, and arguments of the wrong kind, by rejecting", async () => {
    const x = counting([4, 6]);
    const grid = chunkShapeToGrid([2, 3], [4, 5], 1);
    await expect(applyOverBlocks(x, () => 0, { grid })).rejects.toThrow(
      "the grid is for an array of shape <4 x 5>, but the array has shape <4 x 6>",
    );
    await expect(applyOverBlocks(x, () => 0, { grid })).rejects.toEqual(code("SHAPE_MISMATCH"));
    for (const bufferSize of [0, -5, Number.NaN, Number.POSITIVE_INFINITY, "1" as never]) {
      await expect(applyOverBlocks(x, () => 0, { bufferSize })).rejects.toEqual(code("INVALID_ARGUMENT"));
    }
    await expect(applyOverBlocks(x, undefined as never)).rejects.toEqual(code("INVALID_ARGUMENT"));
    for (const bad of [null, undefined, 5, {}, [1, 2]]) {
      await expect(applyOverBlocks(bad as never, () => 0)).rejects.toEqual(code("INVALID_ARGUMENT"));
    }
  });

  it("knows the type of its blocks", async () => {
    const x = counting([2]);
    await applyOverBlocks(x, (position, block) => {
      expectTypeOf(position).toEqualTypeOf<BlockPosition>();
      expectTypeOf(block).toEqualTypeOf<NdArray<"float64">>();
    });
    const lengths = await applyOverBlocks(
      x,
      async (_, block) => {
        expectTypeOf(block).toEqualTypeOf<NdArray<"float64"> | SparseNdarray<"float64">>();
        return "a";
      },
      { allowSparse: true },
    );
    expectTypeOf(lengths).toEqualTypeOf<string[]>();
    await applyOverDimension(x, 0, (_, block) => expectTypeOf(block).toEqualTypeOf<NdArray<"float64">>(), {
      bufferSize: 8,
    });
  });
});

describe("applyOverDimension", () => {
  it("cuts one axis and takes the others whole", async () => {
    const x = counting([3, 4]);
    const grid = chunkShapeToGrid([2, 2], [3, 4], 1);
    const call = (axis: number): Promise<string[]> =>
      applyOverDimension(x, axis, (position, block) => `${textOf(position)} is ${block.shape.join(" x ")}`, {
        grid,
        bufferSize: 11 * 8,
      });
    expect(await call(1)).toEqual(["0:3, 0:2 is 3 x 2", "0:3, 2:4 is 3 x 2"]);
    expect(await call(0)).toEqual(["0:2, 0:4 is 2 x 4", "2:3, 0:4 is 1 x 4"]);
    expect(await call(-1)).toEqual(await call(1));
  });

  it("gives single slices where even one exceeds the buffer", async () => {
    expect(await applyOverDimension(counting([3, 4]), 0, (_, block) => block.shape, { bufferSize: 1 })).toEqual([
      [1, 4],
      [1, 4],
      [1, 4],
    ]);
  });

  it("refuses what is not an axis", async () => {
    await expect(applyOverDimension(counting([3]), 5, () => 0)).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(applyOverDimension(ndarray(1), 0, () => 0)).rejects.toEqual(code("INVALID_ARGUMENT"));
  });
});

describe("the default buffer", () => {
  it("is 100 MB, and can be set", async () => {
    expect(defaultBufferSize()).toBe(100_000_000);
    const previous = setDefaultBufferSize(16);
    try {
      expect(previous).toBe(100_000_000);
      expect(await applyOverBlocks(counting([2, 2]), (_, block) => block.size)).toEqual([2, 2]);
    } finally {
      expect(setDefaultBufferSize(previous)).toBe(16);
    }
    for (const bytes of [0, -5, Number.NaN, "8" as never])
      expect(() => setDefaultBufferSize(bytes)).toThrow(code("INVALID_ARGUMENT"));
    expect(defaultBufferSize()).toBe(100_000_000);
  });
});
