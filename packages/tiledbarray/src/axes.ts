import { DelayedArrayError, type Grid, SimpleGrid } from "delayedarray";
import { checkShape, shapeText } from "delayedarray/internal";
import { type ArrayHandle, type Datatype, type Dimension, type Layout, type Range, storageOf } from "libtiledb";
import { isTime } from "./attribute.js";
import type { TileDbArrayOptions } from "./open-options.js";
import { pieceExtents, pieceTicks } from "./tile-pieces.js";

/** One axis of the array and the coordinates behind it. */
export interface Axis {
  readonly name: string;
  readonly datatype: Datatype;
  /** The coordinate of index 0. */
  readonly origin: bigint;
  readonly extent: number;
  /** Extent of a tile; `null` when there are no tiles, or one holds the whole axis. */
  readonly tile: number | null;
  /** How far inside its tile index 0 is. */
  readonly phase: number;
  /** Whether the axis is all of the domain. */
  readonly isWhole: boolean;
}

/** Cost of reading an element, relative to memory. */
const COST_FACTOR = 20;

type Interval = readonly [first: bigint, last: bigint];

/**
 * The axes of an array: its dimensions, from where the (current) domain starts.
 *
 * @throws `DTYPE_UNSUPPORTED` for dimensions that are not of integers, dates or times, `LIMIT_EXCEEDED` for an extent over 2^53,
 * `SHAPE_MISMATCH` when `shape` does not fit the domain
 */
export async function axesOf(
  array: ArrayHandle,
  shape: TileDbArrayOptions["shape"],
  where: string,
): Promise<readonly Axis[]> {
  const { dimensions } = array.schema.domain;
  const domains = dimensions.map((dimension) => integerDomain(dimension, where));
  const { currentDomain } = array.schema;
  const usable = currentDomain === undefined ? domains : currentDomain.map(interval);
  if (currentDomain !== undefined && array.schema.arrayType === "dense") refuseBytes(dimensions, where);
  const used = shape === "written" ? await writtenPart(array, usable) : partOf(usable, shape, where);
  return dimensions.map((dimension, axis) => {
    const [origin, last] = used[axis]!;
    const [first, end] = domains[axis]!;
    const extent = last - origin + 1n;
    if (extent > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `${where}: dimension "${dimension.name}" has ${extent} coordinates, from ${origin} to ${last}, which is more than ` +
          `2^53 - 1: give the extents to use as shape${shape === "written" ? "" : ', or shape: "written" for the part that was written'}`,
      );
    }
    const tile = dimension.tile === undefined ? 0n : BigInt(dimension.tile);
    const phase = tile > 0n ? (origin - first) % tile : 0n;
    const isTiled = tile > 0n && tile <= BigInt(Number.MAX_SAFE_INTEGER) && phase + extent > tile;
    return {
      name: dimension.name,
      datatype: dimension.datatype,
      origin,
      extent: Number(extent),
      tile: isTiled ? Number(tile) : null,
      phase: isTiled ? Number(phase) : 0,
      isWhole: origin === first && last === end,
    };
  });
}

/** @throws `UNSUPPORTED_FEATURE`: on such arrays TileDB 2.30 writes beyond its memory, which can crash the process later */
function refuseBytes(dimensions: readonly Dimension[], where: string): void {
  const bytes = dimensions.find(({ datatype }) => datatype === "int8" || datatype === "uint8");
  if (bytes === undefined) return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${where}: a dense array with a current domain whose dimension "${bytes.name}" is of type ${bytes.datatype}: TileDB ` +
      "corrupts its memory on 8-bit dimensions of such arrays",
  );
}

function integerDomain({ name, datatype, domain }: Dimension, where: string): Interval {
  if ((/^u?int(8|16|32|64)$/.test(datatype) || isTime(datatype)) && domain !== undefined) return interval(domain);
  throw new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `${where}: dimension "${name}" is of type ${datatype}, expected integers, dates or times`,
  );
}

function interval([first, last]: Range): Interval {
  return [BigInt(first), BigInt(last)];
}

function partOf(usable: readonly Interval[], shape: readonly number[] | undefined, where: string): readonly Interval[] {
  if (shape === undefined) return usable;
  const extents = checkShape(shape, `${where}: shape`);
  const available = usable.map(([first, last]) => last - first + 1n);
  if (extents.length !== usable.length || extents.some((extent, axis) => BigInt(extent) > available[axis]!)) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${where}: shape ${shapeText(extents)} does not fit the domain of <${available.join(" x ")}>`,
    );
  }
  return usable.map(([first], axis) => [first, first + BigInt(extents[axis]!) - 1n]);
}

/** The box of the cells that were written, which TileDB may have rounded up to whole tiles; empty when there are none. */
async function writtenPart(array: ArrayHandle, usable: readonly Interval[]): Promise<readonly Interval[]> {
  const written = await array.nonEmptyDomain();
  return usable.map(([first, last], axis) => {
    if (written === undefined) return [first, first - 1n];
    return overlap(interval(written[axis]!), [first, last]);
  });
}

function overlap(a: Interval, b: Interval): Interval {
  const [first] = a[0] < b[0] ? b : a;
  const [, last] = a[1] < b[1] ? a : b;
  return [first, last];
}

/**
 * The tiles as a grid.
 *
 * @param cellOrder - of a sparse array, whose large tiles are then cut into pieces that suit it
 */
export function gridOf(axes: readonly Axis[], cellOrder?: Layout): Grid {
  // Index 0 may lie inside a tile: the grid of an array that starts where this tile does, and of that a part.
  const fits = axes.every(({ phase, extent }) => Number.isSafeInteger(phase + extent));
  const starts = axes.map(({ phase }) => (fits ? phase : 0));
  const pieces = cellOrder === undefined ? undefined : pieceExtents(axes, cellOrder);
  const ticks = axes.map(({ extent, tile }, axis) => {
    if (extent === 0) return [];
    return pieceTicks(tile, pieces?.[axis] ?? tile ?? extent, starts[axis]! + extent);
  });
  const grid = new SimpleGrid(ticks, COST_FACTOR);
  if (starts.every((start) => start === 0)) return grid;
  return grid.subset(
    axes.map(({ extent }, axis) => ({
      kind: "range",
      start: extent === 0 ? 0 : starts[axis]!,
      step: 1,
      length: extent,
    })),
  );
}

/** Whether coordinates of a datatype take 64 bits. */
export function isWide(datatype: Datatype): boolean {
  const storage = storageOf(datatype);
  return storage === "int64" || storage === "uint64";
}
