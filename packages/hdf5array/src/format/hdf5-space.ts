import { DelayedArrayError } from "delayedarray";
import type { SourceReadOptions } from "../source/byte-source.js";
import type { PageReadOptions } from "../source/page-cache.js";
import type { FileSpace } from "./file-space.js";
import type { ParsedCache } from "./parsed-cache.js";
import type { StoredFilter } from "./stored-dataset.js";

/** Bytes that a single block of metadata has at most. Real ones stay far below: the largest are heaps of link names. */
const MOST_METADATA = 2 ** 28;

/** Bytes of a file by their offset, as a cache of pages gives them. */
export interface BytesReader {
  /** Exactly `length` bytes from `offset`. They may be a view: do not write to them. */
  read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array>;
}

/**
 * Undoes the filters of a block of metadata, as fractal heaps may have them.
 *
 * @param size - bytes of the block once they are undone
 * @param what - the block, for messages
 */
export type UndoFilters = (
  stored: Uint8Array,
  filters: readonly StoredFilter[],
  filterMask: number,
  size: number,
  what: string,
  options: SourceReadOptions,
) => Promise<Uint8Array>;

/** What the superblock and its extension say. */
export interface FileFacts {
  /** The file, for messages. */
  readonly name: string;
  /** Length of the file in bytes. */
  readonly size: number;
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Offset in the file of address 0. */
  readonly base: number;
  /** End of what belongs to the file, as an address. */
  readonly end: number;
  /** Address of the root group's object header. */
  readonly root: number;
  /** Address of the object header that extends the superblock; `null` where there is none. */
  readonly extension: number | null;
  /** Half of the most entries of a symbol table node, and of the most children of a node of a B-tree of such nodes. */
  readonly symbolNodeK: number;
  readonly groupTreeK: number;
  readonly chunkTreeK: number;
  /** Where messages are that several objects share, by the types of message they hold. */
  readonly sharedHeaps: readonly SharedHeap[];
}

/** A heap of messages that object headers share. */
export interface SharedHeap {
  /** Bit `i` is set when messages of type `i` are in it. */
  readonly messageTypes: number;
  /** Address of the fractal heap; `null` while it is empty. */
  readonly address: number | null;
}

/** How a file's bytes are had. */
export interface FileAccess {
  readonly reader: BytesReader;
  readonly undoFilters: UndoFilters;
  readonly parsed: ParsedCache;
}

/** A file by address, and all that parsing it needs besides. */
export class Hdf5Space implements FileSpace {
  readonly name: string;
  readonly facts: FileFacts;
  readonly access: FileAccess;

  constructor(facts: FileFacts, access: FileAccess, name = facts.name) {
    this.name = name;
    this.facts = facts;
    this.access = access;
  }

  get offsetSize(): number {
    return this.facts.offsetSize;
  }

  get lengthSize(): number {
    return this.facts.lengthSize;
  }

  get base(): number {
    return this.facts.base;
  }

  get end(): number {
    return this.facts.end;
  }

  get chunkTreeK(): number {
    return this.facts.chunkTreeK;
  }

  /** Parsed metadata that is kept. */
  get parsed(): ParsedCache {
    return this.access.parsed;
  }

  /** The same file; messages name an object in it. */
  named(name: string): Hdf5Space {
    return new Hdf5Space(this.facts, this.access, name);
  }

  async metadata(address: number, length: number, what: string, options: PageReadOptions): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const { base, end, size } = this.facts;
    const at = `${this.name}: ${what} at byte ${base + address}`;
    if (!(address >= 0 && length >= 0 && address + length <= end)) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${at}: its ${length} bytes would end beyond byte ${base + end}, where the file's content ends`,
      );
    }
    if (base + address + length > size) {
      throw new DelayedArrayError(
        "FILE_TRUNCATED",
        `${at}: its ${length} bytes are cut off: the file has ${size} bytes`,
      );
    }
    if (length > MOST_METADATA) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${at}: it says that it has ${length} bytes, more than the ${MOST_METADATA} that metadata can be`,
      );
    }
    return this.access.reader.read(base + address, length, options);
  }

  /** As many of `length` bytes as there are before the content's end. */
  async upTo(address: number, length: number, what: string, options: SourceReadOptions): Promise<Uint8Array> {
    const { base, end, size } = this.facts;
    const left = Math.min(end, size - base) - address;
    // One byte is asked for where there is none, for the error.
    return this.metadata(address, Math.max(1, Math.min(length, left)), what, options);
  }
}
