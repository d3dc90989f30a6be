import {
  chunkShapeToGrid,
  concatenate,
  DelayedArrayError,
  DTYPES,
  type ExtractOptions,
  type IndexRange,
  NdArray,
  type NumericDType,
  ndarray,
  type Seed,
  type SeedSubset,
  type TypedArrayOf,
} from "delayedarray";
import * as zarr from "zarrita";
import { translated } from "./errors.js";

/** A Zarr array of numbers as a seed: `wrap(await ZarrSeed.open(store, "path"))` is a delayed array. */
export class ZarrSeed implements Seed {
  readonly dtype: NumericDType;
  readonly isSparse = false;
  readonly isMasked = false;
  readonly givesFreshArrays = true;
  readonly #array: zarr.Array<zarr.DataType>;

  constructor(array: zarr.Array<zarr.DataType>) {
    const dtype = DTYPES.find((one) => one === array.dtype);
    if (dtype === undefined || dtype === "string")
      throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${array.path}: dtype ${array.dtype}`);
    this.dtype = dtype;
    this.#array = array;
  }

  /** Opens an array of a store: a folder, a URL, a zip file, whatever zarrita reads; formats 2 and 3. */
  static async open(store: zarr.Readable, path = ""): Promise<ZarrSeed> {
    return new ZarrSeed(await zarr.open(zarr.root(store).resolve(path), { kind: "array" }).catch(translated));
  }

  get shape(): readonly number[] {
    return this.#array.shape;
  }

  /** To read and decompress an element costs some 20 times as much as to take it from memory. */
  chunkGrid() {
    return chunkShapeToGrid(this.#array.chunks, this.shape, 20);
  }

  async extractDense(subset: SeedSubset, { signal }: ExtractOptions): Promise<NdArray> {
    const shape = subset.map(lengthOf);
    if (shape.includes(0)) return ndarray([], shape, this.dtype); // zarrita reads no empty ranges
    const axis = subset.findIndex((entry) => !("step" in entry));
    if (axis < 0) return this.#read(subset as IndexRange[], signal);
    // Zarrita takes no lists: a range is read for each chunk that a list touches, and the indices are picked from it.
    const runs = byChunk(Array.from(subset[axis] as ArrayLike<number>), this.#array.chunks[axis] ?? 1);
    const parts = runs.map(async (run) => {
      const start = run[0] ?? 0;
      const range = { start, stop: (run.at(-1) ?? start) + 1, step: 1 };
      const part = await this.extractDense(subset.with(axis, range), { signal });
      const picked = part.shape.map((extent, k): SeedSubset[number] =>
        k === axis ? run.map((index) => index - start) : { start: 0, stop: extent, step: 1 },
      );
      return part.extractDense(picked);
    });
    return concatenate(await Promise.all(parts), axis).toDense({ signal });
  }

  async #read(ranges: readonly IndexRange[], signal: AbortSignal | undefined): Promise<NdArray> {
    const slices = ranges.map(({ start, stop, step }) => zarr.slice(start, stop, step));
    const chunk = await zarr.get(this.#array, slices, signal && { signal }).catch(translated);
    // Zarrita gives the value itself of an array without axes.
    if (slices.length === 0) return ndarray(chunk as unknown as number, null, this.dtype);
    const { data, shape, stride } = chunk;
    const own = data instanceof zarr.BoolArray ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
    return new NdArray({ data: own as TypedArrayOf<NumericDType>, shape, stride, dtype: this.dtype });
  }
}

function lengthOf(entry: SeedSubset[number]): number {
  return "step" in entry ? Math.max(0, Math.ceil((entry.stop - entry.start) / entry.step)) : entry.length;
}

/** Increasing indices by the chunk that they are in. */
function byChunk(indices: readonly number[], chunk: number): number[][] {
  const runs = new Map<number, number[]>();
  for (const index of indices) {
    const run = runs.get(Math.floor(index / chunk));
    if (run === undefined) runs.set(Math.floor(index / chunk), [index]);
    else run.push(index);
  }
  return [...runs.values()];
}
