import { DelayedArrayError, isNdArray, isSparseNdarray, type NdArray, type SparseNdarray } from "delayedarray";
import { sameShape, shapeText, shown } from "delayedarray/internal";

/** A part of a matrix, and where it lies. */
export interface MatrixBlock {
  readonly position: readonly (readonly [start: number, end: number])[];
  readonly block: NdArray | SparseNdarray;
}

/**
 * A block as it is used.
 *
 * @param given - an array, which follows those before along the first axis, or a block with its position
 * @param row - where an array without a position begins
 * @param number - of the block, for messages
 * @throws `INVALID_ARGUMENT` for something else, or missing entries; `SHAPE_MISMATCH` when it is not of the shape that its
 * position has, `INDEX_OUT_OF_RANGE` when it lies outside of the matrix
 */
export function checkBlock(given: unknown, shape: readonly [number, number], row: number, number: number): MatrixBlock {
  const what = `block ${number}`;
  const { position, block = given } = (given ?? {}) as { position?: unknown; block?: unknown };
  if (!isNdArray(block) && !isSparseNdarray(block)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what} is ${shown(given)}, expected an array (NdArray, SparseNdarray), or a block ({ position, block })`,
    );
  }
  if (block.shape.length !== 2) {
    throw new DelayedArrayError("SHAPE_MISMATCH", `${what} is of shape ${shapeText(block.shape)}, expected a matrix`);
  }
  const bounds = position === undefined ? rowsFrom(row, block.shape) : checkPosition(position, what);
  bounds.forEach(([start, end], axis) => {
    if (start >= 0 && end >= start && end <= shape[axis]!) return;
    throw new DelayedArrayError(
      "INDEX_OUT_OF_RANGE",
      `${what}: ${start} to ${end} on axis ${axis}, expected a part of 0 to ${shape[axis]}`,
    );
  });
  const extents = bounds.map(([start, end]) => end - start);
  if (!sameShape(extents, block.shape)) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what} is of shape ${shapeText(block.shape)}, expected ${shapeText(extents)} by its position`,
    );
  }
  if (block.mask?.some((flag) => flag !== 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what} has entries that are missing, which sparse matrices in HDF5 cannot have: give them a value first, or write ` +
        "the mask as a matrix of its own",
    );
  }
  return { position: bounds, block };
}

function rowsFrom(row: number, shape: readonly number[]): MatrixBlock["position"] {
  return [
    [row, row + shape[0]!],
    [0, shape[1]!],
  ];
}

function checkPosition(position: unknown, what: string): MatrixBlock["position"] {
  if (
    Array.isArray(position) &&
    position.length === 2 &&
    position.every((one) => Array.isArray(one) && one.length === 2 && one.every(Number.isSafeInteger))
  ) {
    return position;
  }
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: position ${shown(position)}, expected [[start, end], [start, end]]`,
  );
}
