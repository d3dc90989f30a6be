import { expect, test } from "vitest";
import { headerText } from "../../src/format/header.js";

test("shape, class and dtype", () => {
  expect(headerText([40, 50], "DelayedArray", "float64")).toBe("<40 x 50> DelayedArray object of type 'float64'");
  expect(headerText([7], "NdArray", "bool")).toBe("<7> NdArray object of type 'bool'");
  expect(headerText([0, 3], "NdArray", "uint8")).toBe("<0 x 3> NdArray object of type 'uint8'");
});

test("sparse arrays say so", () => {
  expect(headerText([1000, 200], "Hdf5CompressedSparseMatrix", "int32", true)).toBe(
    "<1000 x 200> sparse Hdf5CompressedSparseMatrix object of type 'int32'",
  );
});

test("a 0-d array has no extents", () => {
  expect(headerText([], "NdArray", "float64")).toBe("<> NdArray object of type 'float64'");
});
