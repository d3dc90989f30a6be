import { DelayedArrayError } from "delayedarray";
import { mapLimited } from "delayedarray/internal";
import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { memorySource } from "./memory-source.js";

const PIECE_BYTES = 2 ** 23;
const PIECES_AT_ONCE = 4;

/**
 * The same file with its bytes in memory, for a reader that cannot wait. The source stays open.
 *
 * @throws `LIMIT_EXCEEDED` when the source is not to be read whole, or the runtime cannot hold that much
 */
export async function readWhole(source: ByteSource, { signal }: SourceReadOptions): Promise<ByteSource> {
  const { name, size, wholeLimit } = source;
  if (wholeLimit !== undefined && size > wholeLimit) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${name}: the file has something that only h5wasm can read, for which all of its ${size} bytes have to be ` +
        `downloaded; that is more than maxDownload, which is ${wholeLimit} bytes`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(size);
  } catch (cause) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${name}: a file of ${size} bytes does not fit in memory; from a local path it is read piece by piece`,
      { cause },
    );
  }
  const offsets = Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, i) => i * PIECE_BYTES);
  await mapLimited(offsets, PIECES_AT_ONCE, async (offset) => {
    const target = bytes.subarray(offset, offset + PIECE_BYTES);
    if (source.readInto !== undefined) await source.readInto(offset, target, { signal });
    else target.set(await source.read(offset, target.length, { signal }));
  });
  return memorySource(name, bytes);
}
