import fc from "fast-check";
import { type DType, NdArray, ndarray, SparseNdarray, type SubsetEntry, slice } from "../src/index.js";
import { NUMERIC_DTYPES } from "./numeric-dtypes.js";

/** A sparse array does not store -0, so its sign would be lost on the way. */
const withoutNegativeZero = (x: number) => x + 0;

/** Element values that show wrap-around, rounding and special cases. */
export function elementOf(dtype: DType): fc.Arbitrary<number | bigint> {
  switch (dtype) {
    case "bool":
      return fc.integer({ min: 0, max: 1 });
    case "int64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "uint64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "float32":
      return fc.float().map(withoutNegativeZero);
    case "float64":
      return fc.double().map(withoutNegativeZero);
    default: {
      const bits = Number(dtype.replace(/\D/g, ""));
      return dtype.startsWith("u")
        ? fc.integer({ min: 0, max: 2 ** bits - 1 })
        : fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
    }
  }
}

export const anyDType: fc.Arbitrary<DType> = fc.constantFrom(...NUMERIC_DTYPES);

/** A shape of up to `ndim` axes, some of them empty. */
export function anyShape(minDim = 0, maxDim = 4, maxExtent = 5): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 0, max: maxExtent }), { minLength: minDim, maxLength: maxDim });
}

/** An array with values of a dtype, some of them missing if `masked`, stored with its axes in any order. */
export function anyArray(
  shape: fc.Arbitrary<number[]> = anyShape(),
  dtype: fc.Arbitrary<DType> = anyDType,
  masked = false,
): fc.Arbitrary<NdArray> {
  return fc.tuple(shape, dtype).chain(([extents, type]) => {
    const size = extents.reduce((product, extent) => product * extent, 1);
    return fc
      .tuple(
        fc.array(elementOf(type), { minLength: size, maxLength: size }),
        fc.array(fc.boolean(), { minLength: size, maxLength: size }),
        fc.shuffledSubarray(
          extents.map((_, axis) => axis),
          { minLength: extents.length },
        ),
      )
      .map(([values, flags, order]) => {
        const stored = order.map((axis) => extents[axis]!);
        const flat = type === "bool" ? values.map(Boolean) : values;
        const array = ndarray(flat as number[], stored, type, masked ? { mask: flags } : {});
        const back = order.map((_, axis) => order.indexOf(axis));
        return array.transpose(back);
      });
  });
}

/** A sparse array: most values are 0. */
export function anySparse(
  shape: fc.Arbitrary<number[]> = anyShape(1),
  dtype: fc.Arbitrary<DType> = anyDType,
): fc.Arbitrary<SparseNdarray> {
  return anyArray(shape, dtype).chain((dense) =>
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: dense.size, maxLength: dense.size }).map((keep) => {
      const { data, shape: extents, dtype: type } = dense.contiguous();
      const kept = data.slice() as typeof data;
      keep.forEach((die, i) => {
        if (die > 0) kept[i] = (typeof kept[i] === "bigint" ? 0n : 0) as never;
      });
      return SparseNdarray.fromDense(new NdArray({ data: kept, shape: extents, dtype: type }));
    }),
  );
}

/** An entry of a subset for an axis, and the indices that it means. */
export function anyEntry(
  extent: number,
): fc.Arbitrary<{ entry: SubsetEntry; indices: readonly number[]; drops: boolean }> {
  const all = Array.from({ length: extent }, (_, i) => i);
  const bound = fc.option(fc.integer({ min: -extent - 2, max: extent + 2 }));
  const slices = fc
    .tuple(bound, bound, fc.option(fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0)))
    .map(([start, stop, step]) => ({
      entry: slice(start, stop, step),
      indices: pythonSlice(extent, start, stop, step ?? 1),
      drops: false,
    }));
  const whole = fc.constant({ entry: null, indices: all, drops: false });
  const mask = fc
    .array(fc.boolean(), { minLength: extent, maxLength: extent })
    .map((flags) => ({ entry: flags, indices: all.filter((i) => flags[i]), drops: false }));
  if (extent === 0) return fc.oneof(whole, slices, fc.constant({ entry: [], indices: [], drops: false }));
  const index = fc.integer({ min: -extent, max: extent - 1 });
  const positive = (i: number) => (i < 0 ? i + extent : i);
  const list = fc
    .array(index, { maxLength: 8 })
    .map((entry) => ({ entry, indices: entry.map(positive), drops: false }));
  const typed = fc
    .array(index, { maxLength: 8 })
    .map((entry) => ({ entry: Int32Array.from(entry), indices: entry.map(positive), drops: false }));
  const single = index.map((entry) => ({ entry, indices: [positive(entry)], drops: true }));
  return fc.oneof(whole, slices, mask, list, typed, single);
}

/** What Python's `range(n)[start:stop:step]` holds, written from its definition. */
function pythonSlice(n: number, start: number | null, stop: number | null, step: number): number[] {
  const wrap = (i: number) => (i < 0 ? i + n : i);
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? n : n - 1;
  const clamp = (i: number) => Math.max(low, Math.min(high, wrap(i)));
  const first = start === null ? (step > 0 ? low : high) : clamp(start);
  const last = stop === null ? (step > 0 ? high : low) : clamp(stop);
  const indices: number[] = [];
  for (let i = first; step > 0 ? i < last : i > last; i += step) indices.push(i);
  return indices;
}
