import { allocateNumbers, type DType, type NumbersOf, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { cStrides, shapeText, sizeOf } from "../base/shape.js";
import type { NdArrayParts } from "./nd-array-parts.js";
import { copyValues, scatterEntries } from "./sparse-move.js";
import {
  allocateIndices,
  allocatePositions,
  fibreStrides,
  type IndexArray,
  type SparseParts,
  type SparseStructure,
} from "./sparse-parts.js";
import { permuteParts } from "./sparse-transpose.js";

/** A matrix in compressed columns (CSC) or rows (CSR), as SciPy names its parts. */
export interface CompressedMatrix<D extends DType = DType> {
  /** The values, column by column (CSC) or row by row (CSR). */
  data: NumbersOf<D>;
  /** Row (CSC) or column (CSR) of each value, increasing within its column or row. */
  indices: IndexArray;
  /** Where each column or row starts in `data`, and the number of values last. */
  indptr: Float64Array;
  /** Rows and columns. */
  shape: [number, number];
  /** Missing values, where the array is masked: 1 = missing. */
  mask?: Uint8Array;
}

/** Values with their coordinates. */
export interface CoordinateList<D extends DType = DType> {
  /** One array of coordinates per axis. */
  coords: IndexArray[];
  /** The values, the first axis fastest. */
  data: NumbersOf<D>;
  /** Extents, one per axis. */
  shape: number[];
  /** Missing values, where the array is masked: 1 = missing. */
  mask?: Uint8Array;
}

/** A copy in C order. */
export function densePartsOf<D extends DType>(parts: SparseParts<D>): NdArrayParts<D> {
  const { shape, dtype, indptr, indices } = parts;
  const size = sizeOf(shape);
  const stride = cStrides(shape);
  const data = allocateNumbers(dtype, size);
  const positions = allocatePositions(size, indices.length);
  const step = stride[0] ?? 1;
  let entry = 0;
  eachFibre(shape, stride, (fibre, base) => {
    for (const end = indptr[fibre + 1]!; entry < end; entry++) positions[entry] = base + indices[entry]! * step;
  });
  scatterEntries(parts.data as TypedArray, positions, data as TypedArray);
  let mask: Uint8Array | undefined;
  if (parts.mask !== undefined) {
    mask = new Uint8Array(size);
    scatterEntries(parts.mask, positions, mask);
  }
  return { data, shape, stride, offset: 0, dtype, mask };
}

/** Calls `visit` with each fibre's number and, at `stride` per axis, where it starts. */
function eachFibre(
  shape: readonly number[],
  stride: readonly number[],
  visit: (fibre: number, base: number) => void,
): void {
  if (sizeOf(shape.slice(1)) === 0) return;
  let fibre = 0;
  const recurse = (axis: number, base: number): void => {
    if (axis <= 0) visit(fibre++, base);
    else for (let i = 0, at = base; i < shape[axis]!; i++, at += stride[axis]!) recurse(axis - 1, at);
  };
  recurse(shape.length - 1, 0);
}

/** Copies, as compressed columns. */
export function cscOf<D extends DType>(parts: SparseParts<D>): CompressedMatrix<D> {
  const shape = matrixShape(parts, "toCsc");
  return compressed(parts, shape, true);
}

/** Copies, as compressed rows. */
export function csrOf<D extends DType>(parts: SparseParts<D>): CompressedMatrix<D> {
  const shape = matrixShape(parts, "toCsr");
  const rows = permuteParts(parts, [1, 0]);
  // A matrix of one element transposes without a copy.
  return compressed(rows, shape, rows.data === parts.data);
}

function matrixShape({ shape }: SparseParts, what: string): [number, number] {
  if (shape.length !== 2) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what} of a SparseNdarray of shape ${shapeText(shape)}: expected 2 axes, got ${shape.length}`,
    );
  }
  return [shape[0]!, shape[1]!];
}

function compressed<D extends DType>(
  parts: SparseParts<D>,
  shape: [number, number],
  copy: boolean,
): CompressedMatrix<D> {
  const { data, dtype, indices, indptr, mask } = parts;
  if (!copy) return { data, indices, indptr, shape, ...(mask === undefined ? {} : { mask }) };
  return {
    data: copyValues(data, dtype),
    indices: indices.slice(),
    indptr: indptr.slice(),
    shape,
    ...(mask === undefined ? {} : { mask: copyValues(mask, "uint8") }),
  };
}

/** Copies, as coordinates, fibre after fibre. */
export function cooOf<D extends DType>(parts: SparseParts<D>): CoordinateList<D> {
  const { shape, dtype, data, mask } = parts;
  return {
    coords: shape.map((extent, axis) => {
      const list = allocateIndices([extent], data.length);
      fillCoordinates(parts, axis, list);
      return list;
    }),
    data: copyValues(data, dtype),
    shape: [...shape],
    ...(mask === undefined ? {} : { mask: copyValues(mask, "uint8") }),
  };
}

/**
 * The coordinate along one axis of each stored entry.
 *
 * @param axis - 0 ≤ axis < number of axes
 */
export function sparseCoordinates(parts: SparseStructure, axis: number): Float64Array {
  const coordinates = new Float64Array(parts.indices.length);
  fillCoordinates(parts, axis, coordinates);
  return coordinates;
}

function fillCoordinates({ shape, indptr, indices }: SparseStructure, axis: number, into: IndexArray): void {
  if (axis === 0) {
    into.set(indices);
    return;
  }
  // A coordinate stays the same over `step` neighbouring fibres, whose entries are neighbours too.
  const step = fibreStrides(shape)[axis]!;
  const fibres = indptr.length - 1;
  const extent = shape[axis]!;
  for (let fibre = 0, i = 0; fibre < fibres; fibre += step, i = i + 1 === extent ? 0 : i + 1) {
    into.fill(i, indptr[fibre], indptr[fibre + step]);
  }
}
