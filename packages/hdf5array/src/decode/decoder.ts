import { DelayedArrayError, type DType, type TypedArray } from "delayedarray";
import { allocate, castInto, checkCast, dtypeFacts } from "delayedarray/internal";
import { describeType, type Hdf5Type, type IntegerType } from "../format/hdf5-type.js";
import { bfloat16ToFloat32, float16ToFloat32 } from "./float16.js";
import { takeBits } from "./partial-bits.js";
import { swapBytes } from "./swap-bytes.js";
import { throughStage } from "./through-stage.js";
import { LITTLE_ENDIAN, STAGE } from "./workspace.js";

/** Turns the bytes of elements into values. */
export interface Decoder {
  readonly dtype: DType;
  /** Whether the bytes of the file are those of the dtype's typed array, so that they can be read straight into one. */
  readonly isNative: boolean;
  /**
   * The values of `bytes`, as a typed array of `dtype`. It may be a view of the same memory, to be copied from before
   * that is used again.
   */
  decode(bytes: Uint8Array): TypedArray;
}

/**
 * How a type of the file is turned into a dtype: h5py's boolean enum into bool, other enums into the integers that they
 * are stored as, floats of 2 bytes into float32, the rest into the dtype of the same size.
 *
 * @param where - the object, for messages
 * @throws `DTYPE_UNSUPPORTED` naming what the type is
 */
export function decoderOf(type: Hdf5Type, where: string): Decoder {
  if (type.kind === "float" && type.format === "binary16") {
    return {
      dtype: "float32",
      isNative: false,
      decode: (bytes) => float16ToFloat32(bytes, type.littleEndian),
    };
  }
  if (type.kind === "float" && type.format === "bfloat16") {
    return {
      dtype: "float32",
      isNative: false,
      decode: (bytes) => bfloat16ToFloat32(bytes, type.littleEndian),
    };
  }
  if (type.kind === "float" && type.format !== "other")
    return plain(type.size === 4 ? "float32" : "float64", type.size, type.littleEndian);
  if (type.kind === "enum" && isBoolean(type.members)) return booleans(type.base);
  const integer = type.kind === "enum" ? type.base : type.kind === "integer" ? type : undefined;
  if (integer !== undefined && [1, 2, 4, 8].includes(integer.size)) {
    const dtype = `${integer.signed ? "" : "u"}int${integer.size * 8}` as DType;
    const whole = plain(dtype, integer.size, integer.littleEndian);
    return integer.precision === integer.size * 8
      ? whole
      : { dtype, isNative: false, decode: (bytes) => takeBits(whole.decode(bytes), integer) };
  }
  throw new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `${where} holds values of type ${describeType(type)}, expected booleans, integers of 1 to 8 bytes or floats of 2 to 8`,
  );
}

/** The same, converted: floats to integers truncate and saturate, NaN gives 0, integers wrap. */
export function convertedDecoder(decoder: Decoder, dtype: DType): Decoder {
  if (decoder.dtype === dtype) return decoder;
  checkCast(decoder.dtype, dtype);
  return {
    dtype,
    isNative: false,
    decode(bytes) {
      const values = decoder.decode(bytes);
      if (dtype === "float64" && (values instanceof BigInt64Array || values instanceof BigUint64Array))
        return wideToFloat64(values);
      const out = allocate(dtype, values.length) as TypedArray;
      castInto(values, decoder.dtype, out, dtype);
      return out;
    },
  };
}

function plain(dtype: DType, size: number, littleEndian: boolean): Decoder {
  const isNative = size === 1 || littleEndian === LITTLE_ENDIAN;
  return { dtype, isNative, decode: (bytes) => viewAs(dtype, size, littleEndian, bytes) };
}

/** @see h5py's documentation, "What about NumPy's bool type?" */
function isBoolean(members: ReadonlyMap<string, number>): boolean {
  return members.size === 2 && members.get("FALSE") === 0 && members.get("TRUE") === 1;
}

function booleans({ size }: IntegerType): Decoder {
  return {
    dtype: "bool",
    isNative: false,
    decode(bytes) {
      if (size === 1) {
        const staged = throughStage(bytes, 1, 1, (kernels, count) => {
          kernels.truth(STAGE, count);
          return STAGE;
        });
        if (staged !== null) return staged;
      }
      const out = new Uint8Array(bytes.length / size);
      // Any bit set is true, whatever the order of the bytes.
      for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) out[size === 1 ? i : Math.floor(i / size)] = 1;
      return out;
    },
  };
}

/** Integers of 64 bits as floats, rounded to nearest even. */
function wideToFloat64(values: BigInt64Array | BigUint64Array): Float64Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const staged = throughStage(bytes, 8, 8, (kernels, count) => {
    if (values instanceof BigInt64Array) kernels.int64ToFloat64(STAGE, count);
    else kernels.uint64ToFloat64(STAGE, count);
    return STAGE;
  });
  return staged === null ? Float64Array.from(values, Number) : new Float64Array(staged.buffer);
}

function viewAs(dtype: DType, size: number, littleEndian: boolean, bytes: Uint8Array): TypedArray {
  const native = size === 1 || littleEndian === LITTLE_ENDIAN ? bytes : swapBytes(bytes, size);
  const aligned = native.byteOffset % size === 0 ? native : new Uint8Array(native);
  const { array: TypedArrayOfDType } = dtypeFacts(dtype);
  return new (
    TypedArrayOfDType as unknown as new (
      buffer: ArrayBufferLike,
      offset: number,
      length: number,
    ) => TypedArray
  )(aligned.buffer, aligned.byteOffset, aligned.length / size);
}
