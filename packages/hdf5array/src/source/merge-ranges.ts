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
  /** The most bytes between ranges that all merged ranges hold together: a share of what was asked for, and some extra. */
  readonly wasteBytes: { readonly share: number; readonly extra: number } | undefined;
}

/**
 * Merges ranges that overlap, touch or lie close to one another.
 *
 * @param order - the indices of those to merge, by increasing offset
 */
export function mergeRanges(
  ranges: readonly ByteRange[],
  order: readonly number[],
  { gapBytes, mergedBytes, wasteBytes }: MergeLimits,
): MergedRange[] {
  const affordable = wasteBytes === undefined ? undefined : affordableGaps(ranges, order, gapBytes, wasteBytes);
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

/** The ranges whose gap before them may be read too: the smallest gaps first, as long as waste is left. */
function affordableGaps(
  ranges: readonly ByteRange[],
  order: readonly number[],
  gapBytes: number,
  { share, extra }: { readonly share: number; readonly extra: number },
): ReadonlySet<number> {
  const gaps: { index: number; bytes: number }[] = [];
  let useful = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const { offset, length } = ranges[index]!;
    const bytes = offset - end;
    if (bytes > 0 && bytes <= gapBytes) gaps.push({ index, bytes });
    useful += Math.max(0, offset + length - Math.max(offset, end));
    end = Math.max(end, offset + length);
  }
  let left = useful * share + extra;
  const affordable = new Set<number>();
  for (const { index, bytes } of gaps.sort((a, b) => a.bytes - b.bytes)) {
    left -= bytes;
    if (left < 0) break;
    affordable.add(index);
  }
  return affordable;
}
