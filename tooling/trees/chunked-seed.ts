// A seed as another package would write one, strict about what it is asked for.
import {
  chunkShapeToGrid,
  isSparseNdarray,
  type NdArray,
  type Seed,
  type SeedSubset,
  type SparseNdarray,
} from "delayedarray";

function check(subset: SeedSubset, shape: readonly number[]): void {
  if (subset.length !== shape.length) throw new Error(`asked for ${subset.length} axes of ${shape.length}`);
  subset.forEach((entry, axis) => {
    const extent = shape[axis]!;
    if ("step" in entry) {
      const { start, stop, step } = entry;
      if (!(start >= 0 && start <= stop && stop <= extent && step >= 1))
        throw new Error(`asked for ${start}:${stop}:${step} of ${extent}`);
    } else {
      const list = Array.from(entry as ArrayLike<number>);
      const rises = list.every((index, i) => index >= 0 && index < extent && (i === 0 || index > list[i - 1]!));
      if (!rises) throw new Error(`asked for [${list.join()}] of ${extent}`);
    }
  });
}

/** The array in chunks, read with a wait if it is sparse and without one if it is dense. */
export function chunkedSeed(array: NdArray | SparseNdarray, chunks: readonly number[]): Seed {
  const { shape, dtype, isMasked } = array;
  const dense: Seed = {
    shape,
    dtype,
    isMasked,
    isSparse: false,
    chunkGrid: () => chunkShapeToGrid(chunks, shape, 1),
    extractDense(subset) {
      check(subset, shape);
      return array.extractDense(subset);
    },
  };
  if (!isSparseNdarray(array)) return dense;
  return {
    ...dense,
    isSparse: true,
    async extractSparse(subset) {
      await Promise.resolve();
      check(subset, shape);
      return array.extractSparse(subset);
    },
  };
}
