// The smallest trees that random ones were reduced to when they differed from NumPy.
import { describe, expect, it } from "vitest";
import { arctan2, mapSeeds, NdArray, ndarray, power, SparseNdarray, wrap } from "../../src/index.js";

describe("trees that once went wrong", () => {
  it.each([
    ["int8", Int8Array.of(-1), "float32", "uint64", [0n]],
    ["int16", Int16Array.of(-300), "float64", "uint8", [0]],
    ["int32", Int32Array.of(70_000), "float64", "int16", [32767]],
    ["uint8", Uint8Array.of(200), "float32", "int8", [127]],
  ] as const)("%s to floats and on to integers saturates, as floats do", async (_, data, between, to, expected) => {
    expect((await wrap(ndarray(data)).astype(between).astype(to).toDense()).toNested()).toEqual(expected);
  });

  it.each([
    ["int32", Int32Array.of(3, 3), Int32Array.of(2, -2)],
    ["int64", BigInt64Array.of(3n, 3n), BigInt64Array.of(2n, -2n)],
  ] as const)("a missing exponent of %s is no negative one", async (dtype, base, exponents) => {
    const exponent = new NdArray({ data: exponents, shape: [2], dtype, mask: Uint8Array.of(0, 1) });
    const expected = [typeof base[0] === "bigint" ? 9n : 9, null];
    expect((await power(base, exponent).toDense()).toNested()).toEqual(expected);
    expect((await power(base, wrap(exponent).add(0)).toDense()).toNested()).toEqual(expected);
  });

  it("arctan2 of sparse floats is not sparse: a zero may be -0, and it tells", async () => {
    const zeros = wrap(SparseNdarray.fromDense(ndarray(new Float64Array(2))));
    const angles = arctan2(zeros, zeros.multiply(-2));
    expect(angles.isSparse).toBe(false);
    expect((await angles.toSparse()).toDense().toNested()).toEqual([Math.PI, Math.PI]);
    expect(arctan2(zeros, zeros.astype("int8")).isSparse).toBe(true);
  });

  it("a user's function survives other seeds", async () => {
    const half = wrap(ndarray(Float64Array.of(1, 2))).map((value) => Number(value) / 2);
    expect((await mapSeeds(half, () => ndarray(Float64Array.of(6, 8))).toDense()).toNested()).toEqual([3, 4]);
  });
});
