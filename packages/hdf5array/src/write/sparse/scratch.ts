import { builtin } from "../../source/builtin.js";
import { writeFailure } from "../file-storage.js";

/** Bytes put aside for the time of one call. They are appended, and read again in any order. */
export interface Scratch {
  /** Puts bytes after those before; they may change once it is done. @throws `IO`, when the disk is full for one */
  append(bytes: Uint8Array): Promise<void>;
  /** Fills `target` from byte `offset` on. */
  readInto(offset: number, target: Uint8Array): Promise<void>;
  /** Gives the room back; nothing can be read any more. */
  close(): Promise<void>;
}

type Files = Pick<typeof import("node:fs/promises"), "open" | "unlink">;
type Paths = Pick<typeof import("node:path"), "join">;
type System = Pick<typeof import("node:os"), "tmpdir">;
type FileHandle = Awaited<ReturnType<Files["open"]>>;

/**
 * Room for bytes that do not fit in memory: a file without a name where there is a file system, and otherwise blobs,
 * which browsers keep on the disk when there are many of them.
 *
 * @param folder - where the file goes, in which there is room for the result too; by default that of temporary files
 * @throws `IO` when it cannot be made
 */
export async function openScratch(folder?: string): Promise<Scratch> {
  const files = builtin<Files>("node:fs/promises");
  return files === undefined ? new BlobScratch() : openFile(files, folder ?? builtin<System>("node:os")!.tmpdir());
}

async function openFile(files: Files, folder: string): Promise<Scratch> {
  const name = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("");
  const path = builtin<Paths>("node:path")!.join(folder, `.hdf5array-${name}.tmp`);
  const handle = await attempt(path, () => files.open(path, "wx+"));
  // Without a name the system frees it whatever becomes of the process. Where open files keep their names, `close` does.
  const unlinked = await files.unlink(path).then(
    () => true,
    () => false,
  );
  return new FileScratch(path, handle, () => (unlinked ? undefined : files.unlink(path)));
}

class FileScratch implements Scratch {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #remove: () => Promise<void> | undefined;
  #size = 0;

  constructor(path: string, handle: FileHandle, remove: () => Promise<void> | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#remove = remove;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await attempt(this.#path, async () => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size + done);
        done += bytesWritten;
      }
    });
    this.#size += bytes.length;
  }

  async readInto(offset: number, target: Uint8Array): Promise<void> {
    await attempt(this.#path, async () => {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await this.#handle.read(target, done, target.length - done, offset + done);
        if (bytesRead === 0) throw new Error(`it ends at byte ${offset + done}`);
        done += bytesRead;
      }
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await this.#remove();
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw writeFailure(path, "the temporary file of entries that are to be put in order failed", cause);
  }
}

class BlobScratch implements Scratch {
  readonly #blobs: Blob[] = [];
  /** Where each blob ends. */
  readonly #ends: number[] = [];

  async append(bytes: Uint8Array): Promise<void> {
    this.#blobs.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    this.#ends.push((this.#ends.at(-1) ?? 0) + bytes.length);
  }

  async readInto(offset: number, target: Uint8Array): Promise<void> {
    const end = offset + target.length;
    for (let i = firstAbove(this.#ends, offset), at = offset; at < end; i++) {
      const start = this.#ends[i]! - this.#blobs[i]!.size;
      const part = this.#blobs[i]!.slice(at - start, end - start);
      target.set(new Uint8Array(await part.arrayBuffer()), at - offset);
      at += part.size;
    }
  }

  async close(): Promise<void> {
    this.#blobs.length = 0;
    this.#ends.length = 0;
  }
}

/** Place of the first of ascending numbers that is greater than `value`. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
