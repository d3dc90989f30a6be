/** Lengths from which on a call costs less than a loop. */
const LONG = 32;

/**
 * Repeats bytes that lie some distance before a place, as LZ77 means it: where the distance is shorter than the length,
 * what is copied is copied again.
 */
export function copyMatch(out: Uint8Array, at: number, distance: number, length: number): void {
  const from = at - distance;
  if (length >= LONG && distance >= length) out.copyWithin(at, from, from + length);
  else if (length >= LONG && distance === 1) out.fill(out[from]!, at, at + length);
  else for (let i = 0; i < length; i++) out[at + i] = out[from + i]!;
}

/** Copies bytes of a stream to a place. */
export function copyLiterals(out: Uint8Array, at: number, stream: Uint8Array, from: number, length: number): void {
  if (length >= LONG) out.set(stream.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) out[at + i] = stream[from + i]!;
}
