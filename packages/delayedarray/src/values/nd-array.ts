import { brand, hasBrand } from "../base/brand.js";
import { castInto, checkCast } from "../base/cast.js";
import {
  allocate,
  checkDType,
  type DType,
  itemSize,
  type ScalarOf,
  type TypedArray,
  type TypedArrayOf,
  typedArrayFits,
} from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import {
  checkPermutation,
  checkShape,
  cStrides,
  isCContiguous,
  type Shape,
  settleShape,
  shapeText,
  sizeOf,
} from "../base/shape.js";
import { shown } from "../base/shown.js";
import { formatArray } from "../format/format-array.js";
import { chunkShapeToGrid } from "../grid/chunk-shape-to-grid.js";
import type { Grid } from "../grid/grid.js";
import { isFullSelection } from "../subset/axis-selection.js";
import { type SeedSubset, seedEntrySelection } from "../subset/seed-subset.js";
import { gather } from "./gather.js";
import type { NdArrayParts } from "./nd-array-parts.js";

/** Nested arrays of JavaScript values; `null` where an entry is missing. A bare value for a 0-d array. */
export type Nested<T> = T | null | Nested<T>[];

/**
 * A dense array in memory: typed data, extents, and strides in elements. It is a seed too, so every function that takes
 * a delayed array takes an `NdArray`.
 */
export class NdArray<D extends DType = DType> implements NdArrayParts<D> {
  /** The elements, at `offset` and `stride`: a typed array, of strings a plain array. */
  readonly data: TypedArrayOf<D>;
  /** Extents, one per axis; frozen. */
  readonly shape: Shape;
  readonly stride: readonly number[];
  readonly offset: number;
  /** Element type. */
  readonly dtype: D;
  readonly mask?: Uint8Array;

  /**
   * Wraps what is given, without a copy. Most users want {@link ndarray}.
   *
   * @throws `SHAPE_MISMATCH` when strides, offset and shape reach beyond `data`; `DTYPE_UNSUPPORTED` when `data` cannot
   * hold `dtype`
   */
  constructor(parts: Omit<NdArrayParts<D>, "stride" | "offset"> & Partial<Pick<NdArrayParts<D>, "stride" | "offset">>) {
    if (typeof parts !== "object" || parts === null) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `NdArray: expected its parts, got ${shown(parts)}`);
    }
    this.dtype = checkDType(parts.dtype) as D;
    this.shape = checkShape(parts.shape);
    this.data = parts.data;
    this.stride = Object.freeze(Array.from(parts.stride ?? cStrides(this.shape)));
    this.offset = parts.offset ?? 0;
    if (!typedArrayFits(this.data as TypedArray, this.dtype)) {
      throw new DelayedArrayError(
        "DTYPE_UNSUPPORTED",
        `NdArray of ${this.dtype}: data is a ${Object.prototype.toString.call(this.data).slice(8, -1)}`,
      );
    }
    checkBounds(this);
    if (parts.mask !== undefined) {
      if (!(parts.mask instanceof Uint8Array) || parts.mask.length !== this.data.length) {
        throw new DelayedArrayError(
          "SHAPE_MISMATCH",
          `NdArray: the mask has length ${shown(parts.mask?.length)}, expected a Uint8Array of length ${this.data.length}, laid out like data`,
        );
      }
      this.mask = parts.mask;
    }
    Object.freeze(this);
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Extent of the first axis. @throws `INVALID_ARGUMENT` for a 0-d array, as in Python */
  get length(): number {
    if (this.shape.length === 0)
      throw new DelayedArrayError("INVALID_ARGUMENT", "length of a 0-d array: it has no first axis");
    return this.shape[0]!;
  }

  /** Bytes that the elements take; strings are counted as 64 bytes each. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** The array with its axes reversed. */
  get T(): NdArray<D> {
    return this.transpose();
  }

  /** Always false: a dense array. */
  get isSparse(): false {
    return false;
  }

  /** What is extracted from this array is the caller's to change. */
  get givesFreshArrays(): true {
    return true;
  }

  /** Whether entries can be missing. */
  get isMasked(): boolean {
    return this.mask !== undefined;
  }

  /**
   * One element; `null` if it is missing. Negative indices count from the end.
   *
   * @param indices - one per axis
   * @throws `SHAPE_MISMATCH` for another number of indices, `INDEX_OUT_OF_RANGE`
   */
  get(...indices: number[]): ScalarOf<D> | null {
    const at = this.offset + elementPosition(indices, this.shape, this.stride);
    return this.mask?.[at] ? null : scalarAt(this.data, at, this.dtype);
  }

  /** Nested JavaScript arrays: numbers, bigints (64-bit integers), booleans, strings, `null` where missing. */
  toNested(): Nested<ScalarOf<D>> {
    const build = (axis: number, position: number): Nested<ScalarOf<D>> => {
      if (axis === this.shape.length) return this.mask?.[position] ? null : scalarAt(this.data, position, this.dtype);
      return Array.from({ length: this.shape[axis]! }, (_, i) => build(axis + 1, position + i * this.stride[axis]!));
    };
    return build(0, this.offset);
  }

  /**
   * A copy converted to another dtype, C-contiguous: floats truncate towards zero and saturate, NaN gives 0.
   *
   * @throws `DTYPE_UNSUPPORTED` from or to strings
   */
  astype<E extends DType>(dtype: E): NdArray<E> {
    checkCast(this.dtype, checkDType(dtype));
    const { data, mask } = this.contiguous();
    if (Array.isArray(data)) {
      return new NdArray<E>({ data: data.slice() as TypedArrayOf<E>, shape: this.shape, dtype, mask: mask?.slice() });
    }
    const out = allocate(dtype, data.length);
    castInto(data as TypedArray, this.dtype, out as TypedArray, dtype);
    return new NdArray<E>({ data: out, shape: this.shape, dtype, mask: mask?.slice() });
  }

  /** The same data with its axes in another order, without a copy; by default reversed. */
  transpose(axes?: readonly number[]): NdArray<D> {
    const permutation = checkPermutation(axes, this.shape.length);
    return new NdArray<D>({
      data: this.data,
      shape: permutation.map((axis) => this.shape[axis]!),
      stride: permutation.map((axis) => this.stride[axis]!),
      offset: this.offset,
      dtype: this.dtype,
      mask: this.mask,
    });
  }

  /**
   * The same elements in C order under another shape; one extent may be -1 and is worked out.
   *
   * @throws `SHAPE_MISMATCH` when the sizes differ, `INVALID_ARGUMENT` for what is no array
   */
  reshape(shape: readonly number[]): NdArray<D> {
    const full = settleShape(shape, this.shape);
    const { data, mask, offset } = isCContiguous(this.shape, this.stride) ? this : this.contiguous();
    return new NdArray<D>({ data, shape: full, offset, dtype: this.dtype, mask });
  }

  /**
   * The same values in C order with offset 0 and nothing else in `data`: this array itself if it is so already.
   */
  contiguous(): NdArray<D> {
    if (this.offset === 0 && this.data.length === this.size && isCContiguous(this.shape, this.stride)) return this;
    return new NdArray(
      gather<D>(
        this,
        this.shape.map(() => null),
      ),
    );
  }

  /** Header and values as NumPy prints them; masked entries as `--`. */
  format(): string {
    return formatArray(this, "NdArray");
  }

  toString(): string {
    return `${shapeText(this.shape)} NdArray object of type '${this.dtype}'`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** One chunk per index of the first axis that varies: rows of a C-ordered array, columns of a Fortran-ordered one. */
  chunkGrid(): Grid {
    const columnMajor =
      this.shape.length > 1 &&
      !isCContiguous(this.shape, this.stride) &&
      isCContiguous([...this.shape].reverse(), [...this.stride].reverse());
    const whole = columnMajor ? 0 : this.shape.length - 1;
    return chunkShapeToGrid(
      this.shape.map((extent, axis) => (axis === whole ? Math.max(extent, 1) : 1)),
      this.shape,
      1,
    );
  }

  /** The seed protocol: a C-contiguous copy of the elements asked for. */
  extractDense(subset: SeedSubset): NdArray<D> {
    const selections = subset.map((entry, axis) => {
      const selection = seedEntrySelection(entry);
      return isFullSelection(selection, this.shape[axis]!) ? null : selection;
    });
    return new NdArray(gather<D>(this, selections));
  }
}
brand(NdArray, "delayedarray.NdArray");

