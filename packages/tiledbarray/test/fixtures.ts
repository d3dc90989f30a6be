import type { DType, NdArray, SparseNdarray, TypedArray } from "delayedarray";
import { expect } from "vitest";
import {
  type DecodedArray,
  decodeArray,
  type EncodedArray,
  fixture,
  readJson,
} from "../../../tooling/fixtures/read.mjs";
import type { TileDbArrayOptions } from "../src/index.js";

/** One attribute of an array that TileDB-Py wrote. */
export interface Case {
  readonly name: string;
  readonly uri: string;
  readonly sparse: boolean;
  readonly attributeName: string;
  /** Where the domain starts. */
  readonly origin: readonly (number | string)[];
  readonly dimensions: readonly string[];
  readonly tile: readonly (number | string | null)[];
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly array: EncodedArray;
  /** What printing must give. */
  readonly text: string;
  readonly options?: TileDbArrayOptions;
  readonly nnz?: number;
  /** 1 where a cell was never written. */
  readonly unwritten?: readonly number[];
  readonly duplicates?: boolean;
}

/** An array, or a way to open one, that must be refused. */
export interface Refused {
  readonly name: string;
  readonly uri: string;
  readonly attributeName?: string;
  readonly options?: TileDbArrayOptions;
  readonly codes: readonly string[];
  readonly when: "open" | "read";
}

/** A sparse array of many cells, of value row * 1000 + column. */
export interface Many {
  readonly uri: string;
  readonly shape: readonly [number, number];
  readonly nnz: number;
  readonly sum: number;
  readonly rowsOf: readonly number[];
  readonly columnsOf: readonly number[];
}

export const { cases, errors, many } = readJson<{ cases: Case[]; errors: Refused[]; many: Many }>(
  "tiledb",
  "expected.json",
);

/** Where an array of the fixtures is. */
export function place(uri: string): string {
  return fixture("tiledb", uri);
}

/** Whether values, apart from missing ones, and masks are equal; NaN equals NaN, and -0 equals 0. */
export function expectEqual(actual: NdArray, expected: DecodedArray): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.offset).toBe(0);
  const mask = expected.mask ?? new Uint8Array(expected.data.length);
  expect(Buffer.compare(actual.mask ?? new Uint8Array(actual.data.length), mask), "masks differ").toBe(0);
  let same = actual.data.length === expected.data.length;
  for (let i = 0; same && i < mask.length; i++) {
    const [a, b] = [actual.data[i]!, expected.data[i]!];
    same = mask[i] === 1 || a === b || (Number.isNaN(a) && Number.isNaN(b));
  }
  if (same) return;
  // Slow, but it shows the difference.
  const shown = (data: ArrayLike<number | bigint>) =>
    Array.from(data, (value, i) => (mask[i] === 1 ? null : value === 0 ? 0 : value));
  expect(shown(actual.data as TypedArray)).toEqual(shown(expected.data));
  expect.unreachable();
}

/** The array of a case. */
export function arrayOf({ array }: Case): DecodedArray {
  return decodeArray(array);
}

/** Checks that a sparse array is well formed: fibres are ordered and complete. */
export function expectWellFormed({ shape, indptr, indices, data, mask }: SparseNdarray): void {
  const fibres = shape.slice(1).reduce((product, extent) => product * extent, 1);
  expect(indptr.length).toBe(fibres + 1);
  expect(indptr[0]).toBe(0);
  expect(indptr[fibres]).toBe(data.length);
  expect(indices.length).toBe(data.length);
  if (mask !== undefined) expect(mask.length).toBe(data.length);
  for (let fibre = 0; fibre < fibres; fibre++) {
    for (let i = indptr[fibre]!; i < indptr[fibre + 1]!; i++) {
      expect(indices[i]).toBeGreaterThan(i === indptr[fibre] ? -1 : indices[i - 1]!);
      expect(indices[i]).toBeLessThan(shape[0]!);
    }
  }
}
