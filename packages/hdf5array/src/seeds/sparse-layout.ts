import { DelayedArrayError } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import type { StatedLayout } from "./detect.js";

/** Shape and layout of a sparse matrix, and where the shape is known from. */
export interface SparseLayout {
  readonly shape: readonly [number, number];
  readonly byColumn: boolean;
  /** Who states the shape, for messages. */
  readonly shapeBy: string;
  /** Whether the file states the shape itself. */
  readonly shapeOfFile: boolean;
}

/** What the caller says. */
export interface GivenLayout {
  readonly shape?: readonly number[] | undefined;
  readonly byColumn?: boolean | undefined;
}

/**
 * Settles shape and layout from what the caller gives and what the file states.
 *
 * @throws `SHAPE_MISMATCH` when the two shapes differ, `INVALID_ARGUMENT` when the two layouts do, or when neither says
 */
export function settleLayout(given: GivenLayout, stated: StatedLayout, what: string): SparseLayout {
  const shape = given.shape === undefined ? undefined : checkGivenShape(given.shape, what);
  if (
    shape !== undefined &&
    stated.shape !== null &&
    (shape[0] !== stated.shape.value[0] || shape[1] !== stated.shape.value[1])
  ) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: shape ${shapeText(shape)} was given, but ${stated.shape.by} says ${shapeText(stated.shape.value)}`,
    );
  }
  if (given.byColumn !== undefined && stated.byColumn !== null && given.byColumn !== stated.byColumn.value) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: byColumn: ${given.byColumn} was given (${layoutName(given.byColumn)}), but ${stated.byColumn.by} says ${layoutName(stated.byColumn.value)}`,
    );
  }
  const byColumn = given.byColumn ?? stated.byColumn?.value ?? stated.byColumnGuess?.value;
  const settled = shape ?? stated.shape?.value;
  if (settled === undefined || byColumn === undefined) {
    if (stated.foreign !== null) {
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${what} is no sparse matrix by ${stated.foreign}: expected "csc_matrix" or "csr_matrix"`,
      );
    }
    const unknown = [
      settled === undefined ? "shape: [rows, columns]" : "",
      byColumn === undefined ? "byColumn: true (CSC) or false (CSR)" : "",
    ];
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what} does not say how its matrix is laid out; pass ${unknown.filter((one) => one !== "").join(" and ")}`,
    );
  }
  return {
    shape: settled,
    byColumn,
    shapeBy: stated.shape === null ? "the shape that was given" : stated.shape.by,
    shapeOfFile: stated.shape !== null,
  };
}

function layoutName(byColumn: boolean): string {
  return byColumn ? "CSC" : "CSR";
}

function checkGivenShape(shape: readonly number[], what: string): readonly [number, number] {
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: shape ${JSON.stringify(shape)}: expected [rows, columns]`,
    );
  }
  const [rows, columns] = shape as readonly number[];
  if (shape.length !== 2) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: shape ${shapeText(shape)} has ${shape.length} extents, expected [rows, columns]`,
    );
  }
  return [rows!, columns!];
}
