import { DelayedArrayError, type SeedSubsetEntry } from "delayedarray";
import { seedEntrySelection } from "delayedarray/internal";
import { type Layout, Query, Subarray } from "libtiledb";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { cellsOf, halve, planAxis, rangesOf } from "../src/axis-plan.js";
import { TileDbArray } from "../src/index.js";
import { planDense, readDense } from "../src/read-dense.js";
import type { Source } from "../src/source.js";
import { expectEqual } from "./fixtures.js";
import { pick, randomFrom } from "./naive.js";
import { errorOf, make, sourceOf } from "./source.js";

const shape = [37, 50, 400] as const;
const size = shape[0] * shape[1] * shape[2];
const whole = { dtype: "int32" as const, shape: [...shape], data: Int32Array.from({ length: size }, (_, i) => i) };
const sources: Source[] = [];

beforeAll(async () => {
  for (const cellOrder of ["row-major", "column-major"] satisfies Layout[]) {
    for (const tileOrder of ["row-major", "column-major"] satisfies Layout[]) {
      const uri = await make(
        {
          arrayType: "dense",
          dimensions: [
            { name: "i", datatype: "int64", domain: [-7n, 29n], tile: 10n },
            { name: "j", datatype: "int64", domain: [1n, 50n], tile: 7n },
            { name: "k", datatype: "int64", domain: [2n ** 60n, 2n ** 60n + 399n], tile: 64n },
          ],
          attributes: [{ name: "v", datatype: "int32", filters: [{ type: "zstd", level: 1 }] }],
          cellOrder,
          tileOrder,
        },
        { v: whole.data },
      );
      sources.push(await sourceOf(uri));
    }
  }
});

afterEach(() => vi.restoreAllMocks());

/** Selections as seeds get them, and the indices that they stand for. */
function request(entries: readonly (SeedSubsetEntry | null)[]) {
  const filled = entries.map((entry, axis) => entry ?? { start: 0, stop: shape[axis]!, step: 1 });
  const selections = filled.map(seedEntrySelection);
  const indices = selections.map((one) =>
    Array.from({ length: one.length }, (_, i) => (one.kind === "range" ? one.start + i * one.step : one.indices[i]!)),
  );
  return { selections, expected: pick(whole, indices) };
}

/** Increasing indices, about one in `every`. */
function scattered(extent: number, every: number, random: (below: number) => number): number[] {
  const list = Array.from({ length: extent }, (_, i) => i).filter(() => random(every) === 0);
  return list.length === 0 ? [extent - 1] : list;
}

