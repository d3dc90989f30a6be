import { log1p, NdArray, slice } from "delayedarray";
import { seedEntrySelection, selectionIndices } from "delayedarray/internal";
import { checkSeed } from "delayedarray/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeArray, fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray } from "../src/index.js";
import { axisGroups, seenChunks } from "../src/seeds/reshape-groups.js";
import { groupParts } from "../src/seeds/reshape-parts.js";
import { errorOf, expected } from "./helpers.js";

const open = (file: string, dataset: string, reshape: number[], nativeOrder = true) =>
  Hdf5DenseArray.open(fixture("hdf5", file), dataset, { reshape, nativeOrder });

/** The same elements, in the order of the file, under another shape: NumPy's `reshape`. */
function seenAs(file: string, dataset: string, shape: number[]): NdArray {
  const one = expected.dense.find((other) => other.file === file && other.dataset === dataset)!;
  return new NdArray({ ...decodeArray(one.array), shape, mask: undefined } as never);
}

const CASES: [file: string, dataset: string, shapes: number[][]][] = [
  ["layouts.h5", "chunks_4x5", [[143], [13, 11], [11, 13, 1], [1, 11, 1, 13]]],
  ["layouts.h5", "chunks_1x13", [[143], [13, 11]]],
  ["layouts.h5", "partly_written", [[143], [13, 11]]],
  ["layouts.h5", "grown", [[72], [8, 9], [3, 3, 8], [9, 2, 4], [6, 12], [2, 36]]],
  ["ranks.h5", "chunked/2x3x4x5", [[6, 20], [120], [2, 12, 5], [4, 3, 10], [2, 3, 2, 2, 5], [24, 5], [15, 8]]],
  ["ranks.h5", "chunked/1x7x1x9", [[7, 9], [63], [9, 7], [7, 3, 3]]],
  ["ranks.h5", "chunked/2x0x4", [[0], [8, 0], [2, 4, 0]]],
];

