import { DelayedArrayError, type DType, NdArray, type TypedArray } from "delayedarray";
import { type AxisSelection, allocate, itemSize, Pacer, shapeText, sizeOf } from "delayedarray/internal";
import { preferLargePages, Query } from "libtiledb";
import type { Axis } from "./axes.js";
import { type AxisPlan, type Box, cellsOf, halve, planAxis, rangesOf } from "./axis-plan.js";
import { checkTiles } from "./check-tiles.js";
import { isOnePiece, offsetOf, place } from "./place.js";
import { settle } from "./settle.js";
import { BUFFER_BYTES, MOST_SEGMENTS, namesOf, type ReadLimits, type Source, subarrayOf } from "./source.js";

/** Cells that TileDB copies in the time that it takes for a range: of gaps up to that many cells it pays to read them. */
const CELLS_PER_RANGE = 128;

/** Bytes of a result beside which the memory that TileDB's queries leave is not much. */
const LARGE = 32 * 2 ** 20;

/** Ranges in one query, which bounds the time that it takes. */
const MOST_RANGES = 2 ** 16;

/**
 * Reads selected cells of a dense array, in C order whatever the order of its cells and tiles: in boxes of a bounded size,
 * cut between tiles, straight into the result where a box is one piece of it.
 *
 * @param selections - one for each axis, increasing
 */
export async function readDense<D extends DType>(
  source: Source,
  selections: readonly AxisSelection[],
  { signal, bufferBytes = BUFFER_BYTES }: ReadLimits = {},
): Promise<NdArray<D>> {
  const { attribute, axes, missing } = source;
  const dtype = attribute.dtype as D;
  const shape = selections.map(({ length }) => length);
  const data = allocate(dtype, sizeOf(shape)) as TypedArray;
  preferLargePages(data);
  const isMasked = attribute.nullable || missing === "mask";
  const mask = isMasked ? allocate("uint8", data.length) : undefined;
  const pacer = new Pacer(signal);
  const most = Math.max(1, Math.floor(bufferBytes / itemSize(dtype)));
  const isLarge = data.byteLength >= LARGE;
  const boxes: Box[] = data.length === 0 ? [] : [planDense(selections)];
  if (boxes.length > 0) await checkTiles(source.array, namesOf(source));
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    signal?.throwIfAborted();
    const halves = split(box, axes, most);
    if (halves !== undefined) {
      boxes.push(halves[1], halves[0]);
      continue;
    }
    const cells = cellsOf(box);
    const direct = isOnePiece(box, shape);
    const start = offsetOf(box, shape);
    const values = direct ? data.subarray(start, start + cells) : (allocate(dtype, cells) as TypedArray);
    const flags = mask && (direct ? mask.subarray(start, start + cells) : new Uint8Array(cells));
    if (await readBox(source, box, values, flags, isLarge)) {
      await settle(values, flags, attribute, missing, pacer);
      if (direct) continue;
      await place(values, box, data, shape, pacer);
      if (mask !== undefined && flags !== undefined) await place(flags, box, mask, shape, pacer);
    } else {
      // What did come is in no order that can be relied on.
      const smaller = halve(box, axes);
      if (smaller === undefined) throw tooSmallBudget(source);
      boxes.push(smaller[1], smaller[0]);
    }
  }
  return new NdArray<D>({ data: data as never, shape, dtype, mask });
}

/** Which segments to read along each axis: near ones are joined where reading the gap is cheaper than another range. */
export function planDense(selections: readonly AxisSelection[]): Box {
  const box: AxisPlan[] = selections.map((selection) => planAxis(selection, 0));
  // The last axis first: there, segments cost most ranges and gaps fewest cells.
  for (let axis = box.length - 1; axis >= 0; axis--) {
    if (box[axis]!.segments === 1) continue;
    const others = box.filter((_, other) => other !== axis);
    const gap = Math.floor((CELLS_PER_RANGE * rangesOf(others)) / cellsOf(others));
    if (gap > 0) box[axis] = planAxis(selections[axis]!, gap);
  }
  return box;
}

/** Two boxes instead of one that is too large, or that TileDB would take too long for. */
export function split(box: Box, axes: readonly Axis[], most: number): readonly [Box, Box] | undefined {
  const segments = box.map((plan) => plan.segments);
  const largest = Math.max(...segments);
  if (largest > MOST_SEGMENTS || rangesOf(box) > MOST_RANGES) return halve(box, axes, segments.indexOf(largest));
  return cellsOf(box) > most ? halve(box, axes) : undefined;
}

function tooSmallBudget({ array, axes }: Source): DelayedArrayError {
  const shape = shapeText(axes.map(({ extent }) => extent));
  return new DelayedArrayError(
    "LIMIT_EXCEEDED",
    `${array.uri}: TileDB's memory budget does not allow to read even one cell of ${shape}: ` +
      'raise "sm.mem.total_budget" or "sm.memory_budget" in config',
  );
}

/** Reads all cells of a box; `false` if TileDB gave only some of them. */
async function readBox(
  source: Source,
  box: Box,
  values: TypedArray,
  validity: Uint8Array | undefined,
  isLarge: boolean,
): Promise<boolean> {
  const { array, attribute } = source;
  using query = new Query(array);
  if (isLarge) query.keepMemory();
  query.setLayout("row-major");
  {
    using subarray = subarrayOf(source, box);
    query.setSubarray(subarray);
  }
  query.setDataBuffer(attribute.name, values);
  if (attribute.nullable && validity !== undefined) query.setValidityBuffer(attribute.name, validity);
  const status = await query.submit();
  return status === "completed" && query.resultElements(attribute.name).data === values.length;
}
