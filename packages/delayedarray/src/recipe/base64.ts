import { allocate, type DType, itemSize, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";

/** Bytes turned into characters at a time: more could overflow the stack of a spread call. */
const STEP = 0x6000;

/** The bytes of a typed array as base64. Every platform that runs JavaScript today is little-endian. */
export function toBase64(values: TypedArray): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP) {
    // A multiple of three bytes encodes without padding, so that the pieces join.
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + STEP)));
  }
  return text;
}

/**
 * The elements behind base64.
 *
 * @throws `INVALID_ARGUMENT` for what is no base64 or does not hold `length` elements
 */
export function fromBase64(text: unknown, dtype: DType, length: number, where: string): TypedArray {
  const expected = length * itemSize(dtype);
  let binary: string;
  try {
    binary = atob(text as string);
  } catch (cause) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${where}: not base64`, { cause });
  }
  if (typeof text !== "string" || binary.length !== expected) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where}: ${binary.length} bytes, expected ${expected} (${length} elements of ${dtype})`,
    );
  }
  const values = allocate(dtype, length) as TypedArray;
  const bytes = new Uint8Array(values.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return values;
}
