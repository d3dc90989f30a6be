import { type ByteKernels, STAGE, STAGE_BYTES, workspace } from "./workspace.js";

/** Where the results of a step go that does not leave them where they were: behind the stage's first half. */
export const STAGE_RESULTS = STAGE + STAGE_BYTES;

/**
 * Takes bytes to the stage piece by piece and copies the results to new memory.
 *
 * @param size - bytes per element; `bytes` has whole elements
 * @param resultSize - bytes per element afterwards, at most four times as many
 * @param run - works on so many elements at {@link STAGE} and returns where the results begin
 * @returns `null` where there is no WebAssembly
 */
export function throughStage(
  bytes: Uint8Array,
  size: number,
  resultSize: number,
  run: (kernels: ByteKernels, count: number) => number,
): Uint8Array | null {
  const space = workspace();
  if (space === null) return null;
  const out = new Uint8Array((bytes.length / size) * resultSize);
  const most = STAGE_BYTES / Math.max(size, resultSize);
  for (let i = 0; i < bytes.length; i += most * size) {
    const piece = bytes.subarray(i, i + most * size);
    space.bytes.set(piece, STAGE);
    const count = piece.length / size;
    const at = run(space.kernels, count);
    out.set(space.bytes.subarray(at, at + count * resultSize), (i / size) * resultSize);
  }
  return out;
}
