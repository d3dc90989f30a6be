import { unshuffle } from "../unshuffle.js";
import { workspace } from "../workspace.js";
import { BLOSC_FILTER, type BloscChunk, type BloscFilter } from "./blosc-chunk.js";
import { unbitshuffle } from "./unbitshuffle.js";

/** The version of the format in which Blosc leaves blocks alone whose elements are not a multiple of 8. */
const ALL_OR_NOTHING = 2;

/**
 * Undoes the filters within Blosc for a block.
 *
 * @param block - written to
 * @param spare - of the same length; written to
 * @param first - the first block of the chunk, unless this is it
 * @returns one of the two
 */
export function undoBloscFilters(
  { filters, typeSize, version }: BloscChunk,
  block: Uint8Array,
  spare: Uint8Array,
  first: Uint8Array | undefined,
): Uint8Array {
  let from = block;
  let to = spare;
  for (let i = filters.length - 1; i >= 0; i--) {
    const filter = filters[i]!;
    if (filter.id === BLOSC_FILTER.DELTA) undoDelta(from, typeSize, first);
    else if (filter.id !== BLOSC_FILTER.TRUNCATE) {
      if (filter.id === BLOSC_FILTER.SHUFFLE) undoShuffle(filter, typeSize, from, to);
      else undoBitshuffle(typeSize, version, from, to);
      [from, to] = [to, from];
    }
  }
  return from;
}

function undoShuffle({ meta }: BloscFilter, typeSize: number, from: Uint8Array, to: Uint8Array): void {
  to.set(unshuffle(from, meta === 0 ? typeSize : meta, workspace(from.length, 1)));
}

function undoBitshuffle(typeSize: number, version: number, from: Uint8Array, to: Uint8Array): void {
  const elements = Math.floor(from.length / typeSize);
  const rest = elements % 8;
  const whole = rest !== 0 && version <= ALL_OR_NOTHING ? 0 : (elements - rest) * typeSize;
  if (whole > 0) unbitshuffle(from.subarray(0, whole), typeSize, to.subarray(0, whole));
  to.set(from.subarray(whole), whole);
}

/** Each element was combined with that of the first block, and in there with the one before it. @see c-blosc2, delta.c */
function undoDelta(block: Uint8Array, typeSize: number, first: Uint8Array | undefined): void {
  const width = typeSize % 8 === 0 ? 8 : [1, 2, 4].includes(typeSize) ? typeSize : 1;
  const end = block.length - (block.length % width);
  if (first === undefined) for (let i = width; i < end; i++) block[i]! ^= block[i - width]!;
  else for (let i = 0; i < end; i++) block[i]! ^= first[i]!;
}
