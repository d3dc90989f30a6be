import type { DecodedArray } from "../../../tooling/fixtures/read.mjs";

/** Random numbers that are the same in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % below;
  };
}

/** The selected elements of an array in memory, one index after the other. */
export function pick(array: DecodedArray, indices: readonly (readonly number[])[]): DecodedArray {
  const shape = indices.map(({ length }) => length);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = new (array.data.constructor as Float64ArrayConstructor)(size);
  const mask = array.mask && new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    let rest = i;
    let from = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += indices[axis]![rest % shape[axis]!]! * stride;
      rest = Math.floor(rest / shape[axis]!);
      stride *= array.shape[axis]!;
    }
    data[i] = array.data[from] as number;
    if (mask !== undefined) mask[i] = array.mask![from]!;
  }
  return { ...array, shape, data, ...(mask === undefined ? {} : { mask }) } as unknown as DecodedArray;
}
