import { expect, test } from "vitest";
import { edgeIndices, edgeShape } from "../../src/format/edges.js";

test("up to six entries are shown whole", () => {
  for (let extent = 0; extent <= 6; extent++) expect(edgeIndices(extent)).toBeNull();
});

test("of more, the first three and the last three", () => {
  expect(edgeIndices(7)).toEqual(Float64Array.of(0, 1, 2, 4, 5, 6));
  expect(edgeIndices(2 ** 53 - 1)).toEqual(Float64Array.of(0, 1, 2, 2 ** 53 - 4, 2 ** 53 - 3, 2 ** 53 - 2));
});

test("the shape of the edges", () => {
  expect(edgeShape([])).toEqual([]);
  expect(edgeShape([0, 6, 7, 1e9])).toEqual([0, 6, 6, 6]);
});
