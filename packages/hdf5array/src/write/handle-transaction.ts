import { DelayedArrayError } from "delayedarray";
import type { WritableFileHandle } from "./hdf5-target.js";
import { MemoryStorage } from "./memory-storage.js";
import type { Transaction } from "./transaction.js";

/** Bytes of the old file that are copied at once. */
const COPY_BYTES = 2 ** 24;

/** Writes to a file handle of a browser, whose stream goes to a copy that takes the file's place when it is closed. */
export async function handleTransaction(handle: WritableFileHandle): Promise<Transaction> {
  const name = handle.name;
  const storage = new MemoryStorage(name);
  const old = await attempt(name, "cannot be read", () => handle.getFile());
  for (let at = 0; at < old.size; at += COPY_BYTES) {
    const part = await attempt(name, "cannot be read", () => old.slice(at, at + COPY_BYTES).arrayBuffer());
    storage.writeSync(at, new Uint8Array(part));
  }
  return {
    name,
    isNew: old.size === 0,
    storage,
    async commit() {
      await attempt(name, "cannot be written", async () => {
        const stream = await handle.createWritable();
        try {
          await stream.write(storage.blob());
          await stream.close();
        } catch (error) {
          await stream.abort(error).catch(() => {});
          throw error;
        }
      });
      return handle;
    },
    async discard() {},
  };
}

async function attempt<T>(name: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DelayedArrayError("IO", `${name}: ${what}: ${(cause as Error).message}`, { cause });
  }
}
