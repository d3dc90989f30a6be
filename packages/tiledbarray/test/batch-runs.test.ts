import type { TypedArray } from "delayedarray";
import { describe, expect, test } from "vitest";
import { appendRuns, type BatchRuns, dropRuns, sortBatch } from "../src/batch-runs.js";
import { randomFrom } from "./naive.js";

const FIBRES = 7;
const EXTENT = 1000;

/** Batches whose entries are in order of their index, as TileDB gives them; fibre 3 has none. */
function batches(make: (length: number) => TypedArray, hasFlags: boolean, random: (below: number) => number) {
  let position = 0;
  return [40, 1, 25].map((length) => {
    const data = make(length);
    new Uint8Array(data.buffer).forEach((_, i, bytes) => {
      bytes[i] = random(256);
    });
    return {
      index: Int32Array.from({ length }, () => position++),
      fibre: Int32Array.from({ length }, () => [0, 1, 2, 4, 5, 6][random(6)]!),
      data,
      flags: hasFlags ? Uint8Array.from({ length }, () => random(2)) : undefined,
    };
  });
}

/** What of all batches belongs to a fibre, one text for each entry. */
function fibresOf(all: ReturnType<typeof batches>): string[][] {
  return Array.from({ length: FIBRES }, (_, fibre) =>
    all.flatMap(({ index, fibre: fibres, data, flags }) =>
      Array.from(index).flatMap((at, i) => (fibres[i] === fibre ? [textOf(at, data, i, flags?.[i])] : [])),
    ),
  );
}

function textOf(index: number, data: TypedArray, i: number, flag: number | undefined): string {
  const each = data.BYTES_PER_ELEMENT;
  const bytes = Buffer.from(data.buffer, data.byteOffset + i * each, each).toString("hex");
  return `${index} ${bytes} ${flag}`;
}

function joined(runs: readonly BatchRuns[], to: Parameters<typeof appendRuns>[3], extent = EXTENT) {
  const first = new Float64Array(FIBRES + 1);
  for (const { starts } of runs)
    starts.forEach((start, i) => {
      first[i]! += start;
    });
  const next = Int32Array.from(first.subarray(0, FIBRES));
  const increase = runs.map((one) => appendRuns(one, next, first, to, extent));
  return { first, increase };
}

describe.each([false, true])("with flags: %s", (hasFlags) => {
  test.each<[string, (length: number) => TypedArray]>([
    ["1 byte", (length) => new Int8Array(length)],
    ["2 bytes", (length) => new Uint16Array(length)],
    ["4 bytes", (length) => new Float32Array(length)],
    ["8 bytes", (length) => new Float64Array(length)],
    ["8 bytes, as integers", (length) => new BigUint64Array(length)],
  ])("batches become fibres, bit by bit: values of %s", (_, make) => {
    const all = batches(make, hasFlags, randomFrom(5));
    // Twice, since memory of the first time is used again.
    for (const room of [0, 64]) {
      const runs = all.map(({ fibre, ...entries }) => sortBatch(entries, fibre, FIBRES, room)!);
      const to = { index: new Int32Array(66), data: make(66), flags: hasFlags ? new Uint8Array(66) : undefined };
      const { first, increase } = joined(runs, to);
      expect(increase).toEqual([true, true, true]);
      const found = Array.from({ length: FIBRES }, (_, fibre) =>
        Array.from({ length: first[fibre + 1]! - first[fibre]! }, (_, i) => first[fibre]! + i).map((at) =>
          textOf(to.index[at]!, to.data, at, to.flags?.[at]),
        ),
      );
      expect(found).toEqual(fibresOf(all));
      runs.forEach(dropRuns);
    }
  });
});

describe("that positions do not increase is seen", () => {
  const run = (index: number[], fibre: number[]) =>
    sortBatch(
      { index: Int32Array.from(index), data: new Int16Array(index.length), flags: undefined },
      Int32Array.from(fibre),
      FIBRES,
      0,
    )!;
  test.each<[string, BatchRuns[], boolean]>([
    ["within a batch", [run([5, 4], [1, 1])], false],
    ["a repeat", [run([5, 5], [1, 1])], false],
    ["from batch to batch", [run([5], [1]), run([4], [1])], false],
    ["a repeat from batch to batch", [run([5], [1]), run([5], [1])], false],
    ["below 0", [run([-1, 4], [1, 1])], false],
    ["far below 0", [run([3], [1]), run([-(2 ** 31)], [1])], false],
    ["beyond the extent", [run([5, EXTENT], [2, 2])], false],
    ["the last that there is", [run([5, EXTENT - 1], [2, 2])], true],
    ["in other fibres", [run([5, 4], [1, 2]), run([6, 4], [1, 3])], true],
  ])("%s", (_, runs, expected) => {
    const to = { index: new Int32Array(8), data: new Int16Array(8), flags: undefined };
    expect(joined(runs, to).increase.every(Boolean)).toBe(expected);
  });
});

test.each([-1, -5, FIBRES, 2 ** 31 - 1])("an entry of fibre %i is in none", (stray) => {
  const entries = { index: Int32Array.of(1, 2, 3), data: new Int16Array(3), flags: undefined };
  expect(sortBatch(entries, Int32Array.of(0, stray, 1), FIBRES, 0)).toBeUndefined();
});
