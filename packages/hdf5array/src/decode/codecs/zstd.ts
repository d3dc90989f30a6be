import { DelayedArrayError } from "delayedarray";
import type { BlockCodec, CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** Bytes of a stream and what it becomes: the library does not notice that there is no memory for more. */
const MOST_BYTES = 2 ** 30;

let loading: Promise<BlockCodec> | undefined;

/**
 * Loads the library on first use: Zstandard itself, compiled to WebAssembly.
 *
 * @throws `LIBRARY_MISSING`
 */
export function loadZstd(): Promise<BlockCodec> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined;
    throw new DelayedArrayError(
      "LIBRARY_MISSING",
      "the package zstddec, which decompresses zstd, cannot be loaded: install it with `npm install zstddec`; " +
        "a page's security policy has to allow `connect-src data:` and WebAssembly",
      { cause },
    );
  });
  return loading;
}

async function load(): Promise<BlockCodec> {
  const { ZSTDDecoder } = await import("zstddec");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (stream, out) => {
    checkHead(stream, out.length);
    if (stream.length + out.length > MOST_BYTES)
      throw new CodecFault(`zstd takes at most ${MOST_BYTES} bytes at once`, "LIMIT_EXCEEDED");
    // Where there is an error, nothing is returned.
    const { length } = out.length === 0 ? out : copyOf(decoder.decode(stream, out.length), out);
    if (length === 0 && out.length > 0) throw new CodecFault(`it is no zstd frame of at most ${out.length} bytes`);
    return length;
  };
}

function copyOf(bytes: Uint8Array, out: Uint8Array): Uint8Array {
  out.set(bytes);
  return bytes;
}

/** Refuses what is no frame, and one that says itself that it is too long. @see RFC 8878, section 3.1.1 */
function checkHead(stream: Uint8Array, most: number): void {
  if (stream.length < 6 || MAGIC.some((byte, i) => stream[i] !== byte))
    throw new CodecFault("it does not begin like a zstd frame");
  const descriptor = stream[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  if (sizeBytes === 0) return;
  let size = sizeBytes === 2 ? 256 : 0;
  for (let i = sizeBytes - 1, weight = 256 ** i; i >= 0; i--, weight /= 256) size += (stream[at + i] ?? 0) * weight;
  if (size > most) throw becomesTooMuch(most);
}

/** Undoes the filter zstd (32015), whose chunks are frames of Zstandard. */
export async function zstd(stored: Uint8Array, { most }: CodecRequest): Promise<Uint8Array> {
  const decode = await loadZstd();
  const out = new Uint8Array(most);
  return out.subarray(0, await decode(stored, out));
}
