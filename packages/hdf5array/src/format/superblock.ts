import { DelayedArrayError } from "delayedarray";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { type BytesReader, type FileFacts, Hdf5Space, type SharedHeap, type UndoFilters } from "./hdf5-space.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { ParsedCache } from "./parsed-cache.js";
import { findSignature } from "./signature.js";
import { readEntry } from "./symbol-table.js";

const WHAT = "superblock";

/** Bytes that a superblock of addresses and lengths of 32 bytes has. */
const MOST_BYTES = 256;

const SIZES: ReadonlySet<number> = new Set([2, 4, 8, 16, 32]);

/** Ranks of B-trees in files that do not say them. */
const SYMBOL_NODE_K = 4;
const GROUP_TREE_K = 16;
const CHUNK_TREE_K = 32;

// Consistency flags.
const WRITING = 1;
const SWMR_WRITING = 4;
const KNOWN_FLAGS = 7;

/** Indexes of shared messages that a file has at most. */
const MOST_SHARED_INDEXES = 8;

/** What a superblock says. */
interface Superblock {
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Offset of address 0 as it was when the file was written. */
  readonly statedBase: bigint;
  /** End of the file, counted from its first byte. */
  readonly statedEnd: bigint;
  readonly extension: number | null;
  readonly driverInfo: number | null;
  readonly root: number;
  readonly symbolNodeK: number;
  readonly groupTreeK: number;
  readonly chunkTreeK: number;
}

