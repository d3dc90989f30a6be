import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type AxisSelection, allocate, selectionAt, selectionIndices } from "delayedarray/internal";
import { type Axis, isWide } from "./axes.js";

/** Positions along an axis: in 32 bits where they fit, which takes half the memory and is what `SparseNdarray` has. */
export type Positions = Int32Array | Float64Array;

/** Room for positions below `extent`. */
export function newPositions(extent: number, length: number): Positions {
  return extent <= 2 ** 31 ? allocate("int32", length) : allocate("float64", length);
}

/** Indices from the first to the last selected one: distances are below that, and so are positions. */
export function spanOf(selection: AxisSelection): number {
  return selectionAt(selection, selection.length - 1) - selectionAt(selection, 0) + 1;
}

/**
 * Turns coordinates along one axis into positions in the selection, -1 for those that are not selected.
 *
 * @param count - how many of the coordinates to turn
 * @param positions - it may be `coordinates` itself
 */
export type Locate = (coordinates: TypedArray, count: number, positions: Positions) => void;

/** A table of positions may be as large as the smaller of these, so that it stays in proportion to the selection. */
const TABLE_PER_INDEX = 16;
const SMALL_TABLE = 65536;

/** How to find positions in a selection. */
export interface Locator {
  /**
   * @throws `FILE_INVALID` for coordinates that are not between the first and the last selected one, unless `isLenient`:
   * TileDB does not check what it reads from a file
   */
  readonly locate: Locate;
  /** Positions are distances from the first selected coordinate, wherever that leads: `check` is still to be called. */
  readonly isLenient: boolean;
  /** Throws `FILE_INVALID` where one of the positions is not one of the selection's. */
  readonly check: (positions: Positions, count: number) => void;
}

/**
 * How to find positions in a selection, which increases.
 *
 * @param mayBeLenient - the caller calls `check` if it is, or finds such positions itself
 */
export function locator(axis: Axis, selection: AxisSelection, where: string, mayBeLenient = false): Locator {
  const first = selection.kind === "range" ? selection.start : selection.indices[0]!;
  const origin = axis.origin + BigInt(first);
  const span = spanOf(selection);
  const outside = (distance: number): DelayedArrayError => misplaced(axis, origin, span, distance, where);
  const check = (positions: Positions, count: number): void => {
    const stray = firstOutside(positions, count, span);
    if (stray >= 0) throw outside(positions[stray]!);
  };
  const pick = picker(selection, first);
  if (isWide(axis.datatype)) {
    const distances = wideDistances(origin, span, outside);
    return { locate: inTurn(distances, pick), isLenient: false, check };
  }
  const distances = narrowDistances(Number(origin));
  const isLenient = mayBeLenient && pick === undefined;
  if (isLenient) return { locate: distances, isLenient, check };
  const checked: Locate = (coordinates, count, positions) => {
    distances(coordinates, count, positions);
    check(positions, count);
  };
  return { locate: inTurn(checked, pick), isLenient, check };
}

function inTurn(distances: Locate, pick: Pick | undefined): Locate {
  if (pick === undefined) return distances;
  return (coordinates, count, positions) => {
    distances(coordinates, count, positions);
    pick(count, positions);
  };
}

/** The first position that is not below `span`, or -1. */
function firstOutside(positions: Positions, count: number, span: number): number {
  for (let i = 0; i < count; i++) {
    const position = positions[i]!;
    if (position < 0 || position >= span) return i;
  }
  return -1;
}

function misplaced(axis: Axis, origin: bigint, span: number, distance: number, where: string): DelayedArrayError {
  return new DelayedArrayError(
    "FILE_INVALID",
    `${where}: a cell has coordinate ${origin + BigInt(distance)} on dimension "${axis.name}", expected one from ${origin} ` +
      `to ${origin + BigInt(span) - 1n}: the file of that dimension is damaged`,
  );
}

/** Distances of coordinates from `start`. */
function narrowDistances(start: number): Locate {
  return (coordinates, count, positions) => {
    const numbers = coordinates as Int32Array;
    if (start === 0 && numbers === positions) return;
    for (let i = 0; i < count; i++) positions[i] = numbers[i]! - start;
  };
}

/** Distances of coordinates from `origin`, exact also where the coordinates themselves are beyond 2^53. */
function wideDistances(origin: bigint, span: number, outside: (distance: number) => DelayedArrayError): Locate {
  const low = Number(BigInt.asUintN(32, origin));
  const high = Number(origin >> 32n);
  // In words of 32 bits, low word first as on every platform that TileDB runs on: bigints would take ten times as long.
  const far: Locate = (coordinates, count, positions) => {
    const { buffer, byteOffset, length } = coordinates;
    const lows = new Uint32Array(buffer, byteOffset, 2 * length);
    const highs = coordinates instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, 2 * length) : lows;
    for (let i = 0; i < count; i++) {
      const distance = (highs[2 * i + 1]! - high) * 4294967296 + (lows[2 * i]! - low);
      if (distance < 0 || distance >= span) throw outside(distance);
      positions[i] = distance;
    }
  };
  if (low + span > 2 ** 31) return far;
  // The high word is the same everywhere, and low words are below 2^31: integers of 32 bits will do.
  const sameHigh = high | 0;
  return (coordinates, count, positions) => {
    const words = new Int32Array(coordinates.buffer, coordinates.byteOffset, 2 * coordinates.length);
    for (let i = 0; i < count; i++) {
      const distance = words[2 * i]! - low;
      if (words[2 * i + 1] !== sameHigh || distance < 0 || distance >= span) return far(coordinates, count, positions);
      positions[i] = distance;
    }
  };
}

type Pick = (count: number, positions: Positions) => void;

/** Turns distances from the first selected index into positions; `undefined` where they are the same. */
function picker(selection: AxisSelection, first: number): Pick | undefined {
  const { length } = selection;
  if (selection.kind === "range") {
    const { step } = selection;
    if (step === 1) return undefined;
    return (count, positions) => {
      for (let i = 0; i < count; i++) {
        const position = positions[i]! / step;
        positions[i] = Number.isInteger(position) && position < length ? position : -1;
      }
    };
  }
  const indices = selectionIndices(selection);
  const span = indices[length - 1]! - first + 1;
  if (span <= Math.max(SMALL_TABLE, TABLE_PER_INDEX * length)) {
    const table = new Int32Array(span).fill(-1);
    for (let i = 0; i < length; i++) table[indices[i]! - first] = i;
    return (count, positions) => {
      for (let i = 0; i < count; i++) positions[i] = table[positions[i]!]!;
    };
  }
  return (count, positions) => {
    for (let i = 0; i < count; i++) positions[i] = find(indices, positions[i]! + first);
  };
}

function find(indices: Float64Array, index: number): number {
  let low = 0;
  let high = indices.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return indices[low] === index ? low : -1;
}
