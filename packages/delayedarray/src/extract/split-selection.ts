import {
  type AxisSelection,
  listSelection,
  type RangeSelection,
  rangeSelection,
  selectionAt,
} from "../subset/axis-selection.js";

/** The part of a selection that lies in one of several arrays after one another. */
export interface Piece {
  /** Which array. */
  readonly part: number;
  /** What of it. */
  readonly selection: AxisSelection;
  /** Where that goes in the result. */
  readonly positions: AxisSelection;
}

/** The array in which index `i` lies: the last one that begins at or before it and is not empty. */
function partOf(starts: Float64Array, index: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Splits a selection on the axis along which arrays are combined. Arrays that are not touched do not appear. */
export function splitSelection(selection: AxisSelection, starts: Float64Array): Piece[] {
  return selection.kind === "range" ? splitRange(selection, starts) : splitList(selection.indices, starts);
}

function splitRange({ start, step, length }: RangeSelection, starts: Float64Array): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < length; ) {
    const index = start + at * step;
    const part = partOf(starts, index);
    const count = Math.min(
      length - at,
      step > 0 ? Math.ceil((starts[part + 1]! - index) / step) : Math.floor((index - starts[part]!) / -step) + 1,
    );
    pieces.push({
      part,
      selection: rangeSelection(index - starts[part]!, step, count),
      positions: rangeSelection(at, 1, count),
    });
    at += count;
  }
  return pieces;
}

function splitList(indices: Float64Array, starts: Float64Array): Piece[] {
  const parts = Uint32Array.from(indices, (index) => partOf(starts, index));
  const counts = new Map<number, number>();
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  const lists = new Map<number, { local: Float64Array; positions: Float64Array; filled: number }>();
  for (const [part, count] of counts)
    lists.set(part, { local: new Float64Array(count), positions: new Float64Array(count), filled: 0 });
  parts.forEach((part, at) => {
    const list = lists.get(part)!;
    list.local[list.filled] = indices[at]! - starts[part]!;
    list.positions[list.filled++] = at;
  });
  return Array.from(lists, ([part, { local, positions }]) => ({
    part,
    selection: listSelection(local),
    positions: listSelection(positions),
  }));
}

/** Where each index of the result is found when the pieces lie one after another; `null` if they are in order. */
export function piecesOrder(pieces: readonly Piece[], length: number): AxisSelection | null {
  // Runs are looked at as runs: an axis may be far longer than what is stored on it.
  if (areInOrder(pieces)) return null;
  const order = new Float64Array(length);
  let at = 0;
  for (const { positions } of pieces) {
    for (let i = 0; i < positions.length; i++) order[selectionAt(positions, i)] = at++;
  }
  return listSelection(order);
}

function areInOrder(pieces: readonly Piece[]): boolean {
  let at = 0;
  for (const { positions } of pieces) {
    if (positions.kind === "list") {
      for (const position of positions.indices) if (position !== at++) return false;
    } else {
      const { start, step, length } = positions;
      if (start !== at || (step !== 1 && length > 1)) return false;
      at += length;
    }
  }
  return true;
}
