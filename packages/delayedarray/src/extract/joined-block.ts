import { allocate, type DType, type TypedArray } from "../base/dtype.js";
import { setElements } from "../base/set-elements.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type AxisSelection, selectionAt } from "../subset/axis-selection.js";
import { NdArray } from "../values/nd-array.js";

/** A C-contiguous array that is filled with others along one axis. */
export class JoinedBlock {
  readonly #shape: Shape;
  readonly #along: number;
  readonly #dtype: DType;
  readonly #data: TypedArray | string[];
  readonly #mask: Uint8Array | undefined;

  constructor(shape: Shape, along: number, dtype: DType, isMasked: boolean) {
    this.#shape = shape;
    this.#along = along;
    this.#dtype = dtype;
    this.#data = allocate(dtype, sizeOf(shape));
    this.#mask = isMasked ? new Uint8Array(this.#data.length) : undefined;
  }

  /** Copies a C-contiguous block to the given positions on the axis. */
  place(block: NdArray, positions: AxisSelection): void {
    this.#copy(block.data, this.#data, positions);
    if (this.#mask !== undefined && block.mask !== undefined) this.#copy(block.mask, this.#mask, positions);
  }

  #copy(from: TypedArray | string[], to: TypedArray | string[], positions: AxisSelection): void {
    const before = sizeOf(this.#shape.slice(0, this.#along));
    const after = sizeOf(this.#shape.slice(this.#along + 1));
    const extent = this.#shape[this.#along]!;
    const count = positions.length;
    const isRun = positions.kind === "range" && positions.step === 1;
    for (let outer = 0; outer < before; outer++) {
      const source = outer * count * after;
      const target = outer * extent * after;
      if (isRun) {
        setElements(to, from, target + positions.start * after, source, source + count * after);
      } else {
        for (let i = 0; i < count; i++) {
          setElements(
            to,
            from,
            target + selectionAt(positions, i) * after,
            source + i * after,
            source + (i + 1) * after,
          );
        }
      }
    }
  }

  finish(): NdArray {
    return new NdArray({ data: this.#data, shape: this.#shape, dtype: this.#dtype, mask: this.#mask });
  }
}
