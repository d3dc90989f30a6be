import type { TypedArray } from "../base/dtype.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import type { SparseParts } from "../values/sparse-parts.js";
import { memoryOrder } from "./feed-dense.js";
import { eachFibre } from "./feed-sparse.js";
import type { FirstPosition } from "./first-position.js";
import type { Reduction } from "./reduce.js";
import type { Tally } from "./tally.js";
import { TILE, Window } from "./tile.js";

/** Axes that are next to each other in memory, and in cells and positions too, as one. */
interface Group {
  extent: number;
  /** How far apart the cells, and the positions, of neighbours are. */
  cell: number;
  position: number;
}

/**
 * Gives the values of a dense block to a statistic that asks where they are, as few and as long lines as its shape and
 * the axes allow.
 *
 * @param block - without gaps in memory; its axes may be in any order there
 * @param starts - where the block begins on each axis
 * @param positionStrides - for each axis, how far apart the positions of neighbours are
 */
export function feedDensePositions(
  target: FirstPosition,
  block: NdArrayParts,
  starts: readonly number[],
  { cellStrides }: Reduction,
  positionStrides: readonly number[],
  tally: Tally,
): void {
  const size = block.shape.reduce((product, extent) => product * extent, 1);
  if (size === 0) return;
  const groups: Group[] = [];
  for (const axis of memoryOrder(block)) {
    const extent = block.shape[axis]!;
    const cell = cellStrides[axis]!;
    const position = positionStrides[axis]!;
    if (extent === 1) continue;
    const outer = groups[groups.length - 1];
    if (outer?.cell === cell * extent && outer.position === position * extent) {
      outer.extent *= extent;
      outer.cell = cell;
      outer.position = position;
    } else groups.push({ extent, cell, position });
  }
  let cell = dot(starts, cellStrides);
  let position = dot(starts, positionStrides);
  const inner = groups.pop() ?? { extent: 1, cell: 0, position: 0 };
  const window = new Window(block.data as TypedArray, block.offset + size, "halves");
  const index = new Array<number>(groups.length).fill(0);
  for (let from = block.offset, end = block.offset + size; from < end; from += inner.extent) {
    for (let done = 0; done < inner.extent; done += TILE) {
      const count = Math.min(TILE, inner.extent - done);
      const firstCell = cell + done * inner.cell;
      const first = position + done * inner.position;
      const at = window.at(from + done, count);
      eachUnmasked(block.mask, from + done, count, firstCell, inner.cell, tally, (skip, length) => {
        const own = firstCell + skip * inner.cell;
        target.line(window, at + skip, length, own, inner.cell, first + skip * inner.position, inner.position);
      });
    }
    for (let g = groups.length - 1; g >= 0; g--) {
      const group = groups[g]!;
      cell += group.cell;
      position += group.position;
      if (++index[g]! < group.extent) break;
      cell -= group.cell * group.extent;
      position -= group.position * group.extent;
      index[g] = 0;
    }
  }
}

/** Calls `visit` with each stretch of elements that are not missing, and counts those that are. */
function eachUnmasked(
  mask: Uint8Array | undefined,
  from: number,
  count: number,
  cell: number,
  cellStep: number,
  tally: Tally,
  visit: (skip: number, length: number) => void,
): void {
  if (mask === undefined) {
    visit(0, count);
    return;
  }
  let begin = 0;
  for (let i = 0; i < count; i++) {
    if (mask[from + i] === 0) continue;
    tally.maskedCounts[cell + i * cellStep]!++;
    if (i > begin) visit(begin, i - begin);
    begin = i + 1;
  }
  if (count > begin) visit(begin, count - begin);
}

/** The same for the stored values of a sparse block. What is not stored is {@link FirstZeros}'s. */
export function feedSparsePositions(
  target: FirstPosition,
  block: SparseParts,
  starts: readonly number[],
  reduction: Reduction,
  positionStrides: readonly number[],
  tally: Tally,
): void {
  const { indptr, indices, mask } = block;
  const { cellStrides } = reduction;
  const cellStep = cellStrides[0] ?? 0;
  const positionStep = positionStrides[0] ?? 0;
  const origin = dot(starts, positionStrides);
  const window = new Window(block.data as TypedArray, indptr[indptr.length - 1]!, "halves");
  eachFibre(block, starts, reduction, (fibre, cell, index) => {
    const position = origin + dot(index, positionStrides);
    for (let begin = indptr[fibre]!, end = indptr[fibre + 1]!; begin < end; begin += TILE) {
      const count = Math.min(TILE, end - begin);
      const at = window.at(begin, count);
      for (let i = 0; i < count; i++) {
        const along = indices[begin + i]!;
        const own = cell + along * cellStep;
        if (mask !== undefined && mask[begin + i] !== 0) tally.maskedCounts[own]!++;
        else target.take(window.values[at + i]!, window.low[at + i]!, own, position + along * positionStep);
      }
    }
  });
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
