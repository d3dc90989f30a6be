/** Axes of a dataset and of a view of it that hold the same elements in the same order. */
export interface AxisGroup {
  /** Extents of the dataset's axes. */
  readonly stored: readonly number[];
  /** Extents of the view's axes; their product is that of the dataset's. */
  readonly seen: readonly number[];
}

/**
 * Divides two shapes of one size into the smallest groups of axes that hold the same elements: of `[2, 3, 5]` seen as
 * `[6, 5]`, `[2, 3]` as `[6]` and `[5]` as `[5]`. What is asked for of one group says nothing about the others.
 *
 * @param stored - no extent is 0
 */
export function axisGroups(stored: readonly number[], seen: readonly number[]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let i = 0;
  let j = 0;
  while (i < stored.length || j < seen.length) {
    const [firstStored, firstSeen] = [i, j];
    if (stored[i] === 1 && seen[j] !== 1) i++;
    else if (seen[j] === 1 && stored[i] !== 1) j++;
    else {
      let [a, b] = [stored[i++]!, seen[j++]!];
      while (a !== b) {
        if (a < b) a *= stored[i++]!;
        else b *= seen[j++]!;
      }
    }
    groups.push({ stored: stored.slice(firstStored, i), seen: seen.slice(firstSeen, j) });
  }
  return groups;
}

/** Chunks of the view that are read as a whole: bands of the dataset's chunks, as far as the view can follow them. */
export function seenChunks(groups: readonly AxisGroup[], chunks: readonly number[]): number[] {
  let axis = 0;
  return groups.flatMap(({ stored, seen }) => {
    const own = chunks.slice(axis, axis + stored.length);
    axis += stored.length;
    if (stored.length === 1 && seen.length === 1) return own;
    const first = own.findIndex((extent) => extent > 1);
    let left = first < 0 ? 1 : stored.slice(first + 1).reduce((size, extent) => size * extent, own[first]!);
    const extents: number[] = [];
    for (const extent of [...seen].reverse()) {
      extents.unshift(Math.min(extent, Math.max(1, Math.floor(left))));
      left /= extent;
    }
    return extents;
  });
}
