import type { NdArray, Nested } from "../src/index.js";

/** A dense array as a function of its indices: the plainest model of what operations on axes do. */
export interface Naive {
  readonly shape: readonly number[];
  at(index: readonly number[]): unknown;
}

export function naive(array: NdArray): Naive {
  return { shape: array.shape, at: (index) => array.get(...index) };
}

export function naiveSubset(
  { shape, at }: Naive,
  entries: readonly { indices: readonly number[]; drops: boolean }[],
): Naive {
  const kept = entries.flatMap(({ drops }, axis) => (drops ? [] : [axis]));
  return {
    shape: kept.map((axis) => entries[axis]!.indices.length),
    at: (index) =>
      at(shape.map((_, axis) => entries[axis]!.indices[entries[axis]!.drops ? 0 : index[kept.indexOf(axis)]!]!)),
  };
}

export function naiveTranspose({ shape, at }: Naive, axes: readonly number[]): Naive {
  return {
    shape: axes.map((axis) => shape[axis]!),
    at: (index) => at(shape.map((_, axis) => index[axes.indexOf(axis)]!)),
  };
}

export function naiveConcatenate(parts: readonly Naive[], axis: number): Naive {
  const extents = parts.map(({ shape }) => shape[axis]!);
  return {
    shape: parts[0]!.shape.map((extent, k) => (k === axis ? extents.reduce((sum, n) => sum + n, 0) : extent)),
    at(index) {
      let rest = index[axis]!;
      let part = 0;
      while (rest >= extents[part]!) rest -= extents[part++]!;
      return parts[part]!.at(index.map((i, k) => (k === axis ? rest : i)));
    },
  };
}

/** The values as nested arrays, as `toNested` gives them. */
export function nested({ shape, at }: Naive): Nested<unknown> {
  const build = (index: number[]): Nested<unknown> =>
    index.length === shape.length
      ? (at(index) as Nested<unknown>)
      : Array.from({ length: shape[index.length]! }, (_, i) => build([...index, i]));
  return build([]);
}
