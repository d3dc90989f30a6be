import type { TypedArray } from "delayedarray";
import { dtypeFacts, isDType } from "delayedarray/internal";
import type { NewMetadata } from "../file/h5wasm-module.js";
import type { AttributeValue, ElementType } from "./hdf5-output.js";
import { BOOLEAN_PLACEHOLDER } from "./placeholders.js";

// HDF5's H5T_class_t.
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const COMPOUND = 6;

const ASCII = 0;
const UTF8 = 1;

/** Bytes of what stands for a string of variable length in the module's memory: a pointer. */
export const POINTER_BYTES = 4;

type TypeMetadata = Pick<NewMetadata, "type" | "size" | "vlen" | "signed" | "littleEndian" | "cset" | "compound_type">;

/** A type as h5wasm wants it. For `bool` it is a placeholder. */
export function typeMetadata(type: ElementType): TypeMetadata {
  const plain = { vlen: false, signed: false, littleEndian: true } as const;
  // The terminating zero counts: it is what readers of HDF5's C strings expect.
  if (typeof type === "object") return { ...plain, type: STRING, size: type.asciiBytes + 1, cset: ASCII };
  if (type === "string") return { ...plain, type: STRING, size: POINTER_BYTES, vlen: true, cset: UTF8 };
  const { kind, size } = dtypeFacts(type);
  if (kind === "b") return { ...plain, type: COMPOUND, size: 1, compound_type: BOOLEAN_PLACEHOLDER };
  return { ...plain, type: kind === "f" ? FLOAT : INTEGER, size, signed: kind === "i" };
}

/** What an attribute's value is: its type, its shape and its elements. */
export interface AttributeParts {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly strings: readonly string[] | null;
  readonly bytes: Uint8Array;
}

/** Takes the value of an attribute apart. */
export function attributeParts(value: AttributeValue): AttributeParts {
  const none = new Uint8Array(0);
  if (typeof value === "string") return { type: "string", shape: [], strings: [value], bytes: none };
  if (Array.isArray(value)) return { type: "string", shape: [value.length], strings: value, bytes: none };
  if (typeof value === "boolean")
    return { type: "bool", shape: [], strings: null, bytes: Uint8Array.of(Number(value)) };
  if (typeof value === "bigint" || Number.isSafeInteger(value)) {
    const data = BigInt64Array.of(BigInt(value as number | bigint));
    return { type: "int64", shape: [], strings: null, bytes: bytesOf(data) };
  }
  if (typeof value === "number")
    return { type: "float64", shape: [], strings: null, bytes: bytesOf(Float64Array.of(value)) };
  const data = value as TypedArray;
  return { type: dtypeOf(data), shape: [data.length], strings: null, bytes: bytesOf(data) };
}

/** The bytes of a typed array, not copied. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function dtypeOf(data: TypedArray): ElementType {
  const name = data[Symbol.toStringTag].replace(/Array$|Big/g, "").toLowerCase();
  return isDType(name) ? name : "uint8";
}
