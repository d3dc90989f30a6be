import type { TypedArray } from "delayedarray";

/** Integers as plain numbers. */
export type Numbers = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Integers as plain numbers: exact up to 2^53, rounded beyond. Those of up to 32 bits are returned as they are. */
export function toNumbers(values: TypedArray): Numbers {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return values;
  const out = new Float64Array(values.length);
  if (!LITTLE_ENDIAN) {
    for (let i = 0; i < out.length; i++) out[i] = Number(values[i]!);
    return out;
  }
  // By their halves: making a bigint of each takes many times as long.
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = values instanceof BigInt64Array ? new Int32Array(low.buffer, low.byteOffset, low.length) : low;
  for (let i = 0; i < out.length; i++) out[i] = high[2 * i + 1]! * 2 ** 32 + low[2 * i]!;
  return out;
}
