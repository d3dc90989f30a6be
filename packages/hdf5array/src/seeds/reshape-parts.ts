import type { SeedSubsetEntry } from "delayedarray";
import { type AxisSelection, selectionAt, selectionIndices } from "delayedarray/internal";
import type { AxisGroup } from "./reshape-groups.js";

/** A box of a group's stored axes, and what of it is wanted where. Positions are in C order, and increase. */
export interface GroupPart {
  /** What to read, per stored axis. */
  readonly entries: readonly SeedSubsetEntry[];
  /** Elements of the box. */
  readonly size: number;
  /** Which of them are wanted. */
  readonly from: SeedSubsetEntry;
  /** Where they go among all that is wanted of the group. */
  readonly to: SeedSubsetEntry;
}

const sizeOf = (extents: readonly number[]) => extents.reduce((size, extent) => size * extent, 1);

const range = (start: number, length: number): SeedSubsetEntry => ({ start, stop: start + length, step: 1 });

/**
 * The boxes to read for what is selected of a group's seen axes. Elements that follow each other are read as the fewest
 * boxes that hold no others; of any others those are read together that lie in the same row of chunks.
 *
 * @param band - indices on the first stored axis that are read together: a chunk's extent
 */
export function groupParts(
  { stored, seen }: AxisGroup,
  selections: readonly AxisSelection[],
  band: number,
): GroupPart[] {
  const count = sizeOf(selections.map(({ length }) => length));
  if (stored.length === 1 && seen.length === 1) {
    const [selection] = selections as [AxisSelection];
    return [{ entries: [entryOf(selection)], size: count, from: range(0, count), to: range(0, count) }];
  }
  const run = startOfRun(selections, seen);
  if (run === null) return scattered(stored, positionsOf(selections, seen), band);
  return boxesOf(stored, run, run + count).map(({ start, entries, size }) => ({
    entries,
    size,
    from: range(0, size),
    to: range(start - run, size),
  }));
}

function entryOf(selection: AxisSelection): SeedSubsetEntry {
  if (selection.kind === "list") return selection.indices;
  const { start, step, length } = selection;
  return { start, stop: start + (length - 1) * step + 1, step };
}

/** Where the elements that are selected begin, if they all follow each other. */
function startOfRun(selections: readonly AxisSelection[], extents: readonly number[]): number | null {
  let start = 0;
  let isSplit = false;
  for (const [axis, selection] of selections.entries()) {
    const extent = extents[axis]!;
    start = start * extent + selectionAt(selection, 0);
    if (isSplit && selection.length !== extent) return null;
    if (selection.length > 1) {
      const last = selectionAt(selection, selection.length - 1);
      if (last - selectionAt(selection, 0) !== selection.length - 1) return null;
      isSplit = true;
    }
  }
  return start;
}

/** Positions, among the elements of the axes, of the outer product of what is selected. */
function positionsOf(selections: readonly AxisSelection[], extents: readonly number[]): Float64Array {
  let positions = Float64Array.of(0);
  selections.forEach((selection, axis) => {
    const indices = selectionIndices(selection);
    const next = new Float64Array(positions.length * indices.length);
    let at = 0;
    for (const position of positions) for (const index of indices) next[at++] = position * extents[axis]! + index;
    positions = next;
  });
  return positions;
}

interface RunBox {
  readonly start: number;
  readonly size: number;
  readonly entries: readonly SeedSubsetEntry[];
}

/** Elements `start` up to but not including `end` as boxes: the end of a row, whole rows, the beginning of one. */
function boxesOf(extents: readonly number[], start: number, end: number): RunBox[] {
  if (extents.length === 0) return [{ start, size: 1, entries: [] }];
  const [, ...inner] = extents;
  const row = sizeOf(inner);
  const boxes: RunBox[] = [];
  for (let at = start; at < end; ) {
    const index = Math.floor(at / row);
    const rows = Math.floor((end - at) / row);
    if (at % row === 0 && rows > 0) {
      const whole = inner.map((extent) => range(0, extent));
      boxes.push({ start: at, size: rows * row, entries: [range(index, rows), ...whole] });
      at += rows * row;
    } else {
      const stop = Math.min(end, (index + 1) * row);
      for (const box of boxesOf(inner, at - index * row, stop - index * row)) {
        boxes.push({ ...box, start: box.start + index * row, entries: [range(index, 1), ...box.entries] });
      }
      at = stop;
    }
  }
  return boxes;
}

/** Elements wanted of some rows: coordinates per axis, of which the box is the outer product. */
interface Band {
  readonly first: number;
  end: number;
  readonly rows: Set<number>;
  readonly inner: readonly Float64Array[];
}

/** Boxes for elements here and there, at increasing positions. */
function scattered(extents: readonly number[], positions: Float64Array, band: number): GroupPart[] {
  const strides = extents.map((_, axis) => sizeOf(extents.slice(axis + 1)));
  const row = strides[0]!;
  const coordinate = (position: number, axis: number) => Math.floor(position / strides[axis]!) % extents[axis]!;
  const bands: Band[] = [];
  for (let first = 0; first < positions.length; ) {
    const chunk = Math.floor(positions[first]! / row / band);
    let end = first;
    const rows = new Set<number>();
    const inner = extents.slice(1).map(() => new Set<number>());
    for (; end < positions.length && Math.floor(positions[end]! / row / band) === chunk; end++) {
      rows.add(coordinate(positions[end]!, 0));
      inner.forEach((set, k) => {
        set.add(coordinate(positions[end]!, k + 1));
      });
    }
    const sorted = inner.map((set) => Float64Array.from(set).sort());
    const last = bands[bands.length - 1];
    // Neighbours that want the same of their rows are read together.
    if (last !== undefined && sorted.every((list, k) => isSame(list, last.inner[k]!))) {
      last.end = end;
      for (const one of rows) last.rows.add(one);
    } else bands.push({ first, end, rows, inner: sorted });
    first = end;
  }
  return bands.map(({ first, end, rows, inner }) => {
    const lists = [Float64Array.from(rows), ...inner];
    const ranks = lists.map((list) => new Map(Array.from(list, (index, k) => [index, k])));
    const from = Float64Array.from({ length: end - first }, (_, k) =>
      ranks.reduce(
        (at, rank, axis) => at * lists[axis]!.length + rank.get(coordinate(positions[first + k]!, axis))!,
        0,
      ),
    );
    return { entries: lists, size: sizeOf(lists.map(({ length }) => length)), from, to: range(first, end - first) };
  });
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
