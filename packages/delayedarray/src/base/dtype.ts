import { DelayedArrayError } from "./errors.js";
import { shown } from "./shown.js";

/** Element types, by NumPy's names; `string` is NumPy's `StringDType`: texts of any length. */
export type DType = NumericDType | "string";

/** Element types that a typed array holds: all but `string`. */
export type NumericDType =
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
  string: string[];
}

/** What holds elements of a dtype: a typed array, of 0 and 1 for `bool`; for `string` a plain array of strings. */
export type TypedArrayOf<D extends DType = DType> = TypedArrayByDType[D];

/** The typed array that holds elements of a dtype other than `string`. */
export type NumbersOf<D extends DType = DType> = TypedArrayOf<Exclude<D, "string">>;

/** Any typed array that can hold elements of some dtype. */
export type TypedArray = TypedArrayByDType[NumericDType];

/** What `get` and `toNested` give for one element of a dtype. */
export type ScalarOf<D extends DType = DType> = D extends "bool"
  ? boolean
  : D extends "int64" | "uint64"
    ? bigint
    : D extends "string"
      ? string
      : number;

interface DTypeFacts {
  /** NumPy's kind character: bool, signed integer, unsigned integer, float, text. */
  readonly kind: "b" | "i" | "u" | "f" | "T";
  /** Bytes per element; of strings an estimate. */
  readonly size: number;
  /** The class of the arrays that hold elements. */
  readonly array: new (
    length: number,
  ) => TypedArray | string[];
  /** Smallest and largest value of an integer type. */
  readonly min: bigint;
  readonly max: bigint;
}

/**
 * What a string is taken to need where memory is planned: its place in an array, and an object of up to some forty
 * characters. Its true size is known only once it has been read.
 */
const STRING_BYTES = 64;

function integer(kind: "i" | "u", size: number, array: new (length: number) => TypedArray): DTypeFacts {
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
  string: { kind: "T", size: STRING_BYTES, array: Array<string>, min: 0n, max: 0n },
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

/** Bytes per element; 64 for a string, which is an estimate. */
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

/** Elements up to which an engine gives a plain array a single piece of memory when its length is set. */
const PLAIN_ARRAY = 2 ** 25;

/** A new array of `length` empty strings. */
function emptyStrings(length: number): string[] {
  if (length <= PLAIN_ARRAY) return new Array<string>(length).fill("");
  if (length > 2 ** 32 - 1) throw new RangeError("Invalid array length");
  const strings: string[] = [];
  for (let i = 0; i < length; i++) strings.push("");
  return strings;
}

/**
 * A new array of `length` zeros, or of empty strings.
 *
 * @throws `LIMIT_EXCEEDED` when the runtime cannot allocate that much, naming the size in bytes
 */
export function allocate<D extends DType>(dtype: D, length: number): TypedArrayOf<D> {
  try {
    return (dtype === "string" ? emptyStrings(length) : new FACTS[dtype].array(length)) as TypedArrayOf<D>;
  } catch (cause) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `cannot allocate ${length} elements of ${dtype} (${length * FACTS[dtype].size} bytes): ` +
        "read a smaller subset, or go block by block with applyOverBlocks",
      { cause },
    );
  }
}

/**
 * A new typed array of `length` zeros, for what strings have no part in.
 *
 * @throws `LIMIT_EXCEEDED` as {@link allocate}; `DTYPE_UNSUPPORTED` for `string`
 */
export function allocateNumbers<D extends DType>(dtype: D, length: number): NumbersOf<D> {
  if (dtype === "string") throw new DelayedArrayError("DTYPE_UNSUPPORTED", "dtype string: expected a dtype of numbers");
  return allocate(dtype, length) as NumbersOf<D>;
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

/** Whether an array can hold elements of `dtype` as they are. */
export function typedArrayFits(data: TypedArray | string[], dtype: DType): boolean {
  if (dtype === "string") return Array.isArray(data);
  // By tag, as above; a clamped array, which saturates where uint8 wraps, has another one.
  return ArrayBuffer.isView(data) && data[Symbol.toStringTag] === FACTS[dtype].array.name;
}

/**
 * The dtype that holds both operands' values.
 *
 * @throws `DTYPE_UNSUPPORTED` for strings beside anything else
 * @see NumPy's `promote_types` and NEP 50
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === "string" || b === "string") {
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${a} and ${b} have no common dtype: convert one of them first, strings to numbers with map(x, Number, { dtype: "float64" })`,
    );
  }
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
