import fc from "fast-check";
import { expect, test } from "vitest";
import { hitsOf } from "../../src/extract/hits.js";
import { type AxisSelection, rangeSelection, selectionIndices } from "../../src/subset/axis-selection.js";

const EXTENT = 40;

const range = fc
  .tuple(fc.nat(EXTENT - 1), fc.integer({ min: -9, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([start, step, share]): AxisSelection => {
    const own = step === 0 ? 1 : step;
    const most = own > 0 ? Math.floor((EXTENT - 1 - start) / own) + 1 : Math.floor(start / -own) + 1;
    return rangeSelection(start, own, Math.round(share * most));
  });
const list = fc
  .array(fc.nat(EXTENT - 1), { maxLength: 30 })
  .map((indices): AxisSelection => ({ kind: "list", indices: Float64Array.from(indices), length: indices.length }));
const selection = fc.oneof(range, list);

test("what of a request is replaced, and by what: the last place where its index stands", () => {
  fc.assert(
    fc.property(selection, selection, (request, replaced) => {
      const { positions, sources } = hitsOf(request, replaced);
      const expected = [...selectionIndices(request)].flatMap((index, position) => {
        const source = selectionIndices(replaced).lastIndexOf(index);
        return source < 0 ? [] : [[position, source]];
      });
      const found = [...selectionIndices(positions)].map((position, i) => [position, selectionIndices(sources)[i]]);
      expect(found).toEqual(expected);
    }),
    { numRuns: 5000 },
  );
});

test("of ranges as long as numbers go", () => {
  const huge = 2 ** 53 - 1;
  const both = hitsOf(rangeSelection(huge - 1, -3, 3e15), rangeSelection(4, 7, 1.2e15));
  // 2^53 - 2 - 3 i = 4 + 7 j, for the first time at i = 0, j = (2^53 - 6) / 7 is beyond the end of the second.
  const at = (i: number) => [huge - 1 - 3 * i, 4 + 7 * ((huge - 5 - 3 * i) / 7)];
  const first = selectionIndices({ ...both.positions, length: 2 } as AxisSelection)[0]!;
  expect(at(first)[0]).toBe(at(first)[1]);
  expect(both.positions).toMatchObject({ kind: "range", step: 7 });
  expect(both.sources).toMatchObject({ kind: "range", step: -3, length: both.positions.length });
  expect(hitsOf(rangeSelection(0, 2, 2 ** 52), rangeSelection(1, 2, 2 ** 52)).positions.length).toBe(0);
});
