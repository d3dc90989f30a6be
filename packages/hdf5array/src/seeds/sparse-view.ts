import {
  DelayedArray,
  type DType,
  type ExtractOptions,
  type Seed,
  type SeedSubset,
  type SparseNdarray,
  slice,
} from "delayedarray";
import { isIndexRange } from "delayedarray/internal";

/**
 * What is asked for of a dense seed, as a sparse array. It is read block by block, so that it is never in memory as a
 * dense array as a whole.
 */
export function extractAsSparse<D extends DType>(
  seed: Seed<D>,
  subset: SeedSubset,
  { signal }: ExtractOptions,
): Promise<SparseNdarray<D>> {
  const { shape, dtype, isMasked } = seed;
  const dense: Seed<D> = {
    shape,
    dtype,
    isMasked,
    isSparse: false,
    givesFreshArrays: true,
    chunkGrid: () => seed.chunkGrid(),
    extractDense: (request, options) => seed.extractDense(request, options),
  };
  const entries = subset.map((entry) =>
    isIndexRange(entry) ? slice(entry.start, entry.stop, entry.step) : Float64Array.from(entry),
  );
  return new DelayedArray<D>(dense).subset(entries).toSparse({ signal });
}
