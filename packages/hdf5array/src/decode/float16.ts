let table: Float32Array | undefined;

/** Value of each of the 65,536 half-precision numbers. @see IEEE 754-2019, section 3.4, binary16 */
function halves(): Float32Array {
  if (table !== undefined) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < table.length; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent < 31) table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
    else table[bits] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return table;
}

/** Half-precision numbers, given as their bits, as single-precision ones; every one of them is exact. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const values = halves();
  const out = new Float32Array(bits.length);
  for (let i = 0; i < out.length; i++) out[i] = values[bits[i]!]!;
  return out;
}

/** Floats that are the upper half of single-precision ones, given as their bits, as single-precision ones. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const out = new Uint32Array(bits.length);
  for (let i = 0; i < out.length; i++) out[i] = bits[i]! << 16;
  return new Float32Array(out.buffer);
}
