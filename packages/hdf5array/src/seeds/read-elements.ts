import { DelayedArrayError, type DType, NdArray, type TypedArray, type TypedArrayOf } from "delayedarray";
import { type AxisSelection, allocate, cStrides } from "delayedarray/internal";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { where } from "../file/locate.js";
import { fixedStrings } from "../format/fixed-strings.js";
import type { Box, PieceOptions } from "../read/piece.js";
import type { ElementContent } from "./element-content.js";
import { placer } from "./place.js";
import { gapOf, readUnits, spansOf } from "./spans.js";

/** A dataset, and what is read of its elements. */
export interface ElementSource {
  readonly file: Hdf5File;
  readonly dataset: Hdf5Dataset;
  readonly content: ElementContent;
}

/** Elements whose bytes are turned into values at a time. */
const DECODED_AT_ONCE = 2 ** 16;

/**
 * The elements that are selected.
 *
 * @param selections - per axis of the dataset, increasing
 * @param stride - per axis of the dataset, in elements of the result
 * @returns what holds elements of the content's dtype: new, and of nobody else
 */
export async function readElements(
  source: ElementSource,
  selections: readonly AxisSelection[],
  stride: readonly number[],
  options: PieceOptions,
): Promise<TypedArray | string[]> {
  const { extents, dtype } = source.content;
  if (extents.length === 0) return readValues(source, selections, stride, options);
  // Arrays are read whole, and what is wanted of them is picked.
  const rank = selections.length - extents.length;
  const lengths = selections.map(({ length }) => length);
  const lead = lengths.slice(0, rank);
  const data = await readValues(source, selections.slice(0, rank), cStrides(lead), options);
  const whole = new NdArray({ data: data as TypedArrayOf, shape: [...lead, ...extents], dtype });
  const all = lead.map((length) => ({ start: 0, stop: length, step: 1 }));
  const picked = whole.extractDense([...all, ...selections.slice(rank).map(requestOf)]).data;
  return arranged(picked, dtype, lengths, stride);
}

async function readValues(
  source: ElementSource,
  selections: readonly AxisSelection[],
  stride: readonly number[],
  options: PieceOptions,
): Promise<TypedArray | string[]> {
  const { content } = source;
  const elements = selections.reduce((product, { length }) => product * length, 1);
  const count = content.extents.reduce((product, extent) => product * extent, elements);
  const { decoder } = content;
  if (!("kind" in decoder)) {
    if (content.isWhole) return readNumbers(source, selections, stride, count, options);
    const bytes = await readBytes(source, selections, stride, options);
    const values = allocate(content.dtype, count) as TypedArray;
    for (let at = 0; at < count; at += DECODED_AT_ONCE) {
      // What a decoder gives may be memory that it uses again.
      const part = bytes.subarray(at * content.size, (at + DECODED_AT_ONCE) * content.size);
      values.set(decoder.decode(part) as never, at);
    }
    return values;
  }
  const { dataset } = source;
  if (decoder.variable && dataset.variableStrings === undefined) {
    return readAllStrings(source, selections, stride, options);
  }
  const bytes = await readBytes(source, selections, stride, options);
  const strings = decoder.variable
    ? await dataset.variableStrings!(bytes, options)
    : fixedStrings(bytes, decoder.size, decoder.padding);
  return strings as string[];
}

/** Reads numbers into their places. */
async function readNumbers(
  { dataset, content }: ElementSource,
  selections: readonly AxisSelection[],
  stride: readonly number[],
  count: number,
  options: PieceOptions,
): Promise<TypedArray> {
  const decoder = content.decoder as Exclude<ElementContent["decoder"], { kind: "string" }>;
  const data = allocate(content.dtype, count) as TypedArray;
  const { readInto } = dataset;
  const box = boxOf(selections);
  const inOrder = stride.every((step, axis) => axis === 0 || step <= stride[axis - 1]!);
  if (readInto !== undefined && box !== null && inOrder && decoder.isNative && count > 0) {
    await readInto(box, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), options);
    return data;
  }
  const place = placer(selections, data, stride);
  await dataset.read(spansFor(dataset, selections), (piece) => place(decoder.decode(piece.bytes), piece), options);
  return data;
}

/** The bytes of the elements, or of a part of each, one after another: an axis of bytes is read along. */
async function readBytes(
  { dataset, content }: ElementSource,
  selections: readonly AxisSelection[],
  stride: readonly number[],
  options: PieceOptions,
): Promise<Uint8Array> {
  const { offset, extents } = content;
  const size = extents.reduce((product, extent) => product * extent, content.size);
  const bytes = allocate(
    "uint8",
    selections.reduce((product, { length }) => product * length, size),
  );
  const place = placer([...selections, { kind: "range", start: offset, step: 1, length: size }], bytes, [
    ...stride.map((step) => step * size),
    1,
  ]);
  const whole = dataset.info.type.size;
  await dataset.read(
    spansFor(dataset, selections),
    (piece) => place(piece.bytes, { start: [...piece.start, 0], count: [...piece.count, whole] }),
    options,
  );
  return bytes;
}

/** Strings that only h5wasm reads, which reads all of them. */
async function readAllStrings(
  { file, dataset, content }: ElementSource,
  selections: readonly AxisSelection[],
  stride: readonly number[],
  options: PieceOptions,
): Promise<string[]> {
  const { path } = dataset.info;
  if (!content.isWhole) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where(file, path)}: strings in fields of a dataset that h5wasm reads (a virtual one, or one with a rare filter)`,
    );
  }
  const { shape, values } = await file.strings(path, options);
  const all = new NdArray({ data: values as string[], shape, dtype: "string" });
  const picked = all.extractDense(selections.map(requestOf)).data;
  const lengths = selections.map(({ length }) => length);
  return arranged(picked, "string", lengths, stride) as string[];
}

/** Values in C order, in the order that strides say. */
function arranged(
  values: TypedArray | string[],
  dtype: DType,
  lengths: readonly number[],
  stride: readonly number[],
): TypedArray | string[] {
  const plain = cStrides(lengths);
  if (plain.every((step, axis) => step === stride[axis])) return values;
  const placed = allocate(dtype, values.length);
  let next = 0;
  const visit = (axis: number, at: number): void => {
    if (axis === lengths.length) placed[at] = values[next++]!;
    else for (let i = 0; i < lengths[axis]!; i++) visit(axis + 1, at + i * stride[axis]!);
  };
  visit(0, 0);
  return placed;
}

function requestOf(selection: AxisSelection): { start: number; stop: number; step: number } | Float64Array {
  if (selection.kind === "list") return selection.indices;
  const { start, step, length } = selection;
  return { start, stop: length === 0 ? start : start + (length - 1) * step + 1, step };
}

function spansFor({ info, reader }: Hdf5Dataset, selections: readonly AxisSelection[]) {
  const { size } = info.type;
  const units = readUnits(info.shape!, info.chunks, size);
  // Chunks that hold nothing of what is selected are left out, unless a call costs more than they do.
  const gap = reader === "direct" && info.chunks !== null ? 0 : gapOf(units, info.chunks, size);
  return selections.map((selection, axis) => spansOf(selection, units[axis]!, gap));
}

/** The box that selections are, if they are one. */
function boxOf(selections: readonly AxisSelection[]): Box | null {
  const start: number[] = [];
  for (const selection of selections) {
    if (selection.kind !== "range" || selection.step !== 1) return null;
    start.push(selection.start);
  }
  return { start, count: selections.map(({ length }) => length) };
}