describe("dense arrays of any order of cells and tiles", () => {
  test.each([0, 1, 2, 3])("are read in C order, in boxes of any size (%i)", async (which) => {
    const source = sources[which]!;
    const random = randomFrom(which);
    const tries: (SeedSubsetEntry | null)[][] = [
      [null, null, null],
      [{ start: 3, stop: 36, step: 1 }, null, { start: 0, stop: 400, step: 3 }],
      [
        [0, 36],
        [5, 49],
        [0, 200, 399],
      ],
      [null, [7], [0, 150, 151, 152, 399]],
      [[2, 3, 4, 30], null, null],
      [{ start: 1, stop: 37, step: 9 }, { start: 0, stop: 50, step: 2 }, [399]],
    ];
    for (let i = 0; i < 6; i++) {
      tries.push(
        [1 + random(9), 1 + random(9), 1 + random(200)].map((every, axis) => scattered(shape[axis]!, every, random)),
      );
    }
    for (const entries of tries) {
      const { selections, expected } = request(entries);
      for (const bufferBytes of [undefined, 2 ** 18, 4 * (500 + random(5000))]) {
        if (expected.data.length > 2 ** 18 && bufferBytes !== undefined && bufferBytes < 2 ** 14) continue;
        expectEqual(await readDense(source, selections, { bufferBytes }), expected);
      }
    }
  });

  test("are read tile by tile: no tile comes twice, and no piece is larger than the buffer", async () => {
    const [source] = sources as [Source];
    const submit = vi.spyOn(Query.prototype, "submit");
    const range = vi.spyOn(Subarray.prototype, "addRange");
    const { selections, expected } = request([null, null, null]);
    const bufferBytes = 4 * 10 * 50 * 400;
    expectEqual(await readDense(source, selections, { bufferBytes }), expected);
    expect(submit).toHaveBeenCalledTimes(4);
    const rows = range.mock.calls
      .filter(([axis]) => axis === 0)
      .map(([, first, last]) => [Number(first), Number(last)]);
    expect(rows).toEqual([
      [-7, 2],
      [3, 12],
      [13, 22],
      [23, 29],
    ]);
  });

  test("are read in one query when it all fits", async () => {
    const submit = vi.spyOn(Query.prototype, "submit");
    const { selections } = request([[0, 9, 20], null, [1, 2, 3]]);
    await readDense(sources[0]!, selections);
    expect(submit).toHaveBeenCalledTimes(1);
  });

  test("of which nothing is selected are not read", async () => {
    const submit = vi.spyOn(Query.prototype, "submit");
    const { selections, expected } = request([null, [], null]);
    expectEqual(await readDense(sources[0]!, selections), expected);
    expect(submit).not.toHaveBeenCalled();
  });

  test("are continued when TileDB gives only a part, whatever its reader", async () => {
    const { selections, expected } = request([[0, 1, 5, 30, 36], { start: 3, stop: 48, step: 1 }, [0, 1, 150, 399]]);
    for (const [config, most] of [
      [{ "sm.query.dense.reader": "legacy", "sm.memory_budget": "20000" }, 8000],
      [{ "sm.mem.total_budget": "3000000" }, undefined],
    ] as const) {
      const source = await sourceOf(sources[0]!.array.uri, { config });
      const submit = vi.spyOn(Query.prototype, "submit");
      expectEqual(await readDense(source, selections), expected);
      if (most !== undefined) expect(submit.mock.calls.length).toBeGreaterThan(1);
      submit.mockRestore();
      await source.array.close();
    }
  });

  test("that TileDB's memory budget does not allow to read at all are refused", async () => {
    const config = { "sm.query.dense.reader": "legacy", "sm.memory_budget": "2" };
    await using array = await TileDbArray.open(sources[0]!.array.uri, { config });
    const error = await errorOf(array.subset([[0], [1], [2, 3]]).toDense());
    expect(error).toBeInstanceOf(DelayedArrayError);
    expect((error as DelayedArrayError).code).toBe("LIMIT_EXCEEDED");
    expect((error as Error).message).toContain("memory budget");
  });
});

describe("the plan of a dense read", () => {
  const list = (indices: number[]) => seedEntrySelection(indices);

  test("reads the gap between near indices rather than two ranges", () => {
    const every2 = seedEntrySelection({ start: 0, stop: 2000, step: 2 });
    const box = planDense([every2, every2]);
    expect(box.map(({ segments }) => segments)).toEqual([1000, 1]);
    expect(cellsOf(box)).toBe(1000 * 1999);
  });

  test("reads nothing in between where indices are far apart", () => {
    const box = planDense([list([0, 10_000, 20_000]), list([5, 6, 1_000_000])]);
    expect(cellsOf(box)).toBe(9);
    expect(rangesOf(box)).toBe(6);
  });

  test("takes no room for each index of a long axis", () => {
    const box = planDense([seedEntrySelection({ start: 0, stop: 2 ** 52, step: 1 })]);
    expect(cellsOf(box)).toBe(2 ** 52);
    expect(rangesOf(box)).toBe(1);
  });
});

describe("a box that is cut", () => {
  const axis = (extent: number, tile: number | null, phase = 0) =>
    ({ name: "x", datatype: "int32", origin: 0n, extent, tile, phase, isWhole: true }) as const;

  test("covers the same indices in two halves, until only single ones are left", () => {
    const random = randomFrom(5);
    for (let round = 0; round < 50; round++) {
      const axes = [axis(100, 1 + random(30), 0), axis(60, null)];
      const indices = [scattered(100, 1 + random(5), random), scattered(60, 1 + random(5), random)];
      const plans = indices.map((one) => planAxis(seedEntrySelection(one), random(6)));
      const seen: string[] = [];
      const boxes = [plans as readonly (typeof plans)[number][]];
      for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
        const halves = halve(box, axes);
        if (halves !== undefined) boxes.push(halves[1], halves[0]);
        else seen.push(box.map((plan) => plan.first(0)).join());
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe(indices[0]!.length * indices[1]!.length);
    }
  });

  test("is cut between tiles, also where the axis starts inside one", () => {
    const box = [planAxis(seedEntrySelection({ start: 0, stop: 100, step: 1 }), 0)];
    const halves = halve(box, [axis(100, 30, 7)]);
    expect(halves?.map(([plan]) => [plan?.from, plan?.to])).toEqual([
      [0, 53],
      [53, 100],
    ]);
  });
});
