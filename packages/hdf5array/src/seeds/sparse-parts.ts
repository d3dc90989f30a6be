import { DelayedArrayError } from "delayedarray";
import { isIntegerDType, shapeText } from "delayedarray/internal";
import type { Hdf5File } from "../file/hdf5-file.js";
import { where } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import type { SparseLayout } from "./sparse-layout.js";
import { toNumbers } from "./to-numbers.js";
import { openVector, type Vector } from "./vector.js";

/** The three parts of a compressed sparse matrix; a fibre is a column (CSC) or a row (CSR). */
export interface SparseFileParts {
  readonly data: Vector;
  readonly indices: Vector;
  /** Where each fibre starts in `data` and `indices`, and the number of entries last. */
  readonly indptr: Float64Array;
}

/** Absolute paths of the three parts. */
export interface PartNames {
  readonly data: string;
  readonly indices: string;
  readonly indptr: string;
}

/**
 * Opens the three parts and checks them against each other and against the shape. Index values are checked when they
 * are read.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED` for a part of another kind; `FILE_INVALID` for parts that
 * contradict each other or what the file states; `SHAPE_MISMATCH` for parts that contradict the shape that was given
 */
export async function openParts(
  file: Hdf5File,
  names: PartNames,
  layout: SparseLayout,
  options: SourceReadOptions,
): Promise<SparseFileParts> {
  const data = await openVector(file, names.data, options);
  const indices = await openIntegers(file, names.indices, options);
  const pointers = await openIntegers(file, names.indptr, options);
  if (data.length !== indices.length) {
    throw invalid(
      file,
      `"${names.data}" has ${data.length} entries, but "${names.indices}" has ${indices.length}: expected as many values as indices`,
    );
  }
  checkPointerCount(file, names, pointers.length, layout);
  const indptr = new Float64Array(toNumbers(await pointers.read(0, pointers.length, options)));
  checkPointers(file, names, indptr, data.length);
  return { data, indices, indptr };
}

async function openIntegers(file: Hdf5File, path: string, options: SourceReadOptions): Promise<Vector> {
  const vector = await openVector(file, path, options);
  if (isIntegerDType(vector.decoder.dtype)) return vector;
  throw new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `${where(file, path)} holds values of type ${vector.decoder.dtype}, expected integers`,
  );
}

function checkPointerCount(file: Hdf5File, names: PartNames, count: number, layout: SparseLayout): void {
  const { shape, byColumn, shapeBy } = layout;
  const fibres = shape[byColumn ? 1 : 0];
  if (count === fibres + 1) return;
  const other = shape[byColumn ? 0 : 1];
  const axis = byColumn ? "columns" : "rows";
  const hint = count === other + 1 ? `; it would fit byColumn: ${!byColumn}` : "";
  throw new DelayedArrayError(
    layout.shapeOfFile ? "FILE_INVALID" : "SHAPE_MISMATCH",
    `${where(file, names.indptr)} has ${count} entries, that is ${count - 1} ${axis}, but ${shapeBy} is ${shapeText(shape)}: ` +
      `expected ${fibres + 1} entries for ${fibres} ${axis}${hint}`,
  );
}

function checkPointers(file: Hdf5File, names: PartNames, indptr: Float64Array, entries: number): void {
  const name = `"${names.indptr}"`;
  if (indptr[0] !== 0) throw invalid(file, `${name} starts with ${indptr[0]}, expected 0`);
  for (let i = 1; i < indptr.length; i++) {
    if (!(indptr[i]! >= indptr[i - 1]!)) {
      throw invalid(file, `${name} decreases: entry ${i} is ${indptr[i]}, after ${indptr[i - 1]}`);
    }
  }
  const last = indptr[indptr.length - 1];
  if (last !== entries)
    throw invalid(
      file,
      `${name} ends with ${last}, but "${names.data}" has ${entries} entries: expected the two to be equal`,
    );
}

function invalid(file: Hdf5File, message: string): DelayedArrayError {
  return new DelayedArrayError("FILE_INVALID", `${file.name}: ${message}`);
}
