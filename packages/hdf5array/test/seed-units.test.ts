import { describe, expect, test } from "vitest";
import { boxesOf } from "../src/file/boxes.js";
import { indexLookup } from "../src/seeds/index-lookup.js";
import { placer } from "../src/seeds/place.js";
import { gapOf, readUnits, spansOf } from "../src/seeds/spans.js";
import { SparseBuilder } from "../src/seeds/sparse-builder.js";
import { toNumbers } from "../src/seeds/to-numbers.js";
import { random } from "./helpers.js";

const span = (start: number, stop: number) => ({ start, stop });
const list = (...indices: number[]) => ({
  kind: "list" as const,
  indices: Float64Array.from(indices),
  length: indices.length,
});
const range = (start: number, step: number, length: number) => ({ kind: "range" as const, start, step, length });

describe("spansOf: what is read for what is selected on an axis", () => {
  test.each([
    ["nothing", list(), 10, []],
    ["one index", list(25), 10, [span(25, 26)]],
    ["indices in one chunk", list(21, 25, 29), 10, [span(21, 30)]],
    ["indices in neighbouring chunks", list(19, 20), 10, [span(19, 21)]],
    ["indices far apart", list(3, 55, 58, 99), 10, [span(3, 4), span(55, 59), span(99, 100)]],
    ["a range", range(5, 1, 20), 10, [span(5, 25)]],
    ["a range with a step within a chunk", range(5, 7, 4), 10, [span(5, 27)]],
    ["a range with a step over chunks", range(5, 25, 3), 10, [span(5, 6), span(30, 31), span(55, 56)]],
  ])("%s", (_, selection, unit, spans) => {
    expect(spansOf(selection, unit)).toEqual(spans);
  });
});

test("small gaps are read along", () => {
  expect(spansOf(list(0, 30, 100), 10, 2)).toEqual([span(0, 31), span(100, 101)]);
  expect(spansOf(range(0, 30, 3), 10, 2)).toEqual([span(0, 61)]);
  expect(spansOf(range(0, 31, 3), 10, 2)).toEqual(spansOf(list(0, 31, 62), 10, 2));
  expect([gapOf([100, 100], [100, 100], 8), gapOf([1, 100], [1, 100], 8), gapOf([1, 512], null, 8)]).toEqual([
    0, 20, 16,
  ]);
});

test("readUnits: chunks, or what fills a page of 4096 bytes", () => {
  expect(readUnits([100, 100], [10, 20], 8)).toEqual([10, 20]);
  expect(readUnits([1000, 1000], null, 8)).toEqual([1, 512]);
  expect(readUnits([1000, 50], null, 8)).toEqual([10, 50]);
  expect(readUnits([7, 5, 3], null, 1)).toEqual([7, 5, 3]);
  expect(readUnits([], null, 8)).toEqual([]);
  expect(readUnits([0, 5], null, 8)).toEqual([1, 5]);
});

test("placer: what is selected of each box goes to its place, for any strides", () => {
  const next = random(5);
  for (let round = 0; round < 300; round++) {
    const shape = Array.from({ length: 1 + Math.floor(next() * 3) }, () => 1 + Math.floor(next() * 40));
    const selections = shape.map((extent) => {
      if (next() < 0.5) return list(...Array.from({ length: extent }, (_, i) => i).filter(() => next() < 0.6));
      const start = Math.floor(next() * extent);
      const step = 1 + Math.floor(next() * 3);
      return range(start, step, 1 + Math.floor(((extent - 1 - start) / step) * next()));
    });
    const counts = selections.map(({ length }) => length);
    const size = counts.reduce((product, extent) => product * extent, 1);
    const order = next() < 0.5 ? counts.map((_, axis) => axis) : counts.map((_, axis) => counts.length - 1 - axis);
    const stride = new Array<number>(counts.length);
    let step = 1;
    for (const axis of order.toReversed()) {
      stride[axis] = step;
      step *= counts[axis]!;
    }
    const kinds = [Float32Array, BigInt64Array, Float64Array, Uint16Array, Uint32Array] as const;
    const Values = kinds[Math.floor(next() * kinds.length)]!;
    const out = new Values(size);
    const place = placer(selections, out, stride);
    const position = (point: readonly number[]) => point.reduce((sum, index, axis) => sum * shape[axis]! + index, 0);
    const spans = selections.map((selection) => spansOf(selection, 4));
    for (const box of boxesOf(
      spans,
      shape.map(() => 4),
      50,
    )) {
      let points: number[][] = [[]];
      box.count.forEach((extent, axis) => {
        points = points.flatMap((point) => Array.from({ length: extent }, (_, i) => [...point, box.start[axis]! + i]));
      });
      const values = points.map(position);
      place(Values === BigInt64Array ? Values.from(values, BigInt) : new Values(values as never), box);
    }
    let points: number[][] = [[]];
    selections.forEach((selection) => {
      const indices =
        selection.kind === "list"
          ? Array.from(selection.indices)
          : Array.from({ length: selection.length }, (_, i) => selection.start + i * selection.step);
      points = points.flatMap((point) => indices.map((index) => [...point, index]));
    });
    let at = 0;
    const walk = (axis: number, offset: number): void => {
      if (axis === counts.length) {
        expect(Number(out[offset])).toBe(position(points[at++]!));
        return;
      }
      for (let i = 0; i < counts[axis]!; i++) walk(axis + 1, offset + i * stride[axis]!);
    };
    walk(0, 0);
  }
});

