import type { Hdf5Source } from "../source/byte-source.js";

const sources = new WeakMap<object, Hdf5Source>();

/** Notes what a seed was opened by. @returns the seed */
export function withSource<S extends object>(seed: S, source: Hdf5Source): S {
  sources.set(seed, source);
  return seed;
}

/** What a seed was opened by; `undefined` for one of another kind. */
export function sourceOf(seed: object): Hdf5Source | undefined {
  return sources.get(seed);
}
