import type { TypedArray } from "delayedarray";
import type { IntegerType } from "../format/hdf5-type.js";

/**
 * Integers of which only some bits count, as n-bit filters are used with: a copy with the others cleared and the sign
 * extended.
 */
export function takeBits(values: TypedArray, { precision, bitOffset, signed }: IntegerType): TypedArray {
  const out = values.slice();
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) {
      const bits = BigInt.asUintN(64, out[i]!) >> BigInt(bitOffset);
      out[i] = signed ? BigInt.asIntN(precision, bits) : BigInt.asUintN(precision, bits);
    }
    return out;
  }
  const up = 32 - precision - bitOffset;
  const down = 32 - precision;
  for (let i = 0; i < out.length; i++) out[i] = signed ? (out[i]! << up) >> down : (out[i]! << up) >>> down;
  return out;
}
