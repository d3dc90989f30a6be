import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type AxisSelection, itemSize } from "delayedarray/internal";
import { allocate, datatypeSize, Query } from "libtiledb";
import { type AxisPlan, type Box, cellsOf, halve, planAxis, rangesOf } from "./axis-plan.js";
import { checkTiles } from "./check-tiles.js";
import { locator, newPositions, type Positions, spanOf } from "./locate.js";
import { borrowMemory, returnMemory } from "./memory-pool.js";
import { BUFFER_BYTES, MOST_SEGMENTS, namesOf, type ReadLimits, type Source, subarrayOf } from "./source.js";
import { uncleared } from "./uncleared.js";

/**
 * Some of the cells that were asked for, in no particular order. The visitor may change their arrays, which are used again unless
 * they are kept.
 */
export interface Cells {
  readonly count: number;
  /** Positions in the selections, one array for each axis; a cell with a negative one was not asked for. */
  readonly positions: readonly Positions[];
  /** Whether all of them were asked for. */
  readonly isExact: boolean;
  /**
   * Throws `FILE_INVALID` where a position on an axis is not in the array, one of these or of others. It does nothing unless
   * reading is lenient.
   */
  readonly check: (axis: number, others?: Positions) => void;
  readonly values: TypedArray;
  /** 0 where a value is missing; `undefined` when none can be. */
  readonly validity: Uint8Array | undefined;
  /** Leaves all these arrays to the visitor. They have room for `values.length` cells. */
  readonly keep?: (() => void) | undefined;
}

/**
 * Cells in one batch: while one is worked on TileDB fills the next, and in between others get their turn. Each batch costs a
 * start on another thread; larger ones are not faster.
 */
const BATCH_CELLS = 2 ** 19;
const FEWEST_CELLS = 2 ** 10;

/** Cells that TileDB returns in the time that a range costs it. */
const CELLS_PER_RANGE = 4096;

/** Ranges up to which estimates are worth their time, which grows with the ranges. */
const MOST_ESTIMATED_RANGES = 2 ** 10;

/** The buffers of one batch. */
interface Buffers {
  readonly coordinates: readonly TypedArray[];
  /** The same arrays for axes whose positions replace the coordinates. */
  readonly positions: readonly Positions[];
  readonly values: TypedArray;
  readonly validity: Uint8Array | undefined;
  isKept: boolean;
}

/**
 * Reads the selected cells of a sparse array, batch by batch.
 *
 * @param selections - one for each axis, increasing and not empty
 * @param cellsInArray - estimate of the number of cells there are
 * @param visit - called with each batch, and waited for; `false` ends the read
 * @param isLenient - whether the visitor sees to it that positions are in the array: what it does with them may tell anyway
 * @throws `FILE_INVALID` where coordinates are not in the array, unless reading is lenient
 */
export async function readSparse(
  source: Source,
  selections: readonly AxisSelection[],
  cellsInArray: () => Promise<number>,
  visit: (cells: Cells) => unknown,
  { isLenient = false, ...limits }: ReadLimits & { readonly isLenient?: boolean } = {},
): Promise<void> {
  const { axes } = source;
  await checkTiles(source.array, namesOf(source));
  const locators = selections.map((selection, axis) => locator(axes[axis]!, selection, source.array.uri, isLenient));
  const boxes: Box[] = [await planSparse(source, selections, cellsInArray)];
  const isExact = selections.every((selection) => selection.kind === "range" && selection.step === 1);
  const spans = selections.map(spanOf);
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    const segments = box.map((plan) => plan.segments);
    const largest = Math.max(...segments);
    const halves = largest > MOST_SEGMENTS ? halve(box, axes, segments.indexOf(largest)) : undefined;
    if (halves !== undefined) {
      boxes.push(halves[1], halves[0]);
      continue;
    }
    for await (const [buffers, count] of batches(source, box, spans, limits)) {
      const { coordinates, positions, values, validity } = buffers;
      locators.forEach(({ locate }, axis) => {
        locate(coordinates[axis]!, count, positions[axis]!);
      });
      const check: Cells["check"] = (axis, others) => {
        const { isLenient, check } = locators[axis]!;
        if (isLenient) check(others ?? positions[axis]!, others?.length ?? count);
      };
      const keep = (): void => {
        buffers.isKept = true;
      };
      if ((await visit({ count, positions, isExact, check, values, validity, keep })) === false) return;
    }
  }
}

/**
 * Which segments to read along each axis: near ones are joined where the cells in the gap are cheaper than another range,
 * and picked out afterwards.
 */
async function planSparse(
  { axes }: Source,
  selections: readonly AxisSelection[],
  cellsInArray: () => Promise<number>,
): Promise<Box> {
  const box: AxisPlan[] = selections.map((selection) => planAxis(selection, 0));
  if (rangesOf(box) === 1) return box;
  const cells = await cellsInArray();
  for (let axis = box.length - 1; axis >= 0; axis--) {
    if (box[axis]!.segments === 1) continue;
    const share = box.reduce(
      (product, plan, other) => (other === axis ? product : (product * plan.cells) / axes[other]!.extent),
      1,
    );
    const cellsPerIndex = (cells * share) / axes[axis]!.extent;
    const gap = Math.floor(CELLS_PER_RANGE / cellsPerIndex);
    if (gap > 0) box[axis] = planAxis(selections[axis]!, gap);
  }
  return box;
}

