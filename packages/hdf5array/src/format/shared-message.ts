import { DelayedArrayError } from "delayedarray";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { openFractalHeap, readHeapObject } from "./fractal-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import { findMessage, type HeaderMessage, readObjectHeader } from "./object-header.js";

/** In the heap of shared messages, as opposed to another object's header. */
const IN_HEAP = 1;
const HEAP_ID_BYTES = 8;

/** Messages that lead to others that lead to others; a committed datatype is one step. */
const MOST_STEPS = 8;

/** Names of kinds of message, for messages to people. */
const NAMES: Readonly<Record<number, string>> = {
  [HEADER_MESSAGE.DATASPACE]: "dataspace message",
  [HEADER_MESSAGE.DATATYPE]: "datatype message",
  [HEADER_MESSAGE.OLD_FILL_VALUE]: "fill value message",
  [HEADER_MESSAGE.FILL_VALUE]: "fill value message",
  [HEADER_MESSAGE.LAYOUT]: "data layout message",
  [HEADER_MESSAGE.GROUP_INFO]: "group info message",
  [HEADER_MESSAGE.FILTERS]: "filter pipeline message",
  [HEADER_MESSAGE.ATTRIBUTE]: "attribute message",
};

/**
 * A reader at the beginning of a message: of its body, or of what that refers to where the message is shared.
 *
 * @see HDF5 File Format Specification, section IV.A.2, on shared messages: "Shared Message"
 */
export async function openMessage(
  space: Hdf5Space,
  message: Omit<HeaderMessage, "shared"> & { readonly shared: boolean },
  options: SourceReadOptions,
  steps = 0,
): Promise<BlockReader> {
  const { type, body, address, guarded } = message;
  const what = NAMES[type] ?? "message";
  const reader = new BlockReader(space, what, address, body);
  reader.guarded = guarded;
  if (!message.shared) return reader;
  if (steps > MOST_STEPS) throw reader.damage("it refers to a message that refers to it");
  const version = reader.version(1, 3);
  const kind = reader.unsigned(1);
  if (version === 1) reader.skip(6 + space.lengthSize);
  if (version > 1 && kind === IN_HEAP) {
    const id = reader.bytes(HEAP_ID_BYTES);
    const heap = await openFractalHeap(space, sharedHeap(space, type), options);
    const object = await readHeapObject(space, heap, id, options);
    const shared = new BlockReader(space, what, object.address, object.bytes);
    shared.guarded = guarded;
    return shared;
  }
  const header = await readObjectHeader(space, reader.definedAddress("a committed datatype"), options);
  const found = findMessage(header, type);
  if (found === undefined) throw reader.damage(`it refers to the object at ${header.address}, which has no ${what}`);
  return openMessage(space, found, options, steps + 1);
}

/** Address of the heap of shared messages of a type. */
export function sharedHeap(space: Hdf5Space, type: number): number {
  const listed = type === HEADER_MESSAGE.OLD_FILL_VALUE ? HEADER_MESSAGE.FILL_VALUE : type;
  const heap = space.facts.sharedHeaps.find(({ messageTypes }) => (messageTypes >> listed) & 1);
  if (heap !== undefined && heap.address !== null) return heap.address;
  throw new DelayedArrayError(
    "FILE_INVALID",
    `${space.name}: a message of type ${type} is said to be in the file's heap of shared messages, but there is none`,
  );
}
