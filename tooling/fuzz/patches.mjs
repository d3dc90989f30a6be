// A mutant as its differences from a base file: short enough for pipes and for reports.

/** @typedef {{ length: number, patches: [number, string][] }} Difference length of the mutant; offset and bytes, in hex */

const NEAR = 8;

/**
 * @param {Uint8Array} base
 * @param {Uint8Array} mutant
 * @returns {Difference}
 */
export function difference(base, mutant) {
  /** @type {[number, string][]} */
  const patches = [];
  let at = 0;
  while (at < mutant.length) {
    if (mutant[at] === (base[at] ?? 0)) {
      at++;
      continue;
    }
    let end = at + 1;
    for (let i = end; i < mutant.length && i < end + NEAR; i++) if (mutant[i] !== (base[i] ?? 0)) end = i + 1;
    patches.push([at, Buffer.from(mutant.subarray(at, end)).toString("hex")]);
    at = end;
  }
  return { length: mutant.length, patches };
}

/**
 * @param {Uint8Array} base
 * @param {Difference} difference
 */
export function apply(base, { length, patches }) {
  const mutant = new Uint8Array(length);
  mutant.set(base.subarray(0, length));
  for (const [offset, hex] of patches) mutant.set(Buffer.from(hex, "hex"), offset);
  return mutant;
}
