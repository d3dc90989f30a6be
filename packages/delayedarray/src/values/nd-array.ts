import { brand, hasBrand } from "../base/brand.js";
import { castInto } from "../base/cast.js";
import {
  allocate,
  checkDType,
  type DType,
  dtypeFacts,
  dtypeOfTypedArray,
  itemSize,
  type ScalarOf,
  type TypedArray,
  type TypedArrayOf,
  typedArrayFits,
} from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkPermutation, checkShape, cStrides, isCContiguous, type Shape, shapeText, sizeOf } from "../base/shape.js";
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
  readonly data: TypedArrayOf<D>;
  readonly shape: Shape;
  readonly stride: readonly number[];
  readonly offset: number;
  readonly dtype: D;
  readonly mask?: Uint8Array;

  /**
   * Wraps what is given, without a copy. Most users want {@link ndarray}.
   *
   * @throws `SHAPE_MISMATCH` when strides, offset and shape reach beyond `data`; `DTYPE_UNSUPPORTED` when `data` cannot
   * hold `dtype`
   */
  constructor(parts: Omit<NdArrayParts<D>, "stride" | "offset"> & Partial<Pick<NdArrayParts<D>, "stride" | "offset">>) {
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
          `NdArray: the mask has length ${String(parts.mask?.length)}, expected a Uint8Array of length ${this.data.length}, laid out like data`,
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

  /** Bytes that the elements take. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** The array with its axes reversed. */
  get T(): NdArray<D> {
    return this.transpose();
  }

  get isSparse(): false {
    return false;
  }

  get givesFreshArrays(): true {
    return true;
  }

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
    return this.mask?.[at] ? null : scalarAt(this.data as TypedArray, at, this.dtype);
  }

  /** Nested JavaScript arrays: numbers, bigints (64-bit integers), booleans, `null` where missing. */
  toNested(): Nested<ScalarOf<D>> {
    const build = (axis: number, position: number): Nested<ScalarOf<D>> => {
      if (axis === this.shape.length)
        return this.mask?.[position] ? null : scalarAt(this.data as TypedArray, position, this.dtype);
      return Array.from({ length: this.shape[axis]! }, (_, i) => build(axis + 1, position + i * this.stride[axis]!));
    };
    return build(0, this.offset);
  }

  /** A copy converted to another dtype, C-contiguous: floats truncate towards zero and saturate, NaN gives 0. */
  astype<E extends DType>(dtype: E): NdArray<E> {
    checkDType(dtype);
    const { data, mask } = this.contiguous();
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
   * @throws `SHAPE_MISMATCH` when the sizes differ
   */
  reshape(shape: readonly number[]): NdArray<D> {
    const unknown = shape.indexOf(-1);
    const known = sizeOf(shape.filter((extent) => extent !== -1));
    const full =
      unknown < 0 ? shape : shape.map((extent, axis) => (axis === unknown && known > 0 ? this.size / known : extent));
    if (full.some((extent) => !Number.isInteger(extent) || extent < 0) || sizeOf(full) !== this.size) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `cannot reshape ${shapeText(this.shape)} (${this.size} elements) into [${shape.join(", ")}]`,
      );
    }
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
    return this.format();
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
        `get on ${shapeText(shape)}: index ${String(index)} on axis ${axis} is not an integer`,
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

/** One element as a JavaScript value: a boolean for `bool`, a bigint for 64-bit integers, else a number. */
export function scalarAt<D extends DType>(data: TypedArray, at: number, dtype: D): ScalarOf<D> {
  const value = data[at]!;
  return (dtype === "bool" ? value !== 0 : value) as ScalarOf<D>;
}

/** What {@link ndarray} takes: nested plain arrays, a typed array, or a bare value (0-d). */
export type NestedInput = number | bigint | boolean | TypedArray | readonly NestedInput[];

/**
 * Makes an array in memory.
 *
 * Nested arrays of numbers give `float64`, of booleans `bool`, of bigints `int64`; a typed array has its own dtype
 * (`Uint8Array` is `uint8`, never `bool`) and is wrapped without a copy when `dtype` agrees.
 *
 * @param values - nested plain arrays of equal lengths, a flat or typed array with `shape`, or a bare value
 * @param shape - extents in C order; by default those of the nesting
 * @param dtype - converts to this dtype
 * @param options - `mask`: missing entries, in C order, nested or flat, true or 1 = missing
 * @throws `SHAPE_MISMATCH` for ragged nesting or a shape of another size, `INVALID_ARGUMENT` for values of mixed or
 * unknown types
 */
