import { HEADER_MESSAGE } from "../format/header-message-types.js";
import type { Filters } from "./hdf5-output.js";
import type { RandomStorage } from "./random-storage.js";
import { messageBody, type RawMessage, replaceBody } from "./raw-header.js";

// h5wasm can make neither enums nor datasets with more than one filter. It is asked for something else that takes at least
// as many bytes in the object's header, and those bytes are then replaced.

/** Name of the only field of the compound type that stands for h5py's boolean enum; it is as long as that needs. */
const MARK = "hdf5array:stands-for-a-boolean-enum";

/** The type to ask h5wasm for where booleans are wanted: one byte, as they have. */
export const BOOLEAN_PLACEHOLDER = {
  nmembers: 1,
  members: [{ name: MARK, offset: 0, type: 0, size: 1, signed: true, vlen: false, littleEndian: true }],
};

/** Parameters to ask h5wasm for where several filters are wanted, for the sake of their length. */
export const FILTER_PLACEHOLDER: readonly number[] = new Array<number>(32).fill(0);

/** Puts h5py's boolean enum where its placeholder is, in datasets and attributes. @returns whether there was one */
export function placeBooleans(storage: RandomStorage, messages: readonly RawMessage[]): boolean {
  const mark = new TextEncoder().encode(MARK);
  let found = false;
  for (const message of messages) {
    if (message.type !== HEADER_MESSAGE.DATATYPE && message.type !== HEADER_MESSAGE.ATTRIBUTE) continue;
    const body = messageBody(storage, message);
    const at = indexOf(body, mark);
    if (at < 0) continue;
    // The field's name comes after 8 bytes that every type begins with. Versions 1 pads it, later ones do not.
    const start = at - 8;
    const version = body[start]! >> 4;
    const size = version === 1 ? 8 + padded(mark.length + 1) + 32 + 12 : 8 + mark.length + 1 + 1 + 12;
    body.fill(0, start, start + size);
    body.set(booleanEnum(version), start);
    replaceBody(storage, message, body);
    found = true;
  }
  return found;
}

/**
 * The enum that h5py makes of a NumPy bool: FALSE = 0 and TRUE = 1, of signed bytes.
 *
 * @see HDF5 File Format Specification, section IV.A.2.d, "The Datatype Message", class 8
 */
function booleanEnum(version: number): Uint8Array {
  const name = (text: string) => {
    const bytes = new Uint8Array(version < 3 ? padded(text.length + 1) : text.length + 1);
    new TextEncoder().encodeInto(text, bytes);
    return [...bytes];
  };
  const head = (type: number, bits: number) => [(version << 4) | type, bits, 0, 0, 1, 0, 0, 0];
  const base = [...head(0, 0x08), 0, 0, 8, 0];
  return Uint8Array.from([...head(8, 2), ...base, ...name("FALSE"), ...name("TRUE"), 0, 1]);
}

/** Puts filters where their placeholder is. */
export function placeFilters(
  storage: RandomStorage,
  messages: readonly RawMessage[],
  filters: Filters,
  elementSize: number,
): void {
  const message = messages.find(({ type }) => type === HEADER_MESSAGE.FILTERS)!;
  const old = messageBody(storage, message);
  const body = new Uint8Array(message.size);
  body.set(filtersMessage(filters, elementSize, old[0]!));
  replaceBody(storage, message, body);
}

/** Filters by number, name and parameters, in the order in which they are applied. */
function pipeline({ gzip, shuffle, fletcher32 }: Filters, elementSize: number): [number, string, number[]][] {
  return [
    ...(shuffle ? [[2, "shuffle", [elementSize]] as [number, string, number[]]] : []),
    ...(gzip === null ? [] : [[1, "deflate", [gzip]] as [number, string, number[]]]),
    ...(fletcher32 ? [[3, "fletcher32", []] as [number, string, number[]]] : []),
  ];
}

/** How many filters there are. */
export function filterCount(filters: Filters): number {
  return pipeline(filters, 1).length;
}

/**
 * A filter pipeline message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.l, "The Data Storage - Filter Pipeline Message"
 */
function filtersMessage(filters: Filters, elementSize: number, version: number): Uint8Array {
  const all = pipeline(filters, elementSize);
  const bytes: number[] = [version, all.length, ...(version === 1 ? [0, 0, 0, 0, 0, 0] : [])];
  const short = (value: number) => bytes.push(value & 255, value >> 8);
  for (const [id, name, parameters] of all) {
    short(id);
    // Version 2 leaves out the names of filters that HDF5 has by itself.
    const nameBytes = version === 1 ? padded(name.length + 1) : 0;
    if (version === 1) short(nameBytes);
    short(0);
    short(parameters.length);
    for (let i = 0; i < nameBytes; i++) bytes.push(i < name.length ? name.charCodeAt(i) : 0);
    for (const value of parameters) bytes.push(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
    if (version === 1 && parameters.length % 2 === 1) bytes.push(0, 0, 0, 0);
  }
  return Uint8Array.from(bytes);
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
