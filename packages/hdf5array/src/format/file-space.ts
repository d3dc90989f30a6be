import type { PageReadOptions } from "../source/page-cache.js";

/** The bytes of a file by HDF5 address, as its superblock lays them out. */
export interface FileSpace {
  /** The file, for messages. */
  readonly name: string;
  /** Bytes in an address and in a length. */
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Offset in the file of address 0: the length of the user block, where there is one. */
  readonly base: number;
  /** End of what the superblock says belongs to the file, as an address. */
  readonly end: number;
  /** Half the number of children that a node of a B-tree of chunks (version 1) has at most; 32 unless the file says else. */
  readonly chunkTreeK: number;
  /**
   * Metadata, through the cache of pages: exactly `length` bytes. They may be a view of the cache: do not write to them.
   *
   * @param what - what is read, for messages: `object header`, `node of the B-tree of chunks`
   * @throws `FILE_TRUNCATED` when the file ends before, `FILE_INVALID` when the address is beyond the end of the file or the
   * length more than metadata can be; both name `what` and the byte offset
   */
  metadata(address: number, length: number, what: string, options: PageReadOptions): Promise<Uint8Array>;
}
