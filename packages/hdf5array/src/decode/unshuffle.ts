import { STAGE, STAGE_BYTES, type Workspace } from "./workspace.js";

/** Elements up to this size are un-shuffled piece by piece; the pieces of larger ones would be too short. */
const STAGED_SIZE = 64;

/**
 * Undoes the shuffle filter: the first bytes of all elements, then the second ones and so on, become whole elements.
 * Bytes after the last whole element stay where they are, and so does everything if there is only one element.
 *
 * @param size - bytes per element
 * @param workspace - with a region of as many bytes as there are, besides the one that they lie in; where it is `null`,
 * the loops run in JavaScript
 * @returns the bytes themselves, bytes in a region, or new ones
 */
export function unshuffle(bytes: Uint8Array, size: number, workspace: Workspace | null): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size <= 1 || count <= 1) return bytes;
  const whole = count * size;
  if (workspace === null || (workspace.regionOf(bytes) === undefined && size > STAGED_SIZE)) {
    const out = new Uint8Array(bytes.length);
    for (let k = 0, from = 0; k < size; k++) for (let i = k; i < whole; i += size) out[i] = bytes[from++]!;
    out.set(bytes.subarray(whole), whole);
    return out;
  }
  const from = workspace.regionOf(bytes);
  const to = from === undefined ? 0 : 1 - from;
  const out = workspace.region(to, bytes.length);
  const at = workspace.regionAt(to);
  if (from !== undefined) {
    interleave(workspace, workspace.regionAt(from), at, count, size);
  } else {
    // By way of the stage: a copy of all bytes in between would take as long as the rest.
    const piece = Math.floor(STAGE_BYTES / size / 16) * 16;
    for (let i = 0; i < count; i += piece) {
      const length = Math.min(piece, count - i);
      for (let k = 0; k < size; k++)
        workspace.bytes.set(bytes.subarray(k * count + i, k * count + i + length), STAGE + k * length);
      interleave(workspace, STAGE, at + i * size, length, size);
    }
  }
  out.set(bytes.subarray(whole), whole);
  return out;
}

function interleave({ kernels }: Workspace, from: number, to: number, count: number, size: number): void {
  if (size === 2) kernels.unshuffle2(from, to, count);
  else if (size === 4) kernels.unshuffle4(from, to, count);
  else if (size === 8) kernels.unshuffle8(from, to, count);
  else kernels.unshuffle(from, to, count, size);
}
