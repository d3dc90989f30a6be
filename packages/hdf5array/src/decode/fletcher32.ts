/** Pairs of bytes that can be summed before the sums have to be reduced to fit into 32 bits. */
const RUN = 360;

/**
 * Fletcher's checksum as HDF5 computes it: over big-endian words of 16 bits, sums beginning with 0, a last odd byte as the
 * upper half of a word.
 *
 * @see HDF5 File Format Specification, section IV.A.2.l, "The Data Storage - Filter Pipeline Message", filter 3
 */
export function fletcher32(bytes: Uint8Array): number {
  const even = bytes.length & ~1;
  let low = 0;
  let high = 0;
  for (let i = 0; i < even; ) {
    for (const stop = Math.min(even, i + 2 * RUN); i < stop; i += 2) {
      low += (bytes[i]! << 8) | bytes[i + 1]!;
      high += low;
    }
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
  }
  if (even < bytes.length) {
    low += bytes[even]! << 8;
    high += low;
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
  }
  low = (low & 0xffff) + (low >>> 16);
  high = (high & 0xffff) + (high >>> 16);
  return ((high << 16) | low) >>> 0;
}

/**
 * Whether a checksum is the one that was stored. Libraries before 1.6.3 wrote it with the bytes of both halves swapped on
 * little-endian machines; HDF5 takes those too, and so does this.
 */
export function isFletcher32(computed: number, stored: number): boolean {
  const swapped = (((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff)) >>> 0;
  return stored === computed || stored === swapped;
}
