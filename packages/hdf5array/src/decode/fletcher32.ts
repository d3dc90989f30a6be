import { STAGE, STAGE_BYTES, type Workspace } from "./workspace.js";

/**
 * Fletcher's checksum as HDF5 computes it: over big-endian words of 16 bits, the sums beginning with 0, a last odd byte
 * being the upper half of a word.
 *
 * @param workspace - where it is `null`, the loop runs in JavaScript
 * @see HDF5 File Format Specification, section IV.A.2.l, "The Data Storage - Filter Pipeline Message", filter 3
 */
export function fletcher32(bytes: Uint8Array, workspace: Workspace | null): number {
  if (workspace === null) return fletcher32InJavaScript(bytes);
  const region = workspace.regionOf(bytes);
  if (region !== undefined) return workspace.kernels.fletcher32(workspace.regionAt(region), bytes.length) >>> 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < bytes.length; i += STAGE_BYTES) {
    const piece = bytes.subarray(i, i + STAGE_BYTES);
    workspace.bytes.set(piece, STAGE);
    const sums = workspace.kernels.fletcher32(STAGE, piece.length);
    // What came before counts once more for each word of this piece.
    high = reduced(high + low * Math.ceil(piece.length / 2) + (sums >>> 16));
    low = reduced(low + (sums & 0xffff));
  }
  return ((high << 16) | low) >>> 0;
}

/** What is left when carries are added back in: 0 for 0 alone, otherwise 1 to 65535. */
function reduced(sum: number): number {
  return sum === 0 ? 0 : ((sum - 1) % 65535) + 1;
}

/** Words that can be summed before the sums have to be reduced to fit into 32 bits. */
const RUN = 360;

function fletcher32InJavaScript(bytes: Uint8Array): number {
  const even = bytes.length - (bytes.length % 2);
  let low = 0;
  let high = 0;
  for (let i = 0; i < even; ) {
    for (const stop = Math.min(even, i + 2 * RUN); i < stop; i += 2) {
      low += (bytes[i]! << 8) | bytes[i + 1]!;
      high += low;
    }
    low = reduced(low);
    high = reduced(high);
  }
  if (even < bytes.length) {
    low += bytes[even]! << 8;
    high += low;
  }
  return ((reduced(high) << 16) | reduced(low)) >>> 0;
}

/**
 * Whether a checksum is the one that was stored. Libraries before 1.6.3 wrote it with the bytes of both halves swapped on
 * little-endian machines; HDF5 takes those too, and so does this.
 */
export function isFletcher32(computed: number, stored: number): boolean {
  const swapped = (((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff)) >>> 0;
  return stored === computed || stored === swapped;
}
