import { BEFORE_BEGINNING, becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";
import { copyLiterals, copyMatch } from "./copy-match.js";

/** Decodes a block of Snappy into `out`, and returns how many bytes it became. @see snappy, format_description.txt */
export function snappy(stream: Uint8Array, out: Uint8Array): number {
  const end = stream.length;
  const room = out.length;
  let i = 0;
  let at = 0;
  const number = (bytes: number) => {
    if (bytes > end - i) throw new CodecFault(ENDS_EARLY);
    let value = 0;
    for (let k = 0; k < bytes; k++) value += stream[i++]! * 256 ** k;
    return value;
  };
  let total = 0;
  for (let weight = 1, more = true; more; weight *= 128) {
    const byte = number(1);
    if (weight > 2 ** 28) throw new CodecFault("it does not begin with its length");
    total += (byte & 127) * weight;
    more = byte > 127;
  }
  if (total > room) throw becomesTooMuch(room);
  while (i < end) {
    const tag = stream[i++]!;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      if (length > 60) length = number(length - 60) + 1;
      if (length > end - i) throw new CodecFault(ENDS_EARLY);
      if (length > total - at) throw becomesTooMuch(total);
      copyLiterals(out, at, stream, i, length);
      i += length;
    } else {
      let distance: number;
      if (kind === 1) {
        length = ((tag >> 2) & 7) + 4;
        distance = ((tag >> 5) << 8) + number(1);
      } else distance = number(kind === 2 ? 2 : 4);
      if (distance === 0 || distance > at) throw new CodecFault(BEFORE_BEGINNING);
      if (length > total - at) throw becomesTooMuch(total);
      copyMatch(out, at, distance, length);
    }
    at += length;
  }
  if (at !== total) throw new CodecFault(ENDS_EARLY);
  return at;
}
