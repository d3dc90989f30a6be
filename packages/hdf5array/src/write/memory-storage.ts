import { DelayedArrayError } from "delayedarray";
import type { RandomStorage } from "./random-storage.js";

/** Bytes of a page: a file grows by one at a time, without moving what is there. */
const PAGE = 2 ** 20;

/** A file in memory, where a runtime gives no way to write one here and there without waiting. */
export class MemoryStorage implements RandomStorage {
  readonly name: string;
  readonly #pages: (Uint8Array<ArrayBuffer> | undefined)[] = [];
  #size = 0;

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#size;
  }

  readSync(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = offset + done;
      const start = at % PAGE;
      const length = Math.min(target.length - done, PAGE - start);
      const page = this.#pages[Math.floor(at / PAGE)];
      if (page === undefined) target.fill(0, done, done + length);
      else target.set(page.subarray(start, start + length), done);
      done += length;
    }
  }

  writeSync(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const start = at % PAGE;
      const length = Math.min(bytes.length - done, PAGE - start);
      this.#page(Math.floor(at / PAGE)).set(bytes.subarray(done, done + length), start);
      done += length;
    }
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  truncate(size: number): void {
    if (size < this.#size) {
      this.#pages.length = Math.min(this.#pages.length, Math.ceil(size / PAGE));
      this.#pages[Math.floor(size / PAGE)]?.fill(0, size % PAGE);
    }
    this.#size = size;
  }

  /** The whole file. */
  blob(): Blob {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < this.#size; at += PAGE) {
      const page = this.#pages[at / PAGE] ?? new Uint8Array(PAGE);
      parts.push(page.subarray(0, Math.min(PAGE, this.#size - at)));
    }
    return new Blob(parts, { type: "application/x-hdf5" });
  }

  #page(index: number): Uint8Array<ArrayBuffer> {
    const there = this.#pages[index];
    if (there !== undefined) return there;
    try {
      const page = new Uint8Array(PAGE);
      this.#pages[index] = page;
      return page;
    } catch (cause) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `${this.name}: no memory for a file of more than ${this.#size} bytes, which is kept there until it is complete`,
        { cause },
      );
    }
  }
}
