import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Progress } from "../../src/base/options.js";
import { blockReduce, stop } from "../../src/blocks/block-reduce.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import type { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { code, counting, later, SlowSeed, textOf } from "./support.js";

const ones = chunkShapeToGrid([1], [6], 1);

describe("blockReduce", () => {
  it("takes block after block, first axis fastest, into what the last call gave", async () => {
    const x = counting([4, 6]);
    const grid = chunkShapeToGrid([2, 3], [4, 6], 1);
    const text = await blockReduce(
      x,
      (all, position, block) => `${all}, ${textOf(position)}: ${block.get(0, 0)}`,
      "at",
      {
        grid,
        bufferSize: 2 * 6 * 8,
      },
    );
    expect(text).toBe("at, 0:2, 0:3: 0, 2:4, 0:3: 12, 0:2, 3:6: 3, 2:4, 3:6: 15");
  });

  it("sees every element once, whatever the blocks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 500 }),
        fc.boolean(),
        async (shape, bufferSize, readAhead) => {
          const x = counting(shape);
          const total = await blockReduce(x, (sum, _, block) => block.data.reduce((a, b) => a + b, sum), 0, {
            bufferSize,
            readAhead,
          });
          expect(total).toBe(x.data.reduce((a, b) => a + b, 0));
        },
      ),
    );
  });

  it("of an empty array is what it begins with; a 0-d array has one block", async () => {
    expect(await blockReduce(counting([3, 0]), () => 1, 0)).toBe(0);
    expect(
      await blockReduce(ndarray(5), (sum, position, block) => [...sum, position, block.get()], [0] as unknown[]),
    ).toEqual([0, [], 5]);
  });

  it("waits for functions that are not done yet, one at a time", async () => {
    const log: string[] = [];
    const last = await blockReduce(
      counting([3]),
      async (before, position) => {
        log.push(`begin ${position[0]![0]} after ${before}`);
        await later(3);
        log.push("end");
        return position[0]![0];
      },
      -1,
      { grid: chunkShapeToGrid([1], [3], 1), bufferSize: 16 },
    );
    expect([last, log]).toEqual([2, ["begin 0 after -1", "end", "begin 1 after 0", "end", "begin 2 after 1", "end"]]);
  });

  it("gives sparse blocks when asked", async () => {
    const x = SparseNdarray.fromDense(
      ndarray([
        [0, 1, 0],
        [2, 0, 0],
      ]),
    );
    const options = { allowSparse: true, bufferSize: 32 };
    const kinds = await blockReduce(
      x,
      (all, _, block) => {
        expectTypeOf(block).toMatchTypeOf<NdArray | SparseNdarray>();
        return [...all, block instanceof SparseNdarray ? block.nnz : "dense"];
      },
      [] as (number | string)[],
      options,
    );
    expect(kinds.length).toBeGreaterThan(1);
    expect(kinds.reduce((a, b) => Number(a) + Number(b), 0)).toBe(2);
    const dense = await blockReduce(x, (all, _, block) => all && !(block instanceof SparseNdarray), true);
    expect(dense).toBe(true);
  });

  it("has the accumulator's type", () => {
    const x = counting([2]);
    expectTypeOf(blockReduce(x, (n) => n + 1, 0)).resolves.toEqualTypeOf<number>();
    expectTypeOf(
      blockReduce(x, (n, _, { size }) => (size > 1 ? stop(n) : n + size), 0),
    ).resolves.toEqualTypeOf<number>();
    expectTypeOf(
      blockReduce<number[] | null, "float64">(x, async (_, [axis]) => stop(axis!), null),
    ).resolves.toEqualTypeOf<number[] | null>();
  });
});

