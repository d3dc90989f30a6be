import { DelayedArrayError, NdArray } from "delayedarray";
import { type AxisSelection, allocate, cStrides, Pacer, sizeOf } from "delayedarray/internal";
import { allocate as allocateCells, Query } from "libtiledb";
import { type Box, cellsOf } from "./axis-plan.js";
import { checkTiles } from "./check-tiles.js";
import { locator, newPositions, spanOf } from "./locate.js";
import { planDense, split } from "./read-dense.js";
import { BUFFER_BYTES, namesOf, type ReadLimits, type Source, subarrayOf } from "./source.js";

/** Cells in one batch, and bytes for each that room is made for at first. */
const BATCH_CELLS = 2 ** 16;
const FIRST_BYTES = 32;

/** More than this is not made room for, even if TileDB gives not one cell. */
const MOST_BYTES = 2 ** 31;

/** Texts of some cells: UTF-8 in `bytes`, cell i from `starts[i]` to `starts[i + 1]`. */
interface Texts {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly start: (cell: number) => number;
  readonly valid: ((cell: number) => boolean) | undefined;
}

/**
 * Reads selected cells of an attribute of texts, of a dense or a sparse array: with their coordinates, which say where each
 * belongs. Cells that a sparse array does not have are empty texts, and so are those of a dense one that were never written,
 * unless the attribute has a fill value of its own.
 *
 * @param selections - one for each axis, increasing
 */
export async function readTexts(
  source: Source,
  length: number | "var",
  selections: readonly AxisSelection[],
  { signal, bufferBytes = BUFFER_BYTES }: ReadLimits = {},
): Promise<NdArray<"string">> {
  const { axes, attribute, missing } = source;
  const shape = selections.map((one) => one.length);
  const data = allocate("string", sizeOf(shape));
  data.fill("");
  const isMasked = attribute.nullable || missing === "mask";
  const mask = isMasked ? allocate("uint8", data.length) : undefined;
  const strides = cStrides(shape);
  const pacer = new Pacer(signal);
  const locators = data.length === 0 ? [] : selections.map((one, axis) => locator(axes[axis]!, one, source.array.uri));
  const spans = data.length === 0 ? [] : selections.map(spanOf);
  const fill = Buffer.from(attribute.fill);
  // TileDB's own fill values, which are no text: NUL, or 80 for `char`.
  const isEmptyFill = fill.every((byte) => byte === 0) || fill.every((byte) => byte === 0x80);
  const boxes: Box[] = data.length === 0 ? [] : [planDense(selections)];
  if (boxes.length > 0) await checkTiles(source.array, namesOf(source));
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    const halves = split(box, axes, Number.POSITIVE_INFINITY);
    if (halves !== undefined) {
      boxes.push(halves[1], halves[0]);
      continue;
    }
    for await (const [coordinates, texts] of batches(source, length, box, { signal, bufferBytes })) {
      const positions = spans.map((span) => newPositions(span, texts.count));
      locators.forEach(({ locate }, axis) => {
        locate(coordinates[axis]!, texts.count, positions[axis]!);
      });
      const whole = Buffer.from(texts.bytes.buffer, texts.bytes.byteOffset, texts.bytes.byteLength);
      for (let i = 0; i < texts.count; i++) {
        let at = 0;
        for (let axis = 0; axis < positions.length; axis++) {
          const position = positions[axis]![i]!;
          at = position < 0 ? Number.NaN : at + position * strides[axis]!;
        }
        if (Number.isNaN(at)) continue;
        const [start, end] = [texts.start(i), texts.start(i + 1)];
        const isValid = texts.valid?.(i) !== false;
        const isUnwritten = isValid && (isEmptyFill || missing !== "fill") && fill.equals(whole.subarray(start, end));
        if (!isValid || isUnwritten) {
          if (mask !== undefined && (!isValid || missing === "mask")) mask[at] = 1;
        } else data[at] = textOf(whole, start, end, length, source);
      }
      if (pacer.isDue) await pacer.rest();
    }
  }
  return new NdArray({ data, shape, dtype: "string", mask });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Texts of a fixed length are padded by NUL, as NumPy has them. */
function textOf(bytes: Buffer, start: number, end: number, length: number | "var", source: Source): string {
  let last = end;
  if (length !== "var") while (last > start && bytes[last - 1] === 0) last--;
  try {
    return decoder.decode(bytes.subarray(start, last));
  } catch (cause) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${source.array.uri}: a cell of attribute ${JSON.stringify(source.attribute.name)} holds bytes that are no UTF-8: ` +
        bytes.subarray(start, Math.min(last, start + 16)).toString("hex"),
      { cause },
    );
  }
}

/** The cells of a box as TileDB gives them; the buffers are filled again after the next ones have been asked for. */
async function* batches(
  source: Source,
  length: number | "var",
  box: Box,
  { signal, bufferBytes = BUFFER_BYTES }: ReadLimits,
): AsyncGenerator<[coordinates: ReturnType<typeof allocateCells>[], texts: Texts], void, void> {
  const { array, axes, attribute } = source;
  using query = new Query(array);
  if (array.schema.arrayType === "sparse") query.sortCells();
  query.setLayout(array.schema.arrayType === "dense" ? "row-major" : "unordered");
  {
    using subarray = subarrayOf(source, box);
    query.setSubarray(subarray);
  }
  let room = Math.max(1, Math.min(cellsOf(box), BATCH_CELLS, Math.floor(bufferBytes / FIRST_BYTES)));
  let bytesRoom = room * (length === "var" ? FIRST_BYTES : length);
  for (;;) {
    signal?.throwIfAborted();
    const coordinates = axes.map(({ datatype }) => allocateCells(datatype, room));
    const bytes = new Uint8Array(bytesRoom);
    const offsets = new BigUint64Array(length === "var" ? room : 0);
    const validity = new Uint8Array(room);
    axes.forEach(({ name }, axis) => {
      query.setDataBuffer(name, coordinates[axis]!);
    });
    query.setDataBuffer(attribute.name, bytes);
    if (length === "var") query.setOffsetsBuffer(attribute.name, offsets);
    if (attribute.nullable) query.setValidityBuffer(attribute.name, validity);
    const status = await query.submit();
    const used = query.resultElements(attribute.name);
    const count = length === "var" ? (used.offsets ?? 0) : used.data / length;
    if (count > 0) {
      const start = (cell: number): number => {
        if (length !== "var") return cell * length;
        return cell < count ? Number(offsets[cell]) : used.data;
      };
      const valid = attribute.nullable ? (cell: number): boolean => validity[cell] !== 0 : undefined;
      yield [coordinates, { count, bytes, start, valid }];
    }
    if (status === "completed") return;
    if (count > 0) continue;
    // Not one cell fitted: a text may be longer than all the room there was.
    bytesRoom *= 4;
    room = Math.max(room, 2);
    if (bytesRoom > MOST_BYTES) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `${array.uri}: TileDB gave not even one text (${query.incompleteReason}): raise "sm.mem.total_budget" in config`,
      );
    }
  }
}
