import { type DType, NdArray, type TypedArray } from "delayedarray";
import { allocate, cStrides, sizeOf } from "delayedarray/internal";
import { addTo } from "./collect-sparse.js";
import type { Cells } from "./read-sparse.js";

/** Collects the cells of a sparse array into a dense one: 0 where there is none, those at one place added up. */
export class DenseCollector<D extends DType> {
  readonly #dtype: D;
  readonly #shape: readonly number[];
  readonly #strides: readonly number[];
  readonly #data: TypedArray;
  readonly #mask: Uint8Array | undefined;

  /** @throws `LIMIT_EXCEEDED` when it cannot be allocated */
  constructor(dtype: D, shape: readonly number[], isMasked: boolean) {
    this.#dtype = dtype;
    this.#shape = shape;
    this.#strides = cStrides(shape);
    this.#data = allocate(dtype, sizeOf(shape)) as TypedArray;
    this.#mask = isMasked ? allocate("uint8", this.#data.length) : undefined;
  }

  /** Takes the cells that were asked for. */
  add({ count, positions, values, validity }: Cells): void {
    for (let i = 0; i < count; i++) {
      let at = 0;
      let asked = true;
      for (let axis = 0; axis < positions.length; axis++) {
        const position = positions[axis]![i]!;
        if (position < 0) asked = false;
        at += position * this.#strides[axis]!;
      }
      if (!asked) continue;
      if (validity?.[i] === 0) this.#mask![at] = 1;
      else addTo(this.#data, at, values[i]!, this.#dtype);
    }
  }

  finish(): NdArray<D> {
    return new NdArray<D>({ data: this.#data as never, shape: this.#shape, dtype: this.#dtype, mask: this.#mask });
  }
}
