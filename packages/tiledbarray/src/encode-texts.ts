import { DelayedArrayError } from "delayedarray";
import type { Pacer } from "delayedarray/internal";

/** What an attribute of texts takes. */
export type TextEncoding = "utf8" | "ascii";

/** Texts as TileDB has them: their bytes one after another, and where each begins. */
export interface EncodedTexts {
  readonly bytes: Uint8Array;
  readonly offsets: BigUint64Array;
}

/** Texts between looks at the clock. */
const BATCH = 2 ** 14;

/** With the flag `u` this finds only surrogates without their other half. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Encodes texts; those that are missing take no bytes.
 *
 * @param mask - 1 = missing
 * @throws `INVALID_ARGUMENT` for what is no string, or has no place in the encoding
 */
export async function encodeTexts(
  texts: readonly string[],
  mask: Uint8Array | undefined,
  encoding: TextEncoding,
  pacer: Pacer,
): Promise<EncodedTexts> {
  const offsets = new BigUint64Array(texts.length);
  let total = 0;
  for (let i = 0; i < texts.length; i++) {
    offsets[i] = BigInt(total);
    if (mask?.[i] !== 1) total += checkedLength(texts[i], encoding);
    if (i % BATCH === 0 && pacer.isDue) await pacer.rest();
  }
  const bytes = new Uint8Array(total);
  const writer = Buffer.from(bytes.buffer);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    if (mask?.[i] !== 1) at += writer.write(texts[i]!, at, "utf8");
    if (i % BATCH === 0 && pacer.isDue) await pacer.rest();
  }
  return { bytes, offsets };
}

/** The bytes that a text takes as UTF-8. */
export function textBytes(text: string | undefined): number {
  return typeof text === "string" ? Buffer.byteLength(text, "utf8") : 0;
}

function checkedLength(text: unknown, encoding: TextEncoding): number {
  if (typeof text !== "string") throw refused(text, "a string");
  const length = textBytes(text);
  if (length === text.length) return length;
  if (encoding === "ascii") throw refused(text, "ASCII, which is all that the attribute holds");
  if (LONE_SURROGATE.test(text))
    throw refused(text, "text: a surrogate without its other half cannot be written as UTF-8");
  return length;
}

function refused(text: unknown, expected: string): DelayedArrayError {
  const given = typeof text === "string" ? JSON.stringify(text.slice(0, 40)) : String(text);
  return new DelayedArrayError("INVALID_ARGUMENT", `writeTileDbArray: an element is ${given}, expected ${expected}`);
}
