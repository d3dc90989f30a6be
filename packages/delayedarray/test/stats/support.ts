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
import { type EntryReader, READ_ENTRIES } from "../../src/seed/entry-source.js";
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

/** A sparse seed that gives what it stores in batches of a few entries, in no order. */
export class EntrySeed<D extends DType = DType> extends OpaqueSeed<D> {
  batches = 0;
  readonly #size: number;

  /** @param size - entries in a batch */
  constructor(array: SparseNdarray<D>, size = 3) {
    super(array);
    this.#size = size;
  }

  get [READ_ENTRIES](): EntryReader {
    return async (visit, { signal }) => {
      const { coords, data, mask } = (this.array as SparseNdarray<D>).toCoo();
      const order = shuffled(data.length);
      // Used again for each batch, with room left over.
      const coordinates = coords.map(() => new Int32Array(this.#size + 1).fill(-1));
      const values = (data as TypedArray).slice(0, 0).constructor as new (length: number) => TypedArray;
      const batch = { data: new values(this.#size + 1), mask: mask && new Uint8Array(this.#size + 1) };
      for (let from = 0; from < order.length; from += this.#size) {
        signal?.throwIfAborted();
        const chosen = order.slice(from, from + this.#size);
        chosen.forEach((entry, i) => {
          for (const [axis, along] of coordinates.entries()) along[i] = coords[axis]![entry]!;
          batch.data[i] = data[entry]!;
          if (batch.mask !== undefined) batch.mask[i] = mask![entry]!;
        });
        this.batches++;
        if (!(await visit({ count: chosen.length, coordinates, ...batch, expected: order.length }))) return;
      }
    };
  }
}

/** The numbers below a number, in no order, but in the same one each time. */
function shuffled(length: number): number[] {
  return Array.from({ length }, (_, i) => i).sort((a, b) => ((a * 7919) % 127) - ((b * 7919) % 127));
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
    ["sparse, read as entries", new EntrySeed(sparse)],
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
