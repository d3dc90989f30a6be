import { describe, expect, test } from "vitest";
import { newPositions, toIndices } from "../src/seeds/to-indices.js";

type Values = Parameters<typeof toIndices>[0];

/** What is written from the second place on. */
function indicesOf(values: Values, extent: number): number[] {
  const out = newPositions(extent, values.length + 1).fill(7);
  toIndices(values, extent, out, 1);
  expect(out[0]).toBe(7);
  return Array.from(out.subarray(1));
}

describe("toIndices: -1 for what is not on the axis", () => {
  test.each<[string, Values]>([
    ["int8", Int8Array.of(0, 9, 10, -1)],
    ["int32", Int32Array.of(0, 9, 10, -(2 ** 31))],
    ["uint32", Uint32Array.of(0, 9, 10, 2 ** 32 - 1)],
    ["int64", BigInt64Array.of(0n, 9n, 10n, -1n)],
    ["uint64", BigUint64Array.of(0n, 9n, 10n, 2n ** 64n - 1n)],
  ])("%s", (_, values) => {
    expect(indicesOf(values, 10)).toEqual([0, 9, -1, -1]);
  });

  test("of 64-bit integers both halves count", () => {
    const far = [2n ** 32n, 2n ** 32n + 3n, -(2n ** 32n), 2n ** 31n, -(2n ** 63n)];
    expect(indicesOf(BigInt64Array.from(far), 10)).toEqual([-1, -1, -1, -1, -1]);
    expect(indicesOf(BigInt64Array.of(2n ** 31n - 1n, 2n ** 31n), 2 ** 31)).toEqual([2 ** 31 - 1, -1]);
    expect(indicesOf(BigUint64Array.of(2n ** 40n - 1n, 2n ** 40n, 2n ** 63n), 2 ** 40)).toEqual([2 ** 40 - 1, -1, -1]);
  });

  test.each<[string, (...values: number[]) => Values]>([
    ["int8", (...values) => Int8Array.from(values)],
    ["int32", (...values) => Int32Array.from(values)],
    ["int64", (...values) => BigInt64Array.from(values, BigInt)],
    ["uint64", (...values) => BigUint64Array.from(values, BigInt)],
  ])("%s: whether all are is the answer", (_, from) => {
    const out = newPositions(10, 3);
    expect(toIndices(from(0, 9, 4), 10, out, 0)).toBe(true);
    expect(Array.from(out)).toEqual([0, 9, 4]);
    expect(toIndices(from(0, 10, 4), 10, out, 0)).toBe(false);
    expect(Array.from(out)).toEqual([0, -1, 4]);
    expect(toIndices(from(), 0, out, 0)).toBe(true);
  });

  test("values may begin anywhere in their memory", () => {
    expect(indicesOf(BigInt64Array.of(99n, 3n, 4n).subarray(1), 4)).toEqual([3, -1]);
  });
});
