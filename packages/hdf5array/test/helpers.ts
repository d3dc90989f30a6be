import { DelayedArrayError, type SeedSubset, type SeedSubsetEntry } from "delayedarray";
import { expect } from "vitest";
import { type DecodedArray, type EncodedArray, readJson } from "../../../tooling/fixtures/read.mjs";
import type { Hdf5CompressedSparseMatrixOptions } from "../src/index.js";

export interface DenseCase {
  name: string;
  file: string;
  dataset: string;
  array: EncodedArray;
  text: string;
  feature?: string;
  chunks?: number[];
}

export interface SparseCase {
  name: string;
  file: string;
  group: string;
  options: Hdf5CompressedSparseMatrixOptions;
  byColumn: boolean;
  shape: [number, number];
  dtype: string;
  data: EncodedArray;
  array: EncodedArray;
  text: string;
}

export interface DenseError {
  name: string;
  file: string;
  dataset: string;
  codes: string[];
  when: "open" | "read";
  /** The values that may be given instead. */
  array?: EncodedArray;
  /** Where the damaged chunk is. */
  rows?: [number, number];
  columns?: [number, number];
}

export interface SparseError {
  name: string;
  file: string;
  group: string;
  options: Hdf5CompressedSparseMatrixOptions;
  codes: string[];
  when: "open" | "read";
  entry?: number;
  value?: number | string;
  extent?: number;
}

/** What h5py, SciPy and anndata wrote, and what they read back. */
export const expected = readJson<{
  dense: DenseCase[];
  denseErrors: DenseError[];
  sparse: SparseCase[];
  sparseErrors: SparseError[];
}>("hdf5", "expected.json");

/** The request for all of an array. */
export function everything({ shape }: { shape: readonly number[] }): SeedSubset {
  return shape.map((extent) => ({ start: 0, stop: extent, step: 1 }));
}

/** The error that a promise rejects with, which must be one of the project's. */
export async function errorOf(promise: Promise<unknown>): Promise<DelayedArrayError> {
  const error: unknown = await promise.then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DelayedArrayError);
  return error as DelayedArrayError;
}

/** The indices that an entry of a request stands for. */
export function indicesOf(entry: SeedSubsetEntry): number[] {
  if (!("step" in entry)) return Array.from(entry);
  const indices: number[] = [];
  for (let index = entry.start; index < entry.stop; index += entry.step) indices.push(index);
  return indices;
}

/** What a request means, element by element. */
export function pick({ shape, data }: Pick<DecodedArray, "shape" | "data">, subset: SeedSubset): (number | bigint)[] {
  let positions = [0];
  subset.forEach((entry, axis) => {
    positions = positions.flatMap((position) => indicesOf(entry).map((index) => position * shape[axis]! + index));
  });
  return positions.map((position) => data[position]!);
}

/** Numbers from 0 to 1 that are the same in every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A request of any form for an axis: a range with any step, a list, nothing, one index, or all. */
export function randomEntry(extent: number, next: () => number): SeedSubsetEntry {
  const below = (limit: number) => Math.floor(next() * limit);
  switch (extent === 0 ? 0 : below(6)) {
    case 0:
      return { start: 0, stop: extent, step: 1 };
    case 1: {
      const start = below(extent);
      return { start, stop: start + 1 + below(extent - start), step: 1 + below(4) };
    }
    case 2:
      return [below(extent)];
    case 3:
      return [];
    case 4: {
      const start = below(extent + 1);
      return { start, stop: start, step: 1 };
    }
    default:
      return Float64Array.from(Array.from({ length: extent }, (_, i) => i).filter(() => next() < 0.5));
  }
}