export function ndarray<A extends TypedArray>(
  values: A,
  shape?: readonly number[] | null,
  dtype?: undefined,
  options?: { mask?: NestedInput | undefined },
): NdArray<DTypeOfArray<A>>;
export function ndarray<D extends DType>(
  values: NestedInput,
  shape: readonly number[] | null | undefined,
  dtype: D,
  options?: { mask?: NestedInput | undefined },
): NdArray<D>;
export function ndarray(
  values: NestedInput,
  shape?: readonly number[] | null,
  dtype?: DType,
  options?: { mask?: NestedInput | undefined },
): NdArray;
export function ndarray(
  values: NestedInput,
  shape?: readonly number[] | null,
  dtype?: DType,
  options: { mask?: NestedInput | undefined } = {},
): NdArray {
  if (dtype !== undefined) checkDType(dtype);
  const source = readNested(values, "ndarray", dtype);
  const own = source.dtype;
  const full = checkShape(shape ?? source.shape);
  if (sizeOf(full) !== source.data.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `ndarray: shape ${shapeText(full)} needs ${sizeOf(full)} values, got ${source.data.length}`,
    );
  }
  let mask: Uint8Array | undefined;
  if (options.mask !== undefined) {
    const given = readNested(options.mask, "ndarray: mask");
    if (given.data.length !== source.data.length) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `ndarray: the mask has ${given.data.length} entries, the array ${source.data.length}`,
      );
    }
    mask = Uint8Array.from(given.data as ArrayLike<number>, (flag) => (flag ? 1 : 0));
  }
  const wanted = dtype ?? own;
  // A Uint8Array can hold bool as it is only if it holds nothing but 0 and 1, so that one is converted.
  if (wanted === own) return new NdArray({ data: source.data, shape: full, dtype: own, mask });
  const data = allocate(wanted, source.data.length);
  castInto(source.data, own, data, wanted);
  return new NdArray({ data, shape: full, dtype: wanted, mask });
}

export type DTypeOfArray<A extends TypedArray> = A extends Int8Array
  ? "int8"
  : A extends Int16Array
    ? "int16"
    : A extends Uint16Array
      ? "uint16"
      : A extends Int32Array
        ? "int32"
        : A extends Uint32Array
          ? "uint32"
          : A extends BigInt64Array
            ? "int64"
            : A extends BigUint64Array
              ? "uint64"
              : A extends Float32Array
                ? "float32"
                : A extends Float64Array
                  ? "float64"
                  : A extends Uint8Array
                    ? "uint8"
                    : DType;

function readNested(
  values: NestedInput,
  what: string,
  wanted?: DType,
): { data: TypedArray; dtype: DType; shape: number[] } {
  const typed = dtypeOfTypedArray(values);
  if (typed !== undefined) {
    const view = values as TypedArray;
    return { data: plainTypedArray(view, typed), dtype: typed, shape: [view.length] };
  }
  const shape: number[] = [];
  for (
    let level: unknown = values;
    Array.isArray(level) || dtypeOfTypedArray(level) !== undefined;
    level = (level as ArrayLike<unknown>)[0]
  ) {
    shape.push((level as ArrayLike<unknown>).length);
    if ((level as ArrayLike<unknown>).length === 0) break;
  }
  const flat: (number | bigint | boolean)[] = [];
  let innerDType: DType | undefined;
  const collect = (level: unknown, axis: number, inTyped: boolean): void => {
    const isTyped = dtypeOfTypedArray(level);
    if (Array.isArray(level) || isTyped !== undefined) {
      const list = level as ArrayLike<unknown>;
      if (axis >= shape.length || list.length !== shape[axis]) {
        throw new DelayedArrayError(
          "SHAPE_MISMATCH",
          `${what}: ragged nesting: an array of length ${list.length} at depth ${axis}, expected ${axis < shape.length ? shape[axis] : "a value"}`,
        );
      }
      if (isTyped !== undefined) {
        if (flat.length > 0 && innerDType !== isTyped) throw mixedTypes(what, [innerDType ?? "plain values", isTyped]);
        innerDType = isTyped;
      }
      for (let i = 0; i < list.length; i++) collect(list[i], axis + 1, isTyped !== undefined);
      return;
    }
    if (axis !== shape.length) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${what}: ragged nesting: a value at depth ${axis}, expected an array of length ${shape[axis]}`,
      );
    }
    if (typeof level !== "number" && typeof level !== "bigint" && typeof level !== "boolean") {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: ${level === null ? "null" : `a value of type ${typeof level}`}: expected numbers, bigints or booleans${level === null ? " (missing values go into the mask)" : ""}`,
      );
    }
    if (innerDType !== undefined && !inTyped) throw mixedTypes(what, [innerDType, "plain values"]);
    flat.push(level);
  };
  collect(values, 0, false);
  const kinds = new Set(flat.map((value) => typeof value));
  if (kinds.size > 1) throw mixedTypes(what, [...kinds]);
  const dtype: DType =
    innerDType ??
    (kinds.has("bigint") ? (wanted === "uint64" ? "uint64" : "int64") : kinds.has("boolean") ? "bool" : "float64");
  const data = allocate(dtype, flat.length);
  const { min, max } = dtypeFacts(dtype);
  const isLimited = kinds.has("bigint") && innerDType === undefined;
  flat.forEach((value, i) => {
    if (isLimited && ((value as bigint) < min || (value as bigint) > max)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: ${String(value)} does not fit ${dtype} (${min} to ${max})${dtype === "int64" ? '; "uint64" as dtype holds up to 2^64 - 1' : ""}`,
      );
    }
    data[i] = typeof value === "boolean" ? (value ? 1 : 0) : value;
  });
  return { data, dtype, shape };
}

function mixedTypes(what: string, kinds: readonly string[]): DelayedArrayError {
  return new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: values of several types (${kinds.join(", ")}): expected only numbers, only bigints, only booleans or typed arrays of one type`,
  );
}

/**
 * The same elements as an array of the very class that a dtype stands for. A clamped array saturates where uint8 wraps, a
 * Node `Buffer` shares memory when it is sliced, an array from another realm is no instance of this one's classes.
 */
function plainTypedArray(view: TypedArray, dtype: DType): TypedArray {
  const { array } = dtypeFacts(dtype);
  if (view.constructor === array) return view;
  const viewed = array as unknown as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
  return new viewed(view.buffer, view.byteOffset, view.length);
}
