import type { ScalarOf } from "../../src/base/dtype.js";
import type { Nested } from "../../src/values/nd-array.js";

/** One element as JavaScript sees it; `null` where missing. */
export type Value = ScalarOf | null;

/** The slow, obvious array that everything is compared with: values in C order, nothing clever. */
export interface Naive {
  readonly shape: readonly number[];
  readonly values: readonly Value[];
}

/** All combinations of indices in C order. */
export function allIndices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (lists, extent) => lists.flatMap((list) => Array.from({ length: extent }, (_, i) => [...list, i])),
    [[]],
  );
}

export function naiveAt({ shape, values }: Naive, indices: readonly number[]): Value {
  const position = shape.reduce((at, extent, axis) => at * extent + indices[axis]!, 0);
  return values[position]!;
}

/** The array of a shape whose element at `indices` is `at(indices)`. */
export function naiveOf(shape: readonly number[], at: (indices: number[]) => Value): Naive {
  return { shape: [...shape], values: allIndices(shape).map(at) };
}

export function naiveTranspose(array: Naive, permutation: readonly number[]): Naive {
  return naiveOf(
    permutation.map((axis) => array.shape[axis]!),
    (indices) => {
      const source: number[] = [];
      permutation.forEach((axis, k) => {
        source[axis] = indices[k]!;
      });
      return naiveAt(array, source);
    },
  );
}

/** The outer product of one list of indices per axis. */
export function naiveSelect(array: Naive, lists: readonly (readonly number[])[]): Naive {
  return naiveOf(
    lists.map((list) => list.length),
    (indices) =>
      naiveAt(
        array,
        indices.map((i, axis) => lists[axis]![i]!),
      ),
  );
}

export function naiveConcatenate(arrays: readonly Naive[], axis: number): Naive {
  const extents = arrays.map(({ shape }) => shape[axis]!);
  const shape = arrays[0]!.shape.map((extent, k) => (k === axis ? extents.reduce((a, b) => a + b, 0) : extent));
  return naiveOf(shape, (indices) => {
    let part = 0;
    let i = indices[axis]!;
    while (i >= extents[part]!) i -= extents[part++]!;
    return naiveAt(arrays[part]!, indices.with(axis, i));
  });
}

/** Flattens what `toNested` gives. */
export function flat(nested: Nested<ScalarOf>): Value[] {
  return Array.isArray(nested) ? nested.flatMap(flat) : [nested];
}

/** Any array of the package, element by element through its own `toNested`. */
export function naive(array: { readonly shape: readonly number[]; toNested(): Nested<ScalarOf> }): Naive {
  return { shape: [...array.shape], values: flat(array.toNested()) };
}
