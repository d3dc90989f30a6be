import { DelayedArrayError } from "./errors.js";
import { shown } from "./shown.js";

/** Element types, by NumPy's names. */
export type DType =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

interface TypedArrayByDType {
  bool: Uint8Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** The typed array that holds elements of a dtype; `bool` is a `Uint8Array` of 0 and 1. */
export type TypedArrayOf<D extends DType = DType> = TypedArrayByDType[D];

/** Any typed array that can hold elements of some dtype. */
export type TypedArray = TypedArrayByDType[DType];

/** What `get` and `toNested` give for one element of a dtype. */
export type ScalarOf<D extends DType = DType> = D extends "bool"
  ? boolean
  : D extends "int64" | "uint64"
    ? bigint
    : number;

interface DTypeFacts {
  /** NumPy's kind character: bool, signed integer, unsigned integer, float. */
  readonly kind: "b" | "i" | "u" | "f";
  /** Bytes per element. */
  readonly size: 1 | 2 | 4 | 8;
  readonly array: new (length: number) => TypedArray;
  /** Smallest and largest value of an integer type. */
  readonly min: bigint;
  readonly max: bigint;
}

function integer(kind: "i" | "u", size: 1 | 2 | 4 | 8, array: new (length: number) => TypedArray): DTypeFacts {
  const bits = BigInt(size * 8);
  return kind === "u"
    ? { kind, size, array, min: 0n, max: (1n << bits) - 1n }
    : { kind, size, array, min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n };
}

const FACTS: { readonly [D in DType]: DTypeFacts } = {
  bool: { kind: "b", size: 1, array: Uint8Array, min: 0n, max: 1n },
  int8: integer("i", 1, Int8Array),
  uint8: integer("u", 1, Uint8Array),
  int16: integer("i", 2, Int16Array),
  uint16: integer("u", 2, Uint16Array),
  int32: integer("i", 4, Int32Array),
  uint32: integer("u", 4, Uint32Array),
  int64: integer("i", 8, BigInt64Array),
  uint64: integer("u", 8, BigUint64Array),
  float32: { kind: "f", size: 4, array: Float32Array, min: 0n, max: 0n },
  float64: { kind: "f", size: 8, array: Float64Array, min: 0n, max: 0n },
};

/** All dtypes, in NumPy's order of promotion. */
export const DTYPES = Object.freeze(Object.keys(FACTS) as DType[]);

/** Kind, size in bytes, integer limits and array constructor of a dtype. */
export function dtypeFacts(dtype: DType): DTypeFacts {
  return FACTS[dtype];
}

/** Whether `value` is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(FACTS, value);
}

/**
 * Checks that `value` names a dtype.
 *
 * @throws `DTYPE_UNSUPPORTED` naming the value and the dtypes there are
 */
export function checkDType(value: unknown, what = "dtype"): DType {
  if (isDType(value)) return value;
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${what} ${shown(value)}: expected one of ${DTYPES.join(", ")}`);
}

/** Bytes per element. */
export function itemSize(dtype: DType): number {
  return FACTS[dtype].size;
}

/** Whether elements of this dtype are bigints. */
export function isBigDType(dtype: DType): dtype is "int64" | "uint64" {
  return dtype === "int64" || dtype === "uint64";
}

/** Whether this is a signed or unsigned integer dtype (not `bool`). */
export function isIntegerDType(dtype: DType): boolean {
  const { kind } = FACTS[dtype];
  return kind === "i" || kind === "u";
}

/** Whether this is `float32` or `float64`. */
export function isFloatDType(dtype: DType): boolean {
  return FACTS[dtype].kind === "f";
}

/**
 * A new typed array of `length` zeros.
 *
 * @throws `LIMIT_EXCEEDED` when the runtime cannot allocate that much, naming the size in bytes
 */
export function allocate<D extends DType>(dtype: D, length: number): TypedArrayOf<D> {
  try {
    return new FACTS[dtype].array(length) as TypedArrayOf<D>;
  } catch (cause) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `cannot allocate ${length} elements of ${dtype} (${length * FACTS[dtype].size} bytes): ` +
        "read a smaller subset, or go block by block with applyOverBlocks",
      { cause },
    );
  }
}

const BY_CONSTRUCTOR: ReadonlyMap<string, DType> = new Map([
  ["Uint8Array", "uint8"],
  ["Uint8ClampedArray", "uint8"],
  ["Int8Array", "int8"],
  ["Int16Array", "int16"],
  ["Uint16Array", "uint16"],
  ["Int32Array", "int32"],
  ["Uint32Array", "uint32"],
  ["BigInt64Array", "int64"],
  ["BigUint64Array", "uint64"],
  ["Float32Array", "float32"],
  ["Float64Array", "float64"],
]);

/** The dtype of a typed array (`Uint8Array` is `uint8`, never `bool`), or `undefined` for anything else. */
export function dtypeOfTypedArray(value: unknown): DType | undefined {
  // By tag, not by instanceof: a typed array may come from another realm (an iframe, a Node vm context).
  return ArrayBuffer.isView(value)
    ? BY_CONSTRUCTOR.get((value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? "")
    : undefined;
}

/** Whether a typed array can hold elements of `dtype` as they are. */
export function typedArrayFits(data: TypedArray, dtype: DType): boolean {
  // By tag, as above; a clamped array, which saturates where uint8 wraps, has another one.
  return ArrayBuffer.isView(data) && data[Symbol.toStringTag] === FACTS[dtype].array.name;
}

/**
 * The dtype that holds both operands' values.
 *
 * @see NumPy's `promote_types` and NEP 50
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const x = FACTS[a];
  const y = FACTS[b];
  if (x.kind === "b") return b;
  if (y.kind === "b") return a;
  if (x.kind === "f" || y.kind === "f") {
    const float = x.kind === "f" ? x : y;
    const other = x.kind === "f" ? y : x;
    // An integer of up to 16 bits fits float32's 24-bit significand.
    return float.size === 4 && (other.kind === "f" ? other.size === 4 : other.size <= 2) ? "float32" : "float64";
  }
  if (x.kind === y.kind) return x.size > y.size ? a : b;
  const [signed, unsigned, signedName] = x.kind === "i" ? [x, y, a] : [y, x, b];
  if (signed.size > unsigned.size) return signedName;
  return unsigned.size === 1 ? "int16" : unsigned.size === 2 ? "int32" : unsigned.size === 4 ? "int64" : "float64";
}

/**
 * The dtype that holds the values of all operands, whatever their order. It is not the same as promoting one after the
 * other: int8 and uint16 give int32, which does not fit float32, yet each of them alone does.
 *
 * @param dtypes - at least one
 * @throws `INVALID_ARGUMENT` when there is none
 * @see NumPy's `result_type`
 */
export function promoteAll(dtypes: readonly DType[]): DType {
  if (dtypes.length === 0)
    throw new DelayedArrayError("INVALID_ARGUMENT", "a common dtype of nothing: expected at least one dtype");
  const floatsFirst = [...dtypes.filter(isFloatDType), ...dtypes.filter((dtype) => !isFloatDType(dtype))];
  return floatsFirst.reduce(promote);
}
