import { DelayedArrayError } from "delayedarray";
import { shapeText, shown } from "delayedarray/internal";

/** Bytes of a chunk that is chosen here, before compression: as much as HDF5 keeps in its cache if it is not told otherwise. */
const CHUNK_BYTES = 2 ** 20;

/** Bytes that HDF5's format has room for in a chunk. */
const MOST_BYTES = 2 ** 32 - 1;

/**
 * A chunk shape that suits reading along any axis: a small copy of the array, each extent cut by the same factor, so that
 * a line along one axis goes through as many chunks as a line along any other. It has at most 1 MiB. An axis without a
 * limit counts as at least as long as the edge of a cube of that size.
 *
 * @param maxShape - the largest extents; `null` for an axis without a limit
 * @param bytes - of an element
 */
export function autoChunks(shape: readonly number[], maxShape: readonly (number | null)[], bytes: number): number[] {
  const budget = Math.max(1, Math.floor(CHUNK_BYTES / bytes));
  const edge = Math.ceil(budget ** (1 / Math.max(1, shape.length)));
  const extents = shape.map((extent, axis) => Math.max(1, maxShape[axis] === null ? Math.max(extent, edge) : extent));
  const chunks = new Array<number>(shape.length).fill(1);
  // An axis that would get less than one element gets one, and the others share what that leaves.
  let axes = shape.map((_, axis) => axis);
  for (;;) {
    const size = axes.reduce((product, axis) => product * extents[axis]!, 1);
    const factor = Math.min(1, (budget / size) ** (1 / Math.max(1, axes.length)));
    const left = axes.filter((axis) => extents[axis]! * factor >= 1);
    if (left.length === axes.length) {
      for (const axis of axes)
        chunks[axis] = Math.min(extents[axis]!, Math.max(1, Math.floor(extents[axis]! * factor + 1e-9)));
      return chunks;
    }
    axes = left;
  }
}

/**
 * Checks a chunk shape against what HDF5 allows.
 *
 * @throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH`; `LIMIT_EXCEEDED` for a chunk of 4 GiB or more
 */
export function checkChunks(
  chunks: readonly number[],
  shape: readonly number[],
  maxShape: readonly (number | null)[],
  bytes: number,
): readonly number[] {
  if (!Array.isArray(chunks) || !chunks.every((extent) => Number.isSafeInteger(extent) && extent > 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `chunks: got ${shown(chunks)}, expected a list of whole numbers from 1 on, or null`,
    );
  }
  if (chunks.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `chunks: got ${chunks.length} extents for an array of shape ${shapeText(shape)}, expected ${shape.length}`,
    );
  }
  chunks.forEach((extent, axis) => {
    const most = maxShape[axis];
    if (most !== null && most !== undefined && extent > most) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `chunks: ${extent} on axis ${axis} is more than the axis's largest extent, ${most}; HDF5 allows that only where maxShape is null`,
      );
    }
  });
  const size = chunks.reduce((product, extent) => product * extent, bytes);
  if (size <= MOST_BYTES) return chunks;
  throw new DelayedArrayError(
    "LIMIT_EXCEEDED",
    `chunks: ${shapeText(chunks)} are ${size} bytes, more than HDF5's limit of ${MOST_BYTES}`,
  );
}
