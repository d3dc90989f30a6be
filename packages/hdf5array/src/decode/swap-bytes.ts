import { throughStage } from "./through-stage.js";
import { type ByteKernels, STAGE } from "./workspace.js";

/** Reverses the bytes of each element on the stage. */
export function swapOnStage(kernels: ByteKernels, size: number, count: number): void {
  if (size === 2) kernels.swap2(STAGE, count);
  else if (size === 4) kernels.swap4(STAGE, count);
  else kernels.swap8(STAGE, count);
}

/** A copy with the bytes of each element in the opposite order. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 2 || size === 4 || size === 8) {
    const swapped = throughStage(bytes, size, size, (kernels, count) => {
      swapOnStage(kernels, size, count);
      return STAGE;
    });
    if (swapped !== null) return swapped;
  }
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = 0; i < size; i++) out[start + i] = bytes[start + size - 1 - i]!;
  }
  return out;
}