/** Whether `value` is an `NdArray` of this or another copy of the package. */
export function isNdArray(value: unknown): value is NdArray {
  return hasBrand(value, "delayedarray.NdArray");
}

function checkBounds({ data, shape, stride, offset }: NdArrayParts): void {
  if (stride.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `NdArray of shape ${shapeText(shape)}: got ${stride.length} strides, expected ${shape.length}`,
    );
  }
  if (sizeOf(shape) === 0) return;
  let low = offset;
  let high = offset;
  shape.forEach((extent, axis) => {
    const reach = (extent - 1) * stride[axis]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  if (!(low >= 0 && high < data.length)) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `NdArray of shape ${shapeText(shape)} needs elements ${low} to ${high} of its data, which has ${data.length}`,
    );
  }
}

/** Position, relative to the offset, of the element at `indices`, checked. */
export function elementPosition(indices: readonly number[], shape: Shape, stride: readonly number[]): number {
  if (indices.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `get on ${shapeText(shape)}: got ${indices.length} indices, expected ${shape.length}`,
    );
  }
  let position = 0;
  indices.forEach((index, axis) => {
    const extent = shape[axis]!;
    if (!Number.isInteger(index)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `get on ${shapeText(shape)}: index ${shown(index)} on axis ${axis} is not an integer`,
      );
    }
    if (index < -extent || index >= extent) {
      throw new DelayedArrayError(
        "INDEX_OUT_OF_RANGE",
        `get on ${shapeText(shape)}: index ${index} is out of range for axis ${axis} with extent ${extent}`,
      );
    }
    position += (index < 0 ? index + extent : index) * stride[axis]!;
  });
  return position;
}

/** One element as a JavaScript value: a boolean for `bool`, a bigint for 64-bit integers, a string, else a number. */
export function scalarAt<D extends DType>(data: TypedArray | string[], at: number, dtype: D): ScalarOf<D> {
  const value = data[at]!;
  return (dtype === "bool" ? value !== 0 : value) as ScalarOf<D>;
}