describe("stop", () => {
  it("ends the reduction: no further read begins, and the one under way is aborted", async () => {
    const seed = new SlowSeed(counting([6]), [1]);
    const visited: number[] = [];
    const result = await blockReduce(
      seed,
      (sum, position, block) => {
        visited.push(position[0]![0]);
        return visited.length === 3 ? stop(`${sum} and out`) : `${sum} ${block.get(0)}`;
      },
      "begin",
      { bufferSize: 16 },
    );
    expect([result, visited]).toEqual(["begin 0 1 and out", [0, 1, 2]]);
    await later(20);
    expect(seed.signals.map((signal) => signal!.aborted)).toEqual([true, true, true, true]);
    expect(seed.log.filter((line) => line.startsWith("begin"))).toEqual(["begin 0", "begin 1", "begin 2", "begin 3"]);
  });

  it("with readAhead: false, reads no block that the function does not get", async () => {
    for (const wait of [false, true]) {
      const seed = new SlowSeed(counting([24]), [2]);
      const result = await blockReduce(
        seed,
        (n) => {
          const next = n === 2 ? stop(3) : n + 1;
          return wait ? later(2).then(() => next) : next;
        },
        0,
        { bufferSize: 32, readAhead: false },
      );
      await later(20);
      expect([result, seed.log]).toEqual([3, ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]]);
    }
  });

  it("in the first block reads one block; never, all of them", async () => {
    const options = { bufferSize: 32, readAhead: false };
    const first = new SlowSeed(counting([24]), [2]);
    expect(await blockReduce(first, () => stop("seen"), "not seen", options)).toBe("seen");
    expect(first.signals.length).toBe(1);
    const all = new SlowSeed(counting([24]), [2]);
    expect(await blockReduce(all, (n) => n + 1, 0, options)).toBe(6);
    expect(all.signals.length).toBe(6);
  });

  it("of another copy of the package is understood", async () => {
    const foreign = { result: 7, [Symbol.for("delayedarray.Stop")]: true };
    expect(await blockReduce(counting([6]), () => foreign as never, 0, { grid: ones, bufferSize: 16 })).toBe(7);
  });
});

describe("blockReduce, as every call over blocks", () => {
  it("tells blocks and bytes done", async () => {
    const steps: Progress[] = [];
    await blockReduce(counting([6]), () => 0, 0, {
      grid: ones,
      bufferSize: 32,
      onProgress: (step) => steps.push(step),
    });
    expect(steps).toEqual([
      { done: 1, total: 3, bytes: 16 },
      { done: 2, total: 3, bytes: 32 },
      { done: 3, total: 3, bytes: 48 },
    ]);
  });

  it("rejects with the reason of the signal: before, between blocks, and while the function works", async () => {
    const reason = new Error("enough");
    const seed = new SlowSeed(counting([6]), [1]);
    await expect(blockReduce(seed, () => 0, 0, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(seed.log).toEqual([]);
    const controller = new AbortController();
    const between = blockReduce(
      seed,
      (n) => {
        if (n === 1) controller.abort(reason);
        return n + 1;
      },
      0,
      { bufferSize: 16, signal: controller.signal },
    );
    await expect(between).rejects.toBe(reason);
    expect(seed.signals.length).toBeLessThanOrEqual(3);
    const other = new AbortController();
    setTimeout(() => other.abort(reason), 5);
    const stuck = blockReduce(counting([6]), () => new Promise<number>(() => {}), 0, { signal: other.signal });
    await expect(stuck).rejects.toBe(reason);
  });

  it("rejects with what the function throws, and refuses what is none", async () => {
    const failing = blockReduce(
      counting([2]),
      () => {
        throw new Error("no");
      },
      0,
    );
    await expect(failing).rejects.toThrow("no");
    await expect(blockReduce(counting([2]), 5 as never, 0)).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(blockReduce(5 as never, () => 0, 0)).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(blockReduce(counting([2]), () => 0, 0, { bufferSize: 0 })).rejects.toEqual(code("INVALID_ARGUMENT"));
    await expect(blockReduce(counting([2]), () => 0, 0, { grid: ones })).rejects.toEqual(code("SHAPE_MISMATCH"));
  });
});
