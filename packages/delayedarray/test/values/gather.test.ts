import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TypedArray } from "../../src/base/dtype.js";
import {
  type AxisSelection,
  listSelection,
  rangeSelection,
  selectionIndices,
} from "../../src/subset/axis-selection.js";
import { gather } from "../../src/values/gather.js";
import { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { axisSelections, stridedArrays } from "./arbitrary.js";
import { naive, naiveSelect } from "./naive.js";

test("any selection of any strides, in new memory", () => {
  const cases = stridedArrays.chain((one) =>
    fc.tuple(fc.constant(one), fc.tuple(...one.array.shape.map(axisSelections))),
  );
  fc.assert(
    fc.property(cases, ([{ array, naive: expected }, selections]) => {
      const part = new NdArray(gather(array, selections));
      const lists = array.shape.map((extent, axis) =>
        Array.from(selectionIndices(selections[axis] ?? rangeSelection(0, 1, extent))),
      );
      expect(naive(part)).toEqual(naiveSelect(expected, lists));
      expect([part.offset, part.data.length, part.dtype]).toEqual([0, part.size, array.dtype]);
      expect((part.data as TypedArray).buffer).not.toBe((array.data as TypedArray).buffer);
    }),
    { numRuns: 1000 },
  );
});

describe("axes longer than a tile", () => {
  // 70 x 3 x 90: both 70 and 90 take more than two tiles of 32, and neither is a multiple.
  const shape = [70, 3, 90];
  const source = ndarray(
    Int32Array.from({ length: 70 * 3 * 90 }, (_, i) => i),
    shape,
  );
  const mask = Uint8Array.from(source.data, (value) => (value % 7 === 0 ? 1 : 0));
  const masked = new NdArray({ data: source.data, shape, dtype: "int32", mask });
  const all: (AxisSelection | null)[] = [null, null, null];
  const every = (...steps: number[]): AxisSelection[] =>
    shape.map((extent, axis) => {
      const step = steps[axis]!;
      return rangeSelection(step > 0 ? 0 : extent - 1, step, Math.ceil(extent / Math.abs(step)));
    });
  const scattered = listSelection(Float64Array.from({ length: 80 }, (_, i) => (i * 37) % 70));

  test.each([
    ["as it is", [0, 1, 2], all],
    ["reversed axes", [2, 1, 0], all],
    ["first two exchanged", [1, 0, 2], all],
    ["last two exchanged", [0, 2, 1], all],
    ["rolled", [1, 2, 0], all],
    ["backwards", [0, 1, 2], every(-1, -1, -1)],
    ["every other", [0, 1, 2], every(2, 1, 2)],
    ["every third from the end", [0, 1, 2], every(-3, 2, -3)],
    ["a list", [0, 1, 2], [scattered, null, null]],
    ["a list and a step", [0, 1, 2], [scattered, rangeSelection(2, -1, 3), rangeSelection(89, -2, 45)]],
    ["one index", [0, 1, 2], [null, null, rangeSelection(41, 1, 1)]],
    ["one index of each but one", [0, 1, 2], [rangeSelection(3, 1, 1), rangeSelection(1, 1, 1), null]],
    ["one element", [0, 1, 2], [rangeSelection(3, 1, 1), rangeSelection(1, 1, 1), rangeSelection(5, 1, 1)]],
  ])("%s", (_, axes, selections) => {
    for (const from of [source, masked]) {
      const turned = from.transpose(axes);
      const placed = axes.map((axis) => selections[axis]!);
      const part = new NdArray(gather(turned, placed));
      const lists = placed.map((selection, k) => selectionIndices(selection ?? rangeSelection(0, 1, turned.shape[k]!)));
      let at = 0;
      let wrong = 0;
      for (const i of lists[0]!) {
        for (const j of lists[1]!) {
          for (const k of lists[2]!) {
            const position = i * turned.stride[0]! + j * turned.stride[1]! + k * turned.stride[2]!;
            if (part.data[at] !== position || (part.mask?.[at] ?? 0) !== (from.mask?.[position] ?? 0)) wrong++;
            at++;
          }
        }
      }
      expect([wrong, at]).toEqual([0, part.size]);
    }
  });
});
