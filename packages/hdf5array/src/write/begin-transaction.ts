import { type Awaitable, DelayedArrayError } from "delayedarray";
import { handleTransaction } from "./handle-transaction.js";
import type { Hdf5Target, WritableFileHandle } from "./hdf5-target.js";
import { MemoryStorage } from "./memory-storage.js";
import { pathTransaction } from "./path-transaction.js";
import type { Transaction } from "./transaction.js";

/**
 * Begins to write to a target.
 *
 * @param what - the public function, for messages
 * @throws `INVALID_ARGUMENT` for something that is no target, `NOT_FOUND` for a folder that does not exist, `IO`
 */
export async function beginTransaction(target: Hdf5Target, what: string): Promise<Transaction> {
  if (typeof target === "string" || Object.prototype.toString.call(target) === "[object URL]")
    return pathTransaction(target as string | URL, what);
  if (typeof target === "function") return blobTransaction(target);
  const handle = target as WritableFileHandle | null;
  if (typeof handle === "object" && handle !== null && typeof handle.createWritable === "function")
    return handleTransaction(handle);
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: target: got ${target === null ? "null" : typeof target === "object" ? "an object without createWritable" : String(target)}, ` +
      "expected a path, a file: URL, a FileSystemFileHandle, or a function that gets the file as a Blob",
  );
}

/** A file that is handed over when it is complete. */
function blobTransaction(receive: (file: Blob) => Awaitable<void>): Transaction {
  const storage = new MemoryStorage("<new file>");
  return {
    name: storage.name,
    isNew: true,
    storage,
    async commit() {
      const blob = storage.blob();
      await receive(blob);
      return blob;
    },
    async discard() {},
  };
}