/** The file that is opened. */
export interface SpaceSource {
  /** For messages. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  readonly reader: BytesReader;
  readonly undoFilters: UndoFilters;
}

/**
 * Reads a file's superblock, and what extends it.
 *
 * @see HDF5 File Format Specification, section II, "Disk Format: Level 0 - File Metadata"
 * @throws `FILE_INVALID` for something else than HDF5 or a damaged superblock, `FILE_TRUNCATED` when the file is shorter
 * than it says, `IO` when it is marked as being written, `UNSUPPORTED_FEATURE` when it is one of several that belong together
 */
export async function openSpace(source: SpaceSource, options: SourceReadOptions): Promise<Hdf5Space> {
  const { name, size, reader, undoFilters } = source;
  const base = await findSignature(name, size, (offset, length) => reader.read(offset, length, options));
  const bytes = await reader.read(base, Math.min(MOST_BYTES, size - base), options);
  const superblock = readSuperblock(source, base, bytes);
  const { offsetSize, lengthSize, root, extension } = superblock;
  const end = contentEnd(source, base, superblock);
  const { symbolNodeK, groupTreeK, chunkTreeK } = superblock;
  const facts: FileFacts = {
    name,
    size,
    offsetSize,
    lengthSize,
    base,
    end,
    root,
    extension,
    symbolNodeK,
    groupTreeK,
    chunkTreeK,
    sharedHeaps: [],
  };
  const access = { reader, undoFilters, parsed: new ParsedCache() };
  const space = new Hdf5Space(facts, access);
  if (superblock.driverInfo !== null) await checkDriver(space, superblock.driverInfo, options);
  if (extension === null) return space;
  const header = await readObjectHeader(space, extension, options);
  return new Hdf5Space({ ...facts, ...(await readExtension(space, header, options)) }, access);
}

function readSuperblock({ name, size }: SpaceSource, base: number, bytes: Uint8Array): Superblock {
  // Sizes of addresses and lengths come before anything that is measured in them.
  const version = bytes[8];
  const sizesAt = version !== undefined && version < 2 ? 13 : 9;
  const offsetSize = bytes[sizesAt];
  const lengthSize = bytes[sizesAt + 1];
  const at = `${name}: ${WHAT} at byte ${base}`;
  const truncated = () =>
    new DelayedArrayError("FILE_TRUNCATED", `${at}: the file ends within it, after ${size} bytes`);
  if (version === undefined || offsetSize === undefined || lengthSize === undefined) throw truncated();
  if (version > 3) throw new DelayedArrayError("FILE_INVALID", `${at}: its version is ${version}, expected 0 to 3`);
  if (!SIZES.has(offsetSize) || !SIZES.has(lengthSize)) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${at}: addresses of ${offsetSize} bytes and lengths of ${lengthSize} cannot be`,
    );
  }
  const length =
    version < 2
      ? 24 + (version === 1 ? 4 : 0) + 4 * offsetSize + lengthSize + offsetSize + 24
      : 12 + 4 * offsetSize + 4;
  if (length > bytes.length) throw truncated();
  const reader = new BlockReader({ name, base, offsetSize, lengthSize }, WHAT, 0, bytes.subarray(0, length));
  return version < 2 ? readOld(reader, version) : readNew(reader, version);
}

function readOld(reader: BlockReader, version: number): Superblock {
  const { offsetSize, lengthSize } = reader.space;
  reader.position = 9;
  // Versions of three things that have had one each.
  for (const what of ["free space", "root group", "", "shared messages"]) {
    const found = reader.unsigned(1);
    if (what !== "" && found !== 0) throw reader.damage(`its version of ${what} is ${found}, expected 0`);
  }
  reader.position = 16;
  const symbolNodeK = reader.unsigned(2);
  const groupTreeK = reader.unsigned(2);
  if (symbolNodeK === 0 || groupTreeK === 0) throw reader.damage("the size of nodes of its B-trees is 0");
  checkFlags(reader, reader.unsigned(4), version);
  const chunkTreeK = version === 1 ? reader.unsigned(2) : CHUNK_TREE_K;
  if (version === 1) reader.skip(2);
  const statedBase = reader.wide(offsetSize);
  const extension = reader.address();
  if (extension !== null) throw reader.damage(`version ${version} cannot have an extension`);
  const statedEnd = reader.wide(offsetSize);
  const driverInfo = reader.address();
  const { header } = readEntry(reader);
  if (header === null) throw reader.damage("it says nothing of the root group");
  return {
    offsetSize,
    lengthSize,
    statedBase,
    statedEnd,
    extension,
    driverInfo,
    root: header,
    symbolNodeK,
    groupTreeK,
    chunkTreeK,
  };
}

function readNew(reader: BlockReader, version: number): Superblock {
  const { offsetSize, lengthSize } = reader.space;
  reader.position += reader.left - 4;
  reader.checksum();
  reader.position = 11;
  checkFlags(reader, reader.unsigned(1), version);
  const statedBase = reader.wide(offsetSize);
  const extension = reader.address();
  const statedEnd = reader.wide(offsetSize);
  const root = reader.definedAddress("the root group");
  return {
    offsetSize,
    lengthSize,
    statedBase,
    statedEnd,
    extension,
    driverInfo: null,
    root,
    symbolNodeK: SYMBOL_NODE_K,
    groupTreeK: GROUP_TREE_K,
    chunkTreeK: CHUNK_TREE_K,
  };
}

function checkFlags(reader: BlockReader, flags: number, version: number): void {
  if (flags & ~KNOWN_FLAGS) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  // Earlier versions do not clear the flags.
  if (version < 3 || (flags & (WRITING | SWMR_WRITING)) === 0) return;
  throw new DelayedArrayError(
    "IO",
    `${reader.space.name}: the file is in use: it is marked as open for writing; if its writer has crashed, ` +
      "`h5clear --status` removes the mark",
  );
}

/** Where the content ends, as an address; checked against the length of the file. */
function contentEnd({ name, size }: SpaceSource, base: number, superblock: Superblock): number {
  const { offsetSize, statedBase, statedEnd } = superblock;
  const undefinedEnd = statedEnd === 2n ** BigInt(offsetSize * 8) - 1n;
  // A user block may have been put before the file, or taken away, since it was written.
  const end = undefinedEnd ? 2n ** 64n : BigInt.asUintN(64, statedEnd - (statedBase - BigInt(base)));
  if (end > BigInt(size)) {
    throw new DelayedArrayError(
      "FILE_TRUNCATED",
      `${name}: the file ends too early: it has ${size} bytes, but its superblock says that it has ${undefinedEnd ? "an unknown number" : end}`,
    );
  }
  if (end < BigInt(base)) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${name}: ${WHAT} at byte ${base}: it says that the file ends at byte ${end}, before it`,
    );
  }
  return Number(end) - base;
}

/** @see HDF5 File Format Specification, section II.B, "Disk Format: Level 0B - File Driver Info" */
async function checkDriver(space: Hdf5Space, address: number, options: SourceReadOptions): Promise<void> {
  const what = "driver information block";
  const reader = new BlockReader(space, what, address, await space.metadata(address, 16, what, options));
  reader.version(0);
  reader.skip(7);
  refuseDriver(space, reader.bytes(8));
}

