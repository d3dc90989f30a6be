import { extractDenseArray, extractSparseArray, type SeedSubsetEntry, type SubsetEntry, slice } from "delayedarray";
import { Pacer, seedEntrySelection } from "delayedarray/internal";
import { describe, expect, test } from "vitest";
import { DenseCollector } from "../src/collect-dense.js";
import { SparseCollector } from "../src/collect-sparse.js";
import { TileDbArray, TileDbArraySeed } from "../src/index.js";
import { readDense } from "../src/read-dense.js";
import { estimateCells, readSparse } from "../src/read-sparse.js";
import { arrayOf, cases, expectEqual, expectWellFormed, place } from "./fixtures.js";
import { pick, randomFrom } from "./naive.js";
import { sourceOf } from "./source.js";

/** One of each rank, origin, order, dimension type and kind. */
const chosen = cases.filter(
  ({ name, shape }) =>
    /order|\dd-from|dimensions-|hilbert|nullable|mixed|far|current|duplicates|fragments|partly|with a shape|as far/.test(
      name,
    ) && shape.every((extent) => extent > 0),
);

/** A random subset of an axis, in a form that users have, and the indices that it stands for. */
function randomEntry(extent: number, random: (below: number) => number): [SubsetEntry, number[]] {
  const all = Array.from({ length: extent }, (_, i) => i);
  const from = random(extent);
  const to = from + random(extent - from + 1);
  switch (random(8)) {
    case 0:
      return [null, all];
    case 1:
      return [slice(from, to), all.slice(from, to)];
    case 2: {
      const step = 1 + random(4);
      return [slice(from, null, step), all.filter((i) => i >= from && (i - from) % step === 0)];
    }
    case 3:
      return [slice(null, null, -1), all.toReversed()];
    case 4: {
      const list = Array.from({ length: random(2 * extent) }, () => random(extent));
      return [list, list];
    }
    case 5: {
      const mask = all.map(() => random(3) === 0);
      return [mask, all.filter((i) => mask[i])];
    }
    case 6:
      return [[], []];
    default:
      return [[from - extent], [from]];
  }
}

/** What a seed is asked for: increasing indices. */
function randomRequest(extent: number, random: (below: number) => number): [SeedSubsetEntry, number[]] {
  const start = random(extent);
  const step = 1 + random(3);
  const stop = start + 1 + random(extent - start);
  const stepped = Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * step);
  const list = Array.from({ length: extent }, (_, i) => i).filter(() => random(2) === 0);
  return random(2) === 0 || list.length === 0 ? [{ start, stop, step }, stepped] : [list, list];
}

describe("subsets equal those of the whole in memory", () => {
  test("of many kinds of arrays", () => {
    expect(chosen.length).toBeGreaterThan(60);
  });

  test.each(chosen)("$name", async (it) => {
    const whole = arrayOf(it);
    const random = randomFrom(it.name.length * 7919 + it.shape.length);
    await using array = await TileDbArray.open(place(it.uri), { attributeName: it.attributeName, ...it.options });
    for (let round = 0; round < 12; round++) {
      const entries = it.shape.map((extent) => randomEntry(extent, random));
      const subset = entries.map(([entry]) => entry);
      const indices = entries.map(([, list]) => list);
      const expected = pick(whole, indices);
      expectEqual(await extractDenseArray(array, subset), expected);
      const sparse = await extractSparseArray(array, subset);
      expectWellFormed(sparse);
      expectEqual(sparse.toDense(), expected);
    }
  });

  test.each(chosen)("$name, straight from the seed", async (it) => {
    const whole = arrayOf(it);
    const random = randomFrom(it.name.length * 31 + it.shape.length);
    await using seed = await TileDbArraySeed.open(place(it.uri), { attributeName: it.attributeName, ...it.options });
    for (let round = 0; round < 6; round++) {
      const requests = it.shape.map((extent) => randomRequest(extent, random));
      const subset = requests.map(([entry]) => entry);
      const expected = pick(
        whole,
        requests.map(([, list]) => list),
      );
      expectEqual(await seed.extractDense(subset), expected);
      const sparse = await seed.extractSparse(subset);
      expectWellFormed(sparse);
      expectEqual(sparse.toDense(), expected);
    }
  });

  test.each(chosen)("$name, with buffers for a few cells", async (it) => {
    const whole = arrayOf(it);
    const random = randomFrom(it.name.length * 104729 + it.shape.length);
    const source = await sourceOf(place(it.uri), { attributeName: it.attributeName, ...it.options });
    const isMasked = source.attribute.nullable;
    for (let round = 0; round < 6; round++) {
      const requests = it.shape.map((extent) => randomRequest(extent, random));
      const selections = requests.map(([entry]) => seedEntrySelection(entry));
      const shape = selections.map(({ length }) => length);
      const indices = requests.map(([, list]) => list);
      const expected = pick(whole, indices);
      const limits = { bufferBytes: 8 * (1 + random(40)) };
      if (!it.sparse) {
        expectEqual(await readDense(source, selections, limits), expected);
        continue;
      }
      const dense = new DenseCollector(it.dtype, shape, isMasked);
      const sparse = new SparseCollector(it.dtype, shape, isMasked);
      let most = 0;
      // With many cells for each index every gap is worth a range of its own; with few, none is.
      const cellsInArray = random(3) === 0 ? () => estimateCells(source) : async () => 10 ** (9 * random(2));
      await readSparse(
        source,
        selections,
        cellsInArray,
        (cells) => {
          most = Math.max(most, cells.count);
          dense.add(cells);
          sparse.add(cells);
        },
        limits,
      );
      expect(most).toBeLessThanOrEqual(limits.bufferBytes / source.attribute.fill.length);
      expectEqual(dense.finish(), expected);
      const collected = await sparse.finish(new Pacer());
      expectWellFormed(collected);
      expectEqual(collected.toDense(), expected);
    }
    await source.array.close();
  });
});
