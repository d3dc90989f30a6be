// Random numbers that are the same on every platform and in every run with the same seed.

/** @typedef {ReturnType<typeof random>} Random */

/**
 * Of its own for each mutant, so that one can be made again without those before it.
 *
 * @param {number} seed of the run
 * @param {number} index of the mutant
 */
export function random(seed, index) {
  let state = mix(mix(seed >>> 0) ^ mix(index + 0x9e3779b9));

  /** An integer from 0 to 2^32 - 1. */
  function next() {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state);
  }

  /** An integer from 0 up to but not including `limit`. */
  const below = (limit) => Math.floor((next() / 2 ** 32) * limit);

  return {
    below,
    /** From `low` to `high`, both included. */
    between: (low, high) => low + below(high - low + 1),
    /** True with this probability. */
    chance: (probability) => next() < probability * 2 ** 32,
    pick: (items) => items[below(items.length)],
    /** One of the keys, as often as its weight says. */
    weighted(weights) {
      let left = below(Object.values(weights).reduce((sum, weight) => sum + weight, 0));
      for (const [key, weight] of Object.entries(weights)) {
        if (left < weight) return key;
        left -= weight;
      }
      throw new RangeError("no weights");
    },
  };
}

/** The finalizer of MurmurHash3. */
function mix(value) {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
