import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, cStrides, isList, type Shape, shapeText, sizeOf } from "../base/shape.js";

/** Cells are numbered with 32 bits; more of them would not fit any typed array. */
const MAX_CELLS = 2 ** 32;

/** Axes to reduce: none given (or null) means all of them; an empty list means none. */
export type AxisOption = number | readonly number[] | null | undefined;

/**
 * Which elements of an array go into which cell of a result. Cells are numbered in C order of the axes that are kept.
 */
export interface Reduction {
  readonly shape: Shape;
  /** Whether each axis is reduced. */
  readonly reduced: readonly boolean[];
  /** Whether no axis was named, so that the result is a value and not an array. */
  readonly isWhole: boolean;
  /** Extents of the axes that are kept. */
  readonly outShape: Shape;
  /** For each axis, how far apart the cells of neighbours are; 0 where the axis is reduced. */
  readonly cellStrides: readonly number[];
  readonly cells: number;
  /** How many elements go into each cell. */
  readonly perCell: number;
}

/**
 * @param axis - negative counts from the end
 * @throws `INVALID_ARGUMENT` for what is not an axis, or an axis named twice
 */
export function planReduction(shape: Shape, axis: AxisOption): Reduction {
  const isWhole = axis === undefined || axis === null;
  const reduced = new Array<boolean>(shape.length).fill(isWhole);
  if (!isWhole) {
    const axes = isList(axis) ? Array.from(axis) : [axis];
    for (const one of axes) {
      const index = checkAxis(one, shape.length);
      if (reduced[index]) {
        throw new DelayedArrayError(
          "INVALID_ARGUMENT",
          `axis [${axes.join(", ")}] of ${shapeText(shape)}: axis ${index} is repeated`,
        );
      }
      reduced[index] = true;
    }
  }
  const outShape = shape.filter((_, i) => !reduced[i]);
  const strides = cStrides(outShape);
  let kept = 0;
  const cellStrides = shape.map((_, i) => (reduced[i] ? 0 : strides[kept++]!));
  const cells = sizeOf(outShape);
  if (cells > MAX_CELLS) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `a result of shape ${shapeText(outShape)} has ${cells} elements, more than ${MAX_CELLS}: reduce a subset at a time`,
    );
  }
  return {
    shape,
    reduced,
    isWhole,
    outShape,
    cellStrides,
    cells,
    perCell: sizeOf(shape.filter((_, i) => reduced[i])),
  };
}

/** The reduction as users wrote it, for messages: `<3 x 0> over axis 1`. */
export function reductionText({ shape, reduced, isWhole }: Reduction): string {
  const axes = reduced.flatMap((flag, axis) => (flag ? [axis] : []));
  return isWhole
    ? shapeText(shape)
    : `${shapeText(shape)} over axis ${axes.length === 1 ? axes[0] : `[${axes.join(", ")}]`}`;
}
