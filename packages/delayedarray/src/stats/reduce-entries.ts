import { itemSize } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import type { ReadOptions } from "../base/options.js";
import { Pacer } from "../base/pause.js";
import { sizeOf } from "../base/shape.js";
import { checkBufferSize, defaultBufferSize } from "../blocks/default-buffer-size.js";
import type { entriesOf } from "../extract/read-entries.js";
import type { Tree } from "../ops/node.js";
import type { KernelAccumulator } from "./accumulator.js";

/**
 * Adds the stored entries of a sparse array to an accumulator as they come, until the result cannot change any more.
 * Progress is that of the entries, of which there are about as many as the seed says.
 */
export async function reduceEntries(
  { shape, dtype }: Tree,
  read: NonNullable<ReturnType<typeof entriesOf>>,
  accumulator: KernelAccumulator,
  { signal, onProgress, bufferSize }: ReadOptions,
): Promise<void> {
  const memory = checkBufferSize(bufferSize ?? defaultBufferSize());
  const progress = endingProgress(onProgress);
  const arrayBytes = sizeOf(shape) * itemSize(dtype);
  const pacer = new Pacer(signal);
  let done = 0;
  let seen = 0;
  let total = 0;
  let bytes = 0;
  if (!accumulator.isDecided) {
    bytes = arrayBytes;
    await read(
      async (entries) => {
        accumulator.addEntries(entries);
        if (pacer.isDue) await pacer.rest();
        done++;
        seen += entries.count;
        total = Math.max(total, done, Math.ceil((entries.expected / seen) * done));
        const isDecided = accumulator.isDecided;
        if (isDecided) bytes = Math.floor(arrayBytes * Math.min(1, done / total));
        progress.onProgress?.({ done, total, bytes: Math.floor(arrayBytes * (done / total)) });
        return !isDecided;
      },
      { signal, bufferSize: memory },
    );
  }
  signal?.throwIfAborted();
  progress.end(bytes);
}