describe("a dataset under another shape", () => {
  const each = CASES.flatMap(([file, dataset, shapes]) => shapes.map((shape) => [file, dataset, shape] as const));
  test.each(each)("%s %s as %j", async (file, dataset, shape) => {
    await checkSeed(async () => (await open(file, dataset, shape)).seed, seenAs(file, dataset, shape));
    // In R's order the first index is the fastest.
    const reversed = shape.toReversed();
    const inR = seenAs(file, dataset, shape).T;
    await checkSeed(async () => (await open(file, dataset, reversed, false)).seed, inR);
  });

  test("one extent is worked out; names, dtype, operations, recipes go on as before", async () => {
    await using array = await open("layouts.h5", "chunks_4x5", [-1]);
    expect([array.shape, array.dtype, String(array)]).toEqual([
      [143],
      "int32",
      "<143> Hdf5DenseArray object of type 'int32'",
    ]);
    const whole = seenAs("layouts.h5", "chunks_4x5", [143]);
    expect((await array.subset([slice(10, 40, 3)]).toDense()).toNested()).toEqual(
      Array.from({ length: 10 }, (_, i) => whole.get(10 + 3 * i)),
    );
    expect(await log1p(array.abs()).count()).toBe(143);
    expect(array.seed.recipe().arguments).toMatchObject({ reshape: [143], nativeOrder: true });
  });

  test("of strings", async () => {
    const { strings } = readJson<{ strings: { dataset: string; values: string[] }[] }>("hdf5", "strings.json");
    for (const dataset of ["variable_rank3", "fixed_rank3"]) {
      const { values } = strings.find((one) => one.dataset === dataset)!;
      const reference = new NdArray({ data: values, shape: [4, 15], dtype: "string" });
      await checkSeed(async () => (await open("strings.h5", dataset, [4, 15])).seed, reference);
    }
  });

  test("sizes that differ, and what is no shape", async () => {
    const other = await errorOf(open("layouts.h5", "chunks_4x5", [7, 20]));
    expect([other.code, other.message]).toEqual([
      "SHAPE_MISMATCH",
      expect.stringContaining("cannot reshape <11 x 13> (143 elements) into [7, 20]"),
    ]);
    expect(await errorOf(open("layouts.h5", "chunks_4x5", [1.5]))).toMatchObject({ code: "SHAPE_MISMATCH" });
    expect(await errorOf(open("layouts.h5", "chunks_4x5", 143 as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("groups of axes", () => {
  test.each([
    [
      [2, 3, 5],
      [6, 5],
      ["2,3 -> 6", "5 -> 5"],
    ],
    [
      [6, 5],
      [2, 3, 5],
      ["6 -> 2,3", "5 -> 5"],
    ],
    [[4, 6], [6, 4], ["4,6 -> 6,4"]],
    [[1, 5, 1], [5], ["1 -> ", "5 -> 5", "1 -> "]],
    [[5], [1, 5, 1], [" -> 1", "5 -> 5", " -> 1"]],
    [[], [1], [" -> 1"]],
    [
      [4, 3, 2, 10],
      [12, 20],
      ["4,3 -> 12", "2,10 -> 20"],
    ],
  ])("%j as %j", (stored, seen, groups) => {
    expect(axisGroups(stored, seen).map((group) => `${group.stored} -> ${group.seen}`)).toEqual(groups);
  });

  test("chunks of the view", () => {
    expect(seenChunks(axisGroups([100, 50], [5000]), [10, 20])).toEqual([500]);
    expect(seenChunks(axisGroups([5000], [100, 50]), [500])).toEqual([10, 50]);
    expect(seenChunks(axisGroups([4, 100, 7], [400, 7]), [1, 30, 2])).toEqual([30, 2]);
  });
});

test("what is read of a group holds all that is wanted, each once, and of runs nothing else", () => {
  const shapes = fc.constantFrom<[number[], number[]]>(
    [[4, 6], [24]],
    [[24], [4, 6]],
    [
      [4, 6],
      [6, 4],
    ],
    [
      [2, 3, 4],
      [4, 6],
    ],
    [[5, 3, 2], [30]],
    [
      [12, 2],
      [3, 8],
    ],
  );
  const entries = (extent: number) =>
    fc.oneof(
      fc.record({
        start: fc.nat(extent - 1),
        length: fc.integer({ min: 1, max: extent }),
        step: fc.integer({ min: 1, max: 3 }),
      }),
      fc.uniqueArray(fc.nat(extent - 1), { minLength: 1 }).map((list) => list.sort((a, b) => a - b)),
    );
  const cases = shapes.chain(([stored, seen]) =>
    fc.record({
      stored: fc.constant(stored),
      seen: fc.constant(seen),
      asked: fc.tuple(...seen.map(entries)),
      band: fc.integer({ min: 1, max: 3 }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ stored, seen, asked, band }) => {
      const selections = asked.map((entry, axis) => {
        if (Array.isArray(entry)) return seedEntrySelection(entry);
        const length = Math.min(entry.length, Math.ceil((seen[axis]! - entry.start) / entry.step));
        return seedEntrySelection({
          start: entry.start,
          stop: entry.start + (length - 1) * entry.step + 1,
          step: entry.step,
        });
      });
      // The plain way: the position of every element that is selected.
      let wanted = [0];
      selections.forEach((selection, axis) => {
        const indices = Array.from(selectionIndices(selection));
        wanted = wanted.flatMap((at) => indices.map((index) => at * seen[axis]! + index));
      });
      const isRun = wanted.every((position, i) => position === wanted[0]! + i);
      const found = new Array<number>(wanted.length).fill(-1);
      let read = 0;
      for (const part of groupParts(axisGroups(stored, seen)[0]!, selections, band)) {
        let box = [0];
        part.entries.forEach((entry, axis) => {
          const indices = Array.from(selectionIndices(seedEntrySelection(entry)));
          box = box.flatMap((at) => indices.map((index) => at * stored[axis]! + index));
        });
        expect(box.length).toBe(part.size);
        read += part.size;
        const from = Array.from(selectionIndices(seedEntrySelection(part.from)));
        const to = Array.from(selectionIndices(seedEntrySelection(part.to)));
        expect(from.length).toBe(to.length);
        to.forEach((place, k) => {
          expect(found[place]).toBe(-1);
          found[place] = box[from[k]!]!;
        });
      }
      expect(found).toEqual(wanted);
      if (isRun) expect(read).toBe(wanted.length);
    }),
    { numRuns: 2000 },
  );
});
