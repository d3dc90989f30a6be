import type { DType, TypedArray } from "delayedarray";
import { allocate, cStrides } from "delayedarray/internal";
import { decoderOf } from "../../../packages/hdf5array/src/decode/decoder.js";
import type { Hdf5Dataset } from "../../../packages/hdf5array/src/file/hdf5-file.js";
import type { Hdf5Type } from "../../../packages/hdf5array/src/format/hdf5-type.js";
import { type Hdf5DenseArrayOptions, Hdf5DenseArraySeed } from "../../../packages/hdf5array/src/seeds/dense.js";
import { placer } from "../../../packages/hdf5array/src/seeds/place.js";
import { product } from "./outcome.js";

/** Values of numbers or booleans: dtype and little-endian bytes, in hexadecimal digits. */
export function numbersText(type: Hdf5Type, dtype: DType, values: TypedArray): string {
  // A NaN that was converted may have any bits.
  const converted = type.kind === "float" && type.size !== values.BYTES_PER_ELEMENT;
  return `${dtype}:${hex(converted ? withPlainNaN(values) : values)}`;
}

/** One NaN for all of them. */
export function withPlainNaN(values: TypedArray): TypedArray {
  const plain = values.slice();
  for (let i = 0; i < plain.length; i++) if (plain[i] !== plain[i]) plain[i] = Number.NaN;
  return plain;
}

export function hex(values: TypedArray): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");
}

export function decoded(type: Hdf5Type, bytes: Uint8Array, what: string): string {
  const { dtype, decode } = decoderOf(type, what);
  return numbersText(type, dtype, decode(bytes));
}

/** Reads a window and puts the boxes that it comes in together. */
export async function readWindow(
  dataset: Hdf5Dataset,
  start: readonly number[],
  count: readonly number[],
  what: string,
): Promise<string> {
  const { dtype, decode } = decoderOf(dataset.info.type, what);
  const out = allocate(dtype, product(count)) as TypedArray;
  const spans = start.map((from, axis) => (count[axis] === 0 ? [] : [{ start: from, stop: from + count[axis]! }]));
  const selections = start.map((from, axis) => ({
    kind: "range" as const,
    start: from,
    step: 1,
    length: count[axis]!,
  }));
  const place = placer(selections, out, cStrides(count));
  await dataset.read(spans, (piece) => place(decode(piece.bytes), piece), {});
  return numbersText(dataset.info.type, dtype, out);
}

/** Opens a dataset as users do. */
export function openAsUsers(
  bytes: Uint8Array,
  path: string,
  options: Hdf5DenseArrayOptions = {},
): Promise<Hdf5DenseArraySeed> {
  return Hdf5DenseArraySeed.open(bytes, path, options);
}

/** Reads a window as users read it: numbers, booleans or strings. */
export async function readSeed(
  seed: Hdf5DenseArraySeed,
  type: Hdf5Type,
  start: readonly number[],
  count: readonly number[],
): Promise<string> {
  const subset = start.map((from, axis) => ({ start: from, stop: from + count[axis]!, step: 1 }));
  const { dtype, data } = await seed.extractDense(subset);
  return dtype === "string" ? JSON.stringify(data) : numbersText(type, dtype, data as TypedArray);
}
