import { DelayedArrayError } from "delayedarray";
import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { memorySource } from "./memory-source.js";

const PIECE = 32 * 2 ** 20;

/**
 * The same file with its bytes in memory, for a reader that cannot wait.
 *
 * @throws `LIMIT_EXCEEDED` when the runtime cannot hold that much
 */
export async function readWhole(source: ByteSource, { signal }: SourceReadOptions): Promise<ByteSource> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(source.size);
  } catch (cause) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${source.name}: a file of ${source.size} bytes does not fit in memory; from a local path it is read piece by piece`,
      { cause },
    );
  }
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    const length = Math.min(PIECE, bytes.length - offset);
    bytes.set(await source.read(offset, length, { signal }), offset);
  }
  source.close();
  return memorySource(source.name, bytes);
}
