import {
  type DecodedArray,
  decodeArray,
  decodeValue,
  type EncodedArray,
  ulps,
} from "../../../../tooling/fixtures/read.mjs";
import type { DType, NumericDType, TypedArray } from "../../src/base/dtype.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import type { Grid } from "../../src/grid/grid.js";
import type { Seed } from "../../src/seed/seed.js";
import type { SeedSubset } from "../../src/subset/seed-subset.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";

/** A seed that is not known to be in memory, so that it is read block by block; it counts what is read. */
export class OpaqueSeed<D extends DType = DType> implements Seed<D> {
  reads = 0;
  readonly #chunks: readonly number[];
  constructor(
    readonly array: NdArray<D> | SparseNdarray<D>,
    chunks?: readonly number[],
  ) {
    this.#chunks = chunks ?? array.shape.map((extent) => Math.max(1, Math.ceil(extent / 2)));
  }
  get shape(): readonly number[] {
    return this.array.shape;
  }
  get dtype(): D {
    return this.array.dtype;
  }
  get isSparse(): boolean {
    return this.array instanceof SparseNdarray;
  }
  get isMasked(): boolean {
    return this.array.isMasked;
  }
  chunkGrid(): Grid {
    return chunkShapeToGrid(this.#chunks, this.shape, 10);
  }
  async extractDense(subset: SeedSubset): Promise<NdArray<D>> {
    this.reads++;
    return this.array.extractDense(subset);
  }
  async extractSparse(subset: SeedSubset): Promise<SparseNdarray<D>> {
    this.reads++;
    return (this.array as SparseNdarray<D>).extractSparse(subset);
  }
}

export function decode(encoded: EncodedArray): NdArray {
  const { data, shape, dtype, mask }: DecodedArray = decodeArray(encoded);
  return new NdArray({ data: data as TypedArray, shape, dtype, mask } as never);
}

/** The same array with its first axis fastest in memory. */
export function fortran(x: NdArray): NdArray {
  return x.transpose().contiguous().transpose();
}

/** The same array with other elements between its own. */
export function gappy(x: NdArray): NdArray {
  const stride = x.stride.map((step) => step * 2);
  const data = new (x.data.constructor as new (length: number) => TypedArray)(x.data.length * 2 + 1);
  const mask = x.mask === undefined ? undefined : new Uint8Array(data.length);
  (x.data as TypedArray).forEach((value, i) => {
    data[2 * i + 1] = value;
    if (mask !== undefined) mask[2 * i + 1] = x.mask![i]!;
  });
  return new NdArray({ data, shape: x.shape, stride, offset: 1, dtype: x.dtype, mask } as never);
}

/** Every way in which the same values can come: in memory or read, dense or sparse, whole or in small blocks. */
export function forms(x: NdArray): [name: string, x: NdArray | SparseNdarray | OpaqueSeed, bufferSize?: number][] {
  const sparse = SparseNdarray.fromDense(x);
  return [
    ["in memory", x],
    ["in memory, in slabs", x, 16],
    ["in memory, first axis fastest", fortran(x)],
    ["in memory, first axis fastest, in slabs", fortran(x), 16],
    ["in memory, with gaps", gappy(x)],
    ["read whole", new OpaqueSeed(x)],
    ["read in blocks", new OpaqueSeed(x), 40],
    ["sparse", sparse],
    ["sparse, in slabs", sparse, 32],
    ["sparse, read whole", new OpaqueSeed(sparse)],
    ["sparse, read in blocks", new OpaqueSeed(sparse), 40],
  ];
}

/** One value as JSON has it, as JavaScript has it. */
export function decodeOne(value: number | string | boolean | null, dtype: DType): unknown {
  return decodeValue(value, dtype as NumericDType);
}

/** The elements in C order, null where missing. */
export function listOf(x: NdArray): unknown[] {
  const { data, mask } = x.contiguous();
  return Array.from(data as ArrayLike<number | bigint>, (value, i) =>
    mask?.[i] ? null : x.dtype === "bool" ? value !== 0 : value,
  );
}

/**
 * What is wrong with a value, if anything: floats must agree to `tolerance`, relative (a float32 may be rounded
 * differently besides), everything else must be equal.
 */
export function difference(actual: unknown, expected: unknown, tolerance: number, dtype: DType): string | undefined {
  if (typeof expected === "number" && Number.isFinite(expected) && typeof actual === "number") {
    const fits =
      dtype === "float32"
        ? ulps(actual, expected, "float32") <= 1
        : Math.abs(actual - expected) <= tolerance * Math.abs(expected);
    if (fits) return undefined;
  } else if (Object.is(actual, expected)) return undefined;
  return `got ${String(actual)}, expected ${String(expected)}`;
}
