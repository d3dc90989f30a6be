/** A part of a file. */
export interface ByteRange {
  /** Where it begins, in bytes from the beginning of the file. */
  readonly offset: number;
  /** Length in bytes. */
  readonly length: number;
}

/** A part of a file that holds others. */
export interface MergedRange {
  readonly offset: number;
  readonly end: number;
  /** Which ranges lie in it. */
  readonly indices: readonly number[];
}

/** Which neighbours are merged. */
export interface MergeLimits {
  /** The most bytes between two ranges. */
  readonly gapBytes: number;
  /** The most bytes in a merged range; a range that is longer from the start stays as it is. */
  readonly mergedBytes: number;
  /** How much lies between ranges in all merged ranges together, at most, where that matters. */
  readonly waste: MergeWaste | undefined;
}

/** How many bytes may be read that nobody asked for. */
export interface MergeWaste {
  /** As a share of the bytes that were asked for. */
  readonly share: number;
  /** And so many bytes more. */
  readonly extra: number;
  /** Beyond both, where more ranges than these would be left otherwise. */
  readonly ranges: number;
}

/**
 * Merges ranges that overlap, touch or lie close to one another.
 *
 * @param order - the indices of those to merge, by increasing offset
 */
export function mergeRanges(
  ranges: readonly ByteRange[],
  order: readonly number[],
  { gapBytes, mergedBytes, waste }: MergeLimits,
): MergedRange[] {
  const affordable = waste === undefined ? undefined : affordableGaps(ranges, order, gapBytes, waste);
  const merged: { offset: number; end: number; indices: number[] }[] = [];
  for (const index of order) {
    const { offset, length } = ranges[index]!;
    const end = offset + length;
    const last = merged.at(-1);
    if (last === undefined || !joins(last)) merged.push({ offset, end, indices: [index] });
    else {
      last.end = Math.max(last.end, end);
      last.indices.push(index);
    }

    function joins(to: MergedRange): boolean {
      // What lies within it anyway costs nothing, whatever its size.
      if (end <= to.end) return true;
      if (end - to.offset > mergedBytes) return false;
      const gap = offset - to.end;
      return gap <= 0 || (affordable === undefined ? gap <= gapBytes : affordable.has(index));
    }
  }
  return merged;
}

/** The ranges whose gap before them may be read too: the smallest gaps first. */
function affordableGaps(
  ranges: readonly ByteRange[],
  order: readonly number[],
  gapBytes: number,
  { share, extra, ranges: fewEnough }: MergeWaste,
): ReadonlySet<number> {
  const gaps: { index: number; bytes: number }[] = [];
  let useful = 0;
  /** How many ranges there are when only those that touch are merged. */
  let apart = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const { offset, length } = ranges[index]!;
    const bytes = offset - end;
    if (bytes > 0) apart++;
    if (bytes > 0 && bytes <= gapBytes) gaps.push({ index, bytes });
    useful += Math.max(0, offset + length - Math.max(offset, end));
    end = Math.max(end, offset + length);
  }
  let left = useful * share + extra;
  const affordable = new Set<number>();
  for (const { index, bytes } of gaps.sort((a, b) => a.bytes - b.bytes)) {
    left -= bytes;
    if (left < 0 && apart <= fewEnough) break;
    affordable.add(index);
    apart--;
  }
  return affordable;
}