/** Estimates, from what TileDB knows without reading cells, how many there are in the whole array. */
export async function estimateCells({ array, attribute }: Source): Promise<number> {
  using query = new Query(array);
  query.setLayout("unordered");
  const { data } = await query.estimateSizes(attribute.name);
  return Number(data) / itemSize(attribute.dtype);
}

/**
 * The cells of a box as TileDB gives them. Unless they are kept, the buffers of a batch are filled again after the next one
 * has been asked for, so it must have been worked on by then.
 *
 * @param spans - positions on each axis are below that
 */
async function* batches(
  source: Source,
  box: Box,
  spans: readonly number[],
  { signal, bufferBytes = BUFFER_BYTES, memoryBytes }: ReadLimits,
): AsyncGenerator<[buffers: Buffers, count: number], void, void> {
  const { array, axes, attribute } = source;
  signal?.throwIfAborted();
  using query = new Query(array);
  query.setLayout("unordered");
  // What goes through an array in parts wants little memory, what takes it whole wants it soon.
  const isAll = box.every((plan, axis) => plan.cells === axes[axis]!.extent);
  if (memoryBytes !== undefined) query.limitMemory(memoryBytes);
  else if (isAll) query.keepMemory();
  // Without ranges TileDB skips the work of comparing with them.
  if (!isAll || !axes.every(({ isWhole }) => isWhole)) {
    using subarray = subarrayOf(source, box);
    query.setSubarray(subarray);
  }
  const widest = Math.max(itemSize(attribute.dtype), ...axes.map(({ datatype }) => datatypeSize(datatype)));
  let room = Math.max(1, Math.min(await expectedCells(source, query, box), Math.floor(bufferBytes / widest)));
  const { datatype: cellDatatype } = array.schema.attribute(attribute.name);
  const fresh = <A extends TypedArray>(make: (length: number) => A): A => uncleared(make, room, borrowMemory);
  // Of buffers that were kept, those with coordinates alone are free.
  const make = (kept?: Buffers): Buffers => {
    const coordinates = axes.map(({ datatype }, axis) => {
      const old = kept?.coordinates[axis];
      return old === undefined || old === kept?.positions[axis] ? fresh((length) => allocate(datatype, length)) : old;
    });
    return {
      coordinates,
      positions: coordinates.map((one, axis) =>
        one instanceof Int32Array && spans[axis]! <= 2 ** 31
          ? one
          : fresh((length) => newPositions(spans[axis]!, length)),
      ),
      values: fresh((length) => allocate(cellDatatype, length)),
      validity: attribute.nullable ? new Uint8Array(room) : undefined,
      isKept: false,
    };
  };
  const start = (buffers: Buffers) => {
    signal?.throwIfAborted();
    buffers.coordinates.forEach((coordinates, axis) => {
      query.setDataBuffer(axes[axis]!.name, coordinates);
    });
    query.setDataBuffer(attribute.name, buffers.values);
    if (buffers.validity !== undefined) query.setValidityBuffer(attribute.name, buffers.validity);
    const status = query.submit();
    status.catch(() => {}); // It is waited for below, unless the reader stops.
    return status;
  };
  let current = make();
  let spare: Buffers | undefined;
  let pending = start(current);
  for (;;) {
    const status = await pending;
    const count = query.resultElements(attribute.name).data;
    const filled = current;
    if (status !== "completed") {
      if (count === 0) {
        // Not one cell fitted.
        room *= 2;
        if (room * widest > 2 * bufferBytes) throw tooSmallBudget(source, query.incompleteReason);
        spare = undefined;
      }
      current = spare?.isKept === false ? spare : make(spare);
      spare = count === 0 ? undefined : filled;
      pending = start(current);
    }
    if (count > 0) yield [filled, count];
    if (status !== "completed") continue;
    for (const buffers of new Set([filled, spare])) if (buffers?.isKept === false) returnBuffers(buffers);
    return;
  }
}

function returnBuffers({ coordinates, positions, values }: Buffers): void {
  for (const { buffer } of new Set([...coordinates, ...positions, values])) returnMemory(buffer as ArrayBuffer);
}

/** How many cells to make room for in one batch. */
async function expectedCells({ attribute }: Source, query: Query, box: Box): Promise<number> {
  const possible = Math.min(cellsOf(box), BATCH_CELLS);
  if (rangesOf(box) > MOST_ESTIMATED_RANGES) return Math.max(possible, FEWEST_CELLS);
  const { data } = await query.estimateSizes(attribute.name);
  return Math.max(FEWEST_CELLS, Math.min(Math.ceil(Number(data) / itemSize(attribute.dtype)), BATCH_CELLS));
}

function tooSmallBudget({ array }: Source, reason: string): DelayedArrayError {
  return new DelayedArrayError(
    "LIMIT_EXCEEDED",
    `${array.uri}: TileDB gave not even one cell (${reason}): raise "sm.mem.total_budget" in config`,
  );
}
