import { castInto, checkCast } from "../base/cast.js";
import { checkOptions } from "../base/check-options.js";
import {
  allocate,
  checkDType,
  type DType,
  dtypeFacts,
  dtypeOfTypedArray,
  type NumericDType,
  type TypedArray,
  type TypedArrayOf,
} from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkShape, shapeText, sizeOf } from "../base/shape.js";
import { NdArray } from "./nd-array.js";

/** What {@link ndarray} takes: nested plain arrays, a typed array, or a bare value (0-d). */
export type NestedInput = number | bigint | boolean | string | TypedArray | readonly NestedInput[];

/**
 * Makes an array in memory.
 *
 * Nested arrays of numbers give `float64`, of booleans `bool`, of bigints `int64`, of strings `string`; a typed array has its own dtype
 * (`Uint8Array` is `uint8`, never `bool`) and is wrapped without a copy when `dtype` agrees.
 *
 * @param values - nested plain arrays of equal lengths, a flat or typed array with `shape`, or a bare value
 * @param shape - extents in C order; by default those of the nesting
 * @param dtype - converts to this dtype
 * @param options - `mask`: missing entries, in C order, nested or flat, true or 1 = missing
 * @throws `SHAPE_MISMATCH` for ragged nesting or a shape of another size, `INVALID_ARGUMENT` for values of mixed or
 * unknown types, `DTYPE_UNSUPPORTED` for strings that are to be numbers and the other way round
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
  checkOptions("ndarray", options, ["mask"]);
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
    if (given.dtype === "string") {
      throw new DelayedArrayError("INVALID_ARGUMENT", "ndarray: the mask is of strings: expected booleans or numbers");
    }
    mask = Uint8Array.from(given.data as ArrayLike<number>, (flag) => (flag ? 1 : 0));
  }
  const wanted = dtype ?? own;
  // A Uint8Array can hold bool as it is only if it holds nothing but 0 and 1, so that one is converted.
  if (wanted === own) return new NdArray({ data: source.data, shape: full, dtype: own, mask });
  checkCast(own, wanted);
  const data = allocate(wanted, source.data.length);
  castInto(source.data as TypedArray, own, data as TypedArray, wanted);
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
): { data: TypedArrayOf; dtype: DType; shape: number[] } {
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
  const flat: (number | bigint | boolean | string)[] = [];
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
    if (
      typeof level !== "number" &&
      typeof level !== "bigint" &&
      typeof level !== "boolean" &&
      typeof level !== "string"
    ) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: ${level === null ? "null" : `a value of type ${typeof level}`}: expected numbers, bigints, booleans or strings${level === null ? " (missing values go into the mask)" : ""}`,
      );
    }
    if (innerDType !== undefined && !inTyped) throw mixedTypes(what, [innerDType, "plain values"]);
    flat.push(level);
  };
  collect(values, 0, false);
  const kinds = new Set(flat.map((value) => typeof value));
  if (kinds.size > 1) throw mixedTypes(what, [...kinds]);
  if (kinds.has("string") || (wanted === "string" && flat.length === 0)) {
    return { data: flat as string[], dtype: "string", shape };
  }
  const dtype =
    (innerDType as NumericDType | undefined) ??
    (kinds.has("bigint") ? (wanted === "uint64" ? "uint64" : "int64") : kinds.has("boolean") ? "bool" : "float64");
  const data = allocate(dtype, flat.length);
  const { min, max } = dtypeFacts(dtype);
  const isLimited = kinds.has("bigint") && innerDType === undefined;
  (flat as (number | bigint | boolean)[]).forEach((value, i) => {
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
    `${what}: values of several types (${kinds.join(", ")}): expected only numbers, only bigints, only booleans, only strings or typed arrays of one type`,
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