test("toNumbers: 64-bit integers as numbers", () => {
  const values = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 32n - 1n, 2n ** 52n + 1n, -(2n ** 52n) - 1n];
  expect(Array.from<unknown>(toNumbers(BigInt64Array.from(values)))).toEqual(values.map(Number));
  expect(Array.from<unknown>(toNumbers(BigUint64Array.from([2n ** 64n - 1n, 5n])))).toEqual([2 ** 64, 5]);
  const narrow = Int8Array.from([1]);
  expect(toNumbers(narrow)).toBe(narrow);
});

test("indexLookup: the first index that is not on the axis, on every path", () => {
  const selections = [range(0, 1, 10), range(2, 1, 3), range(1, 3, 3), list(1, 4, 9)];
  for (const selection of selections) {
    for (const extent of [10, 2 ** 25]) {
      const lookup = indexLookup(selection, extent);
      const selected =
        selection.kind === "list"
          ? Array.from(selection.indices)
          : Array.from({ length: selection.length }, (_, i) => selection.start + i * selection.step);
      const indices = Int32Array.from({ length: 10 }, (_, i) => i);
      const positions = new Int32Array(10);
      expect(lookup(indices, positions, 0, 10)).toBe(-1);
      expect(Array.from(positions)).toEqual(Array.from(indices, (index) => selected.indexOf(index)));
      expect(lookup(Float64Array.from([3, extent, 1]), positions, 0, 3)).toBe(1);
      expect(lookup(Int32Array.from([3, 2, -1]), positions, 0, 3)).toBe(2);
      expect(lookup(Float64Array.from([Number.NaN]), positions, 0, 1)).toBe(0);
      expect(lookup(Float64Array.from([extent, 3]), positions, 1, 2)).toBe(-1);
    }
  }
});

describe("SparseBuilder", () => {
  const build = (
    dtype: "bool" | "int8" | "float64",
    values: Uint8Array | Int8Array | Float64Array,
    ...fibres: [number, number[]][]
  ) => {
    const builder = new SparseBuilder(dtype, 10, 4, 0);
    let at = 0;
    for (const [fibre, positions] of fibres) {
      const before = new Array<number>(at).fill(-1);
      builder.add(fibre, Int32Array.from([...before, ...positions]), values, at, at + positions.length);
      at += positions.length;
    }
    const { indptr, indices, data } = builder.finish();
    return { indptr: Array.from(indptr), indices: Array.from(indices), data: Array.from<unknown>(data) };
  };

  test("keeps what is in order, leaves out what is not selected", () => {
    expect(build("float64", Float64Array.from([1, 2, 3, 4]), [0, [1, -1, 5]], [2, [0]])).toEqual({
      indptr: [0, 2, 2, 3, 3],
      indices: [1, 5, 0],
      data: [1, 3, 4],
    });
    expect(build("float64", new Float64Array(0))).toEqual({ indptr: [0, 0, 0, 0, 0], indices: [], data: [] });
  });

  test("sorts, and adds up what is at the same place, also when it came in parts", () => {
    expect(build("float64", Float64Array.from([1, 2, 3, 4, 5]), [1, [7, 2]], [1, [2, 7, 0]])).toEqual({
      indptr: [0, 0, 3, 3, 3],
      indices: [0, 2, 7],
      data: [5, 5, 5],
    });
    expect(build("int8", Int8Array.from([100, 100]), [3, [4, 4]])).toEqual({
      indptr: [0, 0, 0, 0, 1],
      indices: [4],
      data: [-56],
    });
    expect(build("bool", Uint8Array.from([1, 1, 0, 0]), [0, [4, 4, 5, 5]])).toEqual({
      indptr: [0, 2, 2, 2, 2],
      indices: [4, 5],
      data: [1, 0],
    });
  });
});
