import { swapOnStage } from "./swap-bytes.js";
import { STAGE_RESULTS, throughStage } from "./through-stage.js";
import { type ByteKernels, STAGE } from "./workspace.js";

/**
 * Half-precision numbers as single-precision ones; every one of them is exact, and a NaN keeps its bits.
 *
 * @see IEEE 754-2019, section 3.4, binary16
 */
export function float16ToFloat32(bytes: Uint8Array, littleEndian: boolean): Float32Array {
  return widened(bytes, littleEndian, "float16", (bits) => {
    const sign = (bits & 0x8000) << 16;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
    if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
    if (fraction === 0) return sign;
    // Without a leading bit of its own: the highest one that is set becomes it.
    const shift = Math.clz32(fraction) - 21;
    return sign | ((113 - shift) << 23) | (((fraction << shift) & 1023) << 13);
  });
}

/** Floats that are the upper half of single-precision ones as those. */
export function bfloat16ToFloat32(bytes: Uint8Array, littleEndian: boolean): Float32Array {
  return widened(bytes, littleEndian, "bfloat16", (bits) => bits << 16);
}

function widened(
  bytes: Uint8Array,
  littleEndian: boolean,
  kernel: "float16" | "bfloat16",
  single: (bits: number) => number,
): Float32Array {
  const staged = throughStage(bytes, 2, 4, (kernels: ByteKernels, count) => {
    if (!littleEndian) swapOnStage(kernels, 2, count);
    kernels[kernel](STAGE, STAGE_RESULTS, count);
    return STAGE_RESULTS;
  });
  if (staged !== null) return new Float32Array(staged.buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = single(view.getUint16(2 * i, littleEndian));
  return new Float32Array(out.buffer);
}
