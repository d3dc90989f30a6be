import { DelayedArrayError, type DType } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import { where } from "../../file/locate.js";
import { Hdf5CompressedSparseMatrixSeed } from "../../seeds/compressed-sparse.js";
import type { Hdf5Source } from "../../source/byte-source.js";
import type { ExistingDataset, Hdf5Output } from "../hdf5-output.js";

/** A matrix that is to be appended to. */
export interface ExistingMatrix {
  readonly shape: readonly [number, number];
  readonly entries: number;
  /** Absolute paths of its parts. */
  readonly data: string;
  readonly indices: string;
  readonly indptr: string;
}

/**
 * What is in a group that is to be appended to, checked as opening it checks it; `undefined` when it is still to be made.
 *
 * @throws `INVALID_ARGUMENT` for something else, or another layout; `SHAPE_MISMATCH` when the axis that does
 * not grow has another extent
 */
export async function examineExisting(
  source: Hdf5Source,
  group: string,
  { byColumn, signal }: { readonly byColumn: boolean; readonly signal: AbortSignal | undefined },
  shape: readonly [number, number],
): Promise<ExistingMatrix | undefined> {
  const seed = await openExisting(source, group, signal);
  if (seed === undefined) return undefined;
  try {
    const what = `${seed.path}: "${group}"`;
    const grows = byColumn ? "columns" : "rows";
    if (seed.byColumn !== byColumn) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what} is ${seed.byColumn ? "CSC" : "CSR"}, expected ${byColumn ? "CSC" : "CSR"}, to which ${grows} are appended`,
      );
    }
    const fixed = byColumn ? 0 : 1;
    if (seed.shape[fixed] !== shape[fixed]) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${what} is ${shapeText(seed.shape)}, and ${shapeText(shape)} was given: to append ${grows}, expected ` +
          `${seed.shape[fixed]} ${byColumn ? "rows" : "columns"}`,
      );
    }
    const { dataName: data, indicesName: indices, indptrName: indptr } = seed;
    return { shape: seed.shape, entries: seed.nnz, data, indices, indptr };
  } finally {
    await seed.close();
  }
}

/** The matrix in a group; `undefined` when the file, or the group, is not there. */
async function openExisting(source: Hdf5Source, group: string, signal: AbortSignal | undefined) {
  try {
    return await Hdf5CompressedSparseMatrixSeed.open(source, group, { signal });
  } catch (error) {
    if (error instanceof DelayedArrayError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** A part of a matrix as it is written to. */
export interface GrowingPart {
  readonly path: string;
  readonly dtype: DType;
  readonly chunk: number;
}

/**
 * A part of a matrix that is to grow.
 *
 * @param length - how long it was when the matrix was examined
 * @throws `INVALID_ARGUMENT` for one that cannot grow, `UNSUPPORTED_FEATURE` for a type that is not written
 */
export async function growingPart(output: Hdf5Output, path: string, length: number): Promise<GrowingPart> {
  const found = await output.describe(path);
  const { type, typeText, chunks, shape } = found;
  if (type === null || type === "string") {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where(output, path)} is of ${typeText}, which is not written`,
    );
  }
  checkGrows(output, path, found);
  if (shape[0] !== length) {
    throw new DelayedArrayError(
      "IO",
      `${where(output, path)} has changed since it was opened: ${length} elements, now ${shape[0]}`,
    );
  }
  return { path, dtype: type, chunk: chunks![0]! };
}

/** @throws `INVALID_ARGUMENT` for a vector that cannot be made longer */
export function checkGrows(output: Hdf5Output, path: string, { chunks, maxShape, shape }: ExistingDataset): void {
  if (chunks !== null && maxShape[0] === null) return;
  const reason = chunks === null ? "is stored in one piece" : `has ${shape[0]} of at most ${maxShape[0]} elements`;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${where(output, path)} ${reason} and cannot grow; write the matrix anew, by concatenating the two`,
  );
}
