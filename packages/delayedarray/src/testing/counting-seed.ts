import type { DType } from "../base/dtype.js";
import type { Seed } from "../seed/seed.js";
import { type SeedSubset, seedEntryLength } from "../subset/seed-subset.js";

/** What was asked of a seed so far. */
export interface SeedCounts {
  /** Calls of `extractDense`. */
  dense: number;
  /** Calls of `extractSparse`. */
  sparse: number;
  /** Elements asked for in all of them. */
  elements: number;
  /** The requests themselves, in order. */
  readonly requests: SeedSubset[];
}

/** A seed that counts what is asked of the seed it stands for, so that tests can say what is read and what is not. */
export interface CountingSeed<D extends DType = DType> extends Seed<D> {
  /** What the seed has been asked for until now. */
  readonly counts: SeedCounts;
}

/**
 * Wraps a seed in one that counts.
 *
 * @param seed - any seed
 */
export function countingSeed<D extends DType>(seed: Seed<D>): CountingSeed<D> {
  const counts: SeedCounts = { dense: 0, sparse: 0, elements: 0, requests: [] };
  const note = (kind: "dense" | "sparse", subset: SeedSubset): void => {
    counts[kind]++;
    counts.elements += subset.reduce((product, entry) => product * seedEntryLength(entry), 1);
    counts.requests.push(subset);
  };
  return {
    counts,
    shape: seed.shape,
    dtype: seed.dtype,
    isSparse: seed.isSparse,
    isMasked: seed.isMasked,
    givesFreshArrays: seed.givesFreshArrays ?? false,
    chunkGrid: () => seed.chunkGrid(),
    extractDense(subset, options) {
      note("dense", subset);
      return seed.extractDense(subset, options);
    },
    ...(seed.extractSparse && {
      extractSparse(subset, options) {
        note("sparse", subset);
        return seed.extractSparse!(subset, options);
      },
    }),
  };
}
