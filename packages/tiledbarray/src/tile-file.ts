import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Pacer } from "delayedarray/internal";
import { borrowMemory, returnMemory } from "./memory-pool.js";

/** Tiles are read together up to so many bytes. */
const TOGETHER = 2 ** 20;

/** Of a file up to this size whose tiles are small all is read to see their heads: that is quicker than each of them. */
const SMALL_FILE = 2 ** 24;
const SMALL_TILE = 2 ** 15;

/** Reads bytes of a tile; fewer, where it ends. */
export type ReadBytes = (at: number, size: number) => Buffer;

/** A file that is nothing but data tiles. */
export class TileFile {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #starts: readonly number[];
  readonly #pacer = new Pacer();

  private constructor(handle: FileHandle, size: number, starts: readonly number[]) {
    this.#handle = handle;
    this.#size = size;
    this.#starts = starts;
  }

  /** Opens a file, which a task may use meanwhile; one that cannot be opened is left alone: TileDB says why. */
  static async with(path: string, starts: readonly number[], task: (file: TileFile) => Promise<void>): Promise<void> {
    const handle = await open(path).catch(() => undefined);
    if (handle === undefined) return;
    try {
      await task(new TileFile(handle, (await handle.stat()).size, starts));
    } finally {
      await handle.close();
    }
  }

  /** Calls a function for each tile, which must not keep it, until it gives something. */
  async eachTile<T>(visit: (tile: Buffer, index: number) => T | undefined): Promise<T | undefined> {
    for (let first = 0; first < this.#starts.length; ) {
      let next = first + 1;
      while (next < this.#starts.length && this.#end(next) - this.#starts[first]! <= TOGETHER) next++;
      const start = this.#starts[first]!;
      const size = Math.max(0, this.#end(next - 1) - start);
      const memory = borrowMemory(Math.max(size, TOGETHER));
      const bytes = Buffer.from(memory, 0, size);
      const { bytesRead } = await this.#handle.read(bytes, 0, size, start);
      for (; first < next; first++) {
        const end = Math.min(bytesRead, this.#end(first) - start);
        const found = visit(bytes.subarray(this.#starts[first]! - start, end), first);
        if (found !== undefined) return found;
        if (this.#pacer.isDue) await this.#pacer.rest();
      }
      returnMemory(memory);
    }
    return undefined;
  }

  /** Calls a function for each tile that is given its length, and what reads some bytes of it, until it gives something. */
  async eachHead<T>(visit: (length: number, read: ReadBytes, index: number) => T | undefined): Promise<T | undefined> {
    if (this.#size <= Math.min(SMALL_FILE, SMALL_TILE * this.#starts.length)) {
      return this.eachTile((tile, i) => visit(tile.length, (at, size) => tile.subarray(at, at + Math.max(0, size)), i));
    }
    for (const [i, start] of this.#starts.entries()) {
      const length = Math.max(0, this.#end(i) - start);
      const found = visit(length, (at, size) => this.#bytes(start + at, Math.min(size, length - at)), i);
      if (found !== undefined) return found;
      if (this.#pacer.isDue) await this.#pacer.rest();
    }
    return undefined;
  }

  /** That takes some microseconds, of which asking another thread would make many. */
  #bytes(at: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, size));
    return bytes.subarray(0, readSync(this.#handle.fd, bytes, 0, bytes.length, at));
  }

  #end(index: number): number {
    return Math.min(this.#starts[index + 1] ?? this.#size, this.#size);
  }
}
