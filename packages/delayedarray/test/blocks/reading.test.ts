import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import type { Progress } from "../../src/base/options.js";
import { applyOverBlocks } from "../../src/blocks/apply-over-blocks.js";
import { blocks } from "../../src/blocks/blocks.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import { wrap } from "../../src/index.js";
import type { Seed } from "../../src/seed/seed.js";
import { NdArray } from "../../src/values/nd-array.js";
import { code, counting, later, SlowSeed } from "./support.js";

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
afterEach(async () => {
  await later(5);
  expect(unhandled).toEqual([]);
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

  it("of what is read at once is what a seed tells, or a single step", async () => {
    const array = counting([4]);
    const telling: Seed<"float64"> = {
      shape: [4],
      dtype: "float64",
      isSparse: false,
      isMasked: false,
      chunkGrid: () => chunkShapeToGrid([2], [4], 1),
      extractDense(subset, { onProgress }) {
        onProgress?.({ done: 1, total: 2, bytes: 16 });
        onProgress?.({ done: 2, total: 2, bytes: 32 });
        return array.extractDense(subset);
      },
    };
    const steps: Progress[] = [];
    const onProgress = (step: Progress): unknown => steps.push(step);
    await wrap(telling).toDense({ onProgress });
    await wrap(array).toDense({ onProgress });
    // Of several arrays, each could only speak for itself.
    await wrap(telling).add(1).toDense({ onProgress });
    expect(steps.map(({ done, total, bytes }) => [done, total, bytes])).toEqual([
      [1, 2, 16],
      [2, 2, 32],
      [1, 1, 32],
      [1, 1, 32],
    ]);
  });

  it("ends the call with what it throws", async () => {
    const onProgress = (): void => {
      throw new Error("stop here");
    };
    await expect(applyOverBlocks(counting([5]), () => 0, { onProgress })).rejects.toThrow("stop here");
  });
});
