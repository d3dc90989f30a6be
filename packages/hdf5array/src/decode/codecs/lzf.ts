import type { CodecRequest } from "./codec.js";
import { BEFORE_BEGINNING, becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";
import { copyLiterals, copyMatch } from "./copy-match.js";

/** Undoes h5py's filter lzf (32000). @see LibLZF, lzf_d.c */
export function lzf(stream: Uint8Array, { most }: CodecRequest): Uint8Array {
  const out = new Uint8Array(most);
  const end = stream.length;
  let i = 0;
  let at = 0;
  while (i < end) {
    const control = stream[i++]!;
    if (control < 32) {
      const length = control + 1;
      if (length > end - i) throw new CodecFault(ENDS_EARLY);
      if (length > most - at) throw becomesTooMuch(most);
      copyLiterals(out, at, stream, i, length);
      i += length;
      at += length;
      continue;
    }
    let length = (control >> 5) + 2;
    if (i + (length === 9 ? 2 : 1) > end) throw new CodecFault(ENDS_EARLY);
    if (length === 9) length += stream[i++]!;
    const distance = ((control & 31) << 8) + stream[i++]! + 1;
    if (distance > at) throw new CodecFault(BEFORE_BEGINNING);
    if (length > most - at) throw becomesTooMuch(most);
    copyMatch(out, at, distance, length);
    at += length;
  }
  return out.subarray(0, at);
}
