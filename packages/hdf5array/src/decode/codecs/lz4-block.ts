import { BEFORE_BEGINNING, becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";
import { copyLiterals, copyMatch } from "./copy-match.js";

/** A block ends with so many literals, and no match begins in so many bytes before its end; what is stored then. */
const LAST_LITERALS = 5;
const LEAST_MATCH = 12;
const LEAST_REST = 8;
const BAD_END = "it does not end as a block of LZ4 does";

/**
 * Decodes a block of LZ4 into `out`, and returns how many bytes it became, which have to be all that there is room for.
 *
 * @see lz4_Block_format.md of the LZ4 project
 */
export function lz4Block(stream: Uint8Array, out: Uint8Array): number {
  const end = stream.length;
  const room = out.length;
  let i = 0;
  let at = 0;
  for (;;) {
    if (i >= end) throw new CodecFault(ENDS_EARLY);
    const token = stream[i++]!;
    let literals = token >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) {
        if (i >= end) throw new CodecFault(ENDS_EARLY);
        more = stream[i++]!;
      }
    }
    if (literals > end - i) throw new CodecFault(ENDS_EARLY);
    if (literals > room - at) throw becomesTooMuch(room);
    copyLiterals(out, at, stream, i, literals);
    i += literals;
    at += literals;
    // The last sequence is of literals alone.
    if (i === end) return at;
    if (i > end - LEAST_REST || at > room - LEAST_MATCH) throw new CodecFault(BAD_END);
    const distance = stream[i]! | (stream[i + 1]! << 8);
    i += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      for (let more = 255; more === 255; length += more) {
        if (i >= end) throw new CodecFault(ENDS_EARLY);
        more = stream[i++]!;
      }
    }
    if (distance === 0 || distance > at) throw new CodecFault(BEFORE_BEGINNING);
    if (length > room - at) throw becomesTooMuch(room);
    if (length > room - at - LAST_LITERALS) throw new CodecFault(BAD_END);
    copyMatch(out, at, distance, length);
    at += length;
  }
}
