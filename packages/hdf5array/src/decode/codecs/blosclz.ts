import { BEFORE_BEGINNING, becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";
import { copyLiterals, copyMatch } from "./copy-match.js";

/** The distance from which on two more bytes hold the rest of it. */
const FAR = 8191;

/**
 * Decodes a stream of Blosc's own codec into `out`, and returns how many bytes it became.
 *
 * @see c-blosc, blosc/blosclz.c
 */
export function blosclz(stream: Uint8Array, out: Uint8Array): number {
  const end = stream.length;
  const room = out.length;
  let i = 0;
  let at = 0;
  const next = () => {
    if (i >= end) throw new CodecFault(ENDS_EARLY);
    return stream[i++]!;
  };
  let control = next() & 31;
  for (;;) {
    if (control < 32) {
      const length = control + 1;
      if (length > end - i) throw new CodecFault(ENDS_EARLY);
      if (length > room - at) throw becomesTooMuch(room);
      copyLiterals(out, at, stream, i, length);
      i += length;
      at += length;
    } else {
      let length = (control >> 5) + 2;
      if (length === 9) {
        for (let more = 255; more === 255; length += more) more = next();
      }
      const low = next();
      let distance = ((control & 31) << 8) + low;
      if (distance === FAR) distance += (next() << 8) + next();
      distance++;
      if (distance > at) throw new CodecFault(BEFORE_BEGINNING);
      if (length > room - at) throw becomesTooMuch(room);
      copyMatch(out, at, distance, length);
      at += length;
    }
    if (i >= end) return at;
    control = stream[i++]!;
  }
}