/** Refuses files that are parts of a whole. */
function refuseDriver(space: Hdf5Space, id: Uint8Array): void {
  const driver = String.fromCharCode(...id);
  if (driver !== "NCSAfami" && driver !== "NCSAmult") return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${space.name}: the file is one of several that belong together (HDF5's ${driver === "NCSAfami" ? "family" : "multi"} driver); join them into one with h5repart or h5repack`,
  );
}

/** @see HDF5 File Format Specification, section II.C, "Disk Format: Level 0C - Superblock Extension" */
async function readExtension(
  space: Hdf5Space,
  header: ObjectHeader,
  options: SourceReadOptions,
): Promise<Partial<FileFacts>> {
  const open = (type: number, what: string): BlockReader | undefined => {
    const message = findMessage(header, type);
    return message === undefined ? undefined : new BlockReader(space, what, message.address, message.body);
  };
  const driver = open(HEADER_MESSAGE.DRIVER_INFO, "driver info message");
  if (driver !== undefined) {
    driver.version(0);
    refuseDriver(space, driver.bytes(8));
    driver.need(driver.unsigned(2));
  }
  if (open(HEADER_MESSAGE.CACHE_IMAGE, "metadata cache image message") !== undefined) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${space.name}: the file has a metadata cache image, which is not read: copy the file with h5repack`,
    );
  }
  checkSpaceInfo(open(HEADER_MESSAGE.FILE_SPACE_INFO, "file space info message"));
  const shared = open(HEADER_MESSAGE.SHARED_TABLE, "shared message table message");
  const sharedHeaps = shared === undefined ? [] : await readSharedTable(space, shared, options);
  const ranks = open(HEADER_MESSAGE.TREE_RANKS, "B-tree 'K' values message");
  if (ranks === undefined) return { sharedHeaps };
  ranks.version(0);
  const chunkTreeK = ranks.unsigned(2);
  const groupTreeK = ranks.unsigned(2);
  return { sharedHeaps, chunkTreeK, groupTreeK, symbolNodeK: ranks.unsigned(2) };
}

/** @see HDF5 File Format Specification, section IV.A.2.x, "The File Space Info Message" */
function checkSpaceInfo(reader: BlockReader | undefined): void {
  if (reader === undefined) return;
  const { offsetSize, lengthSize } = reader.space;
  const version = reader.version(0, 1);
  const strategy = reader.unsigned(1);
  if (version === 0) {
    if (strategy < 1 || strategy > 4) throw reader.damage(`its strategy is ${strategy}, expected 1 to 4`);
    // The first strategy keeps the free space of six kinds of content.
    reader.need(lengthSize + (strategy === 1 ? 6 * offsetSize : 0));
    return;
  }
  const isKept = reader.unsigned(1) !== 0;
  reader.skip(lengthSize);
  const page = reader.length();
  if (page < 512 || page > 2 ** 30) throw reader.damage(`its pages have ${page} bytes`);
  // Of the same six, apart for what is smaller than a page and what is larger.
  reader.need(2 + offsetSize + (isKept ? 12 * offsetSize : 0));
}

/** @see HDF5 File Format Specification, section III.H, "Disk Format: Level 1H - Shared Object Header Message Table" */
async function readSharedTable(
  space: Hdf5Space,
  message: BlockReader,
  options: SourceReadOptions,
): Promise<SharedHeap[]> {
  message.skip(1);
  const address = message.definedAddress("the table");
  const count = message.unsigned(1);
  if (count === 0 || count > MOST_SHARED_INDEXES)
    throw message.damage(`it has ${count} indexes, expected 1 to ${MOST_SHARED_INDEXES}`);
  const what = "shared message table";
  const length = 4 + count * (14 + 2 * space.offsetSize) + 4;
  const reader = new BlockReader(space, what, address, await space.metadata(address, length, what, options));
  reader.position = length - 4;
  reader.checksum();
  reader.position = 0;
  reader.signature("SMTB");
  return Array.from({ length: count }, () => {
    reader.version(0);
    reader.skip(1);
    const messageTypes = reader.unsigned(2);
    reader.skip(10 + space.offsetSize);
    return { messageTypes, address: reader.address() };
  });
}
