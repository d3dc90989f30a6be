import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import type { Progress } from "../../src/base/options.js";
import { sizeOf } from "../../src/base/shape.js";
import { applyOverBlocks } from "../../src/blocks/apply-over-blocks.js";
import { applyOverDimension } from "../../src/blocks/apply-over-dimension.js";
import { type BlockPosition, blocks } from "../../src/blocks/blocks.js";
import { defaultBufferSize, setDefaultBufferSize } from "../../src/blocks/default-buffer-size.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import type { Grid } from "../../src/grid/grid.js";
import type { ExtractOptions, Seed } from "../../src/seed/seed.js";
import type { SeedSubset } from "../../src/subset/seed-subset.js";
import { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";

const code = (expected: string) => expect.objectContaining({ name: "DelayedArrayError", code: expected });

/** 0, 1, 2, … in C order. */
function counting(shape: readonly number[]): NdArray<"float64"> {
  return new NdArray({ data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => i), shape, dtype: "float64" });
}

const textOf = (position: BlockPosition): string => position.map(([start, end]) => `${start}:${end}`).join(", ");

const later = (milliseconds = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** An array in memory that answers late, in chunks of its own, and keeps a log of reads begun and ended. */
class SlowSeed implements Seed<"float64"> {
  readonly isSparse = false;
  readonly isMasked = false;
  readonly dtype = "float64";
  readonly log: string[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  constructor(
    readonly array: NdArray<"float64">,
    readonly chunks: number[],
    readonly wait: (signal: AbortSignal | undefined, read: number) => Promise<void> = () => later(),
  ) {}
  get shape(): readonly number[] {
    return this.array.shape;
  }
  chunkGrid(): Grid {
    return chunkShapeToGrid(this.chunks, this.shape, 10);
  }
  async extractDense(subset: SeedSubset, { signal }: ExtractOptions): Promise<NdArray<"float64">> {
    const read = this.signals.push(signal) - 1;
    this.log.push(`begin ${read}`);
    await this.wait(signal, read);
    this.log.push(`end ${read}`);
    return this.array.extractDense(subset);
  }
}

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
afterEach(async () => {
  await later(5);
  expect(unhandled).toEqual([]);
});

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

describe("reading ahead", () => {
  it("begins the next read before a block is worked on, and no more than that", async () => {
    const seed = new SlowSeed(counting([4]), [1]);
    await applyOverBlocks(
      seed,
      async (position) => {
        seed.log.push(`work ${position[0]![0]}`);
        await later(5);
        seed.log.push(`done ${position[0]![0]}`);
      },
      { bufferSize: 16 },
    );
    expect(seed.log).toEqual([
      "begin 0",
      "end 0",
      "begin 1",
      "work 0",
      "end 1",
      "done 0",
      "begin 2",
      "work 1",
      "end 2",
      "done 1",
      "begin 3",
      "work 2",
      "end 3",
      "done 2",
      "work 3",
      "done 3",
    ]);
  });

  it("does not where two blocks exceed the buffer", async () => {
    const seed = new SlowSeed(counting([4]), [2]);
    await applyOverBlocks(seed, async (position) => void seed.log.push(`work ${position[0]![0]}`), { bufferSize: 24 });
    expect(seed.log).toEqual(["begin 0", "end 0", "work 0", "begin 1", "end 1", "work 2"]);
  });

  it("keeps quiet about a read ahead that fails when the function fails first", async () => {
    const seed = new SlowSeed(counting([4]), [1], async (_, read) => {
      await later();
      if (read > 0) throw new Error("disk");
    });
    const failing = applyOverBlocks(
      seed,
      () => {
        throw new Error("callback");
      },
      { bufferSize: 16 },
    );
    await expect(failing).rejects.toThrow("callback");
    expect(seed.signals[1]!.aborted).toBe(true);
  });

  it("reports a read that fails", async () => {
    const seed = new SlowSeed(counting([4]), [1], async (_, read) => {
      await later();
      if (read === 2) throw new Error("disk");
    });
    const visited: number[] = [];
    await expect(
      applyOverBlocks(seed, (position) => visited.push(position[0]![0]), { bufferSize: 16 }),
    ).rejects.toThrow("disk");
    expect(visited).toEqual([0, 1]);
  });
});

describe("blocks", () => {
  it("is an async iterator", async () => {
    const starts: unknown[] = [];
    for await (const { position, block } of blocks(counting([5]), {
      grid: chunkShapeToGrid([1], [5], 1),
      bufferSize: 32,
    })) {
      expectTypeOf(block).toEqualTypeOf<NdArray<"float64">>();
      starts.push([position, block.toNested()]);
    }
    expect(starts).toEqual([
      [[[0, 2]], [0, 1]],
      [[[2, 4]], [2, 3]],
      [[[4, 5]], [4]],
    ]);
  });

  it("stops reading when the loop is left", async () => {
    const seed = new SlowSeed(counting([100]), [1]);
    for await (const { position } of blocks(seed, { bufferSize: 16 })) if (position[0]![0] === 1) break;
    expect(seed.signals.length).toBe(3);
    expect(seed.signals[2]!.aborted).toBe(true);
  });

  it("rejects on the first step, not when it is called", async () => {
    const iterator = blocks(counting([5]), { bufferSize: -1 });
    await expect(iterator.next()).rejects.toEqual(code("INVALID_ARGUMENT"));
  });
});

describe("abort", () => {
  const reason = new Error("enough");

  it("before the call reads nothing", async () => {
    const seed = new SlowSeed(counting([4]), [1]);
    await expect(applyOverBlocks(seed, () => 0, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(seed.log).toEqual([]);
  });

  it("between blocks rejects with the reason", async () => {
    const controller = new AbortController();
    const visited: number[] = [];
    const call = applyOverBlocks(
      counting([6]),
      (position) => {
        visited.push(position[0]![0]);
        if (position[0]![0] === 2) controller.abort(reason);
      },
      { grid: chunkShapeToGrid([1], [6], 1), bufferSize: 16, signal: controller.signal },
    );
    await expect(call).rejects.toBe(reason);
    expect(visited).toEqual([0, 1, 2]);
  });

  it("does not wait for a read that never ends, nor for a function", async () => {
    const controller = new AbortController();
    const stuck = new SlowSeed(counting([4]), [1], (_, read) => (read === 1 ? new Promise(() => {}) : later()));
    const reading = applyOverBlocks(stuck, () => 0, { bufferSize: 16, signal: controller.signal });
    const working = applyOverBlocks(counting([4]), () => new Promise(() => {}), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);
    await expect(reading).rejects.toBe(reason);
    await expect(working).rejects.toBe(reason);
    expect(stuck.signals[1]!.reason).toBe(reason);
  });

  it("gets through although all blocks are in memory", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 1);
    const endless = chunkShapeToGrid([1], [5e6], 1);
    const call = applyOverBlocks(new NdArray({ data: new Uint8Array(5e6), shape: [5e6], dtype: "uint8" }), () => 0, {
      grid: endless,
      bufferSize: 1,
      signal: controller.signal,
    });
    await expect(call).rejects.toBe(reason);
  });

  it("leaves no listener behind", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    }) as typeof add;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    }) as typeof remove;
    await applyOverBlocks(new SlowSeed(counting([6]), [1]), async () => later(), { bufferSize: 16, signal });
    expect(listeners).toBe(0);
  });
});

describe("onProgress", () => {
  it("tells blocks and bytes done", async () => {
    const steps: Progress[] = [];
    await applyOverBlocks(counting([5]), () => 0, {
      grid: chunkShapeToGrid([1], [5], 1),
      bufferSize: 32,
      onProgress: (step) => steps.push(step),
    });
    expect(steps).toEqual([
      { done: 1, total: 3, bytes: 16 },
      { done: 2, total: 3, bytes: 32 },
      { done: 3, total: 3, bytes: 40 },
    ]);
  });

  it("ends the call with what it throws", async () => {
    const onProgress = (): void => {
      throw new Error("stop here");
    };
    await expect(applyOverBlocks(counting([5]), () => 0, { onProgress })).rejects.toThrow("stop here");
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
