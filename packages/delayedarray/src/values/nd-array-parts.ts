import type { DType, TypedArrayOf } from "../base/dtype.js";
import type { Shape } from "../base/shape.js";

/** What an `NdArray` is made of: structurally a zarrita `Chunk` and a scijs `ndarray`. */
export interface NdArrayParts<D extends DType = DType> {
  readonly data: TypedArrayOf<D>;
  readonly shape: Shape;
  /** Strides in elements. */
  readonly stride: readonly number[];
  /** Position in `data` of the first element. */
  readonly offset: number;
  readonly dtype: D;
  /** Missing entries, laid out like `data`: 1 = missing. */
  readonly mask?: Uint8Array | undefined;
}
