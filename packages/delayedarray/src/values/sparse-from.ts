import type { DType, NumbersOf, TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkShape, isCContiguous, type Shape, shapeText, sizeOf } from "../base/shape.js";
import { gather } from "./gather.js";
import type { NdArrayParts } from "./nd-array-parts.js";
import { compress } from "./sparse-build.js";
import {
  checkArray,
  checkIncreasing,
  checkIndptr,
  checkInput,
  checkLengths,
  checkOrder,
  checkSparseOptions,
  firstUnsortedFibre,
  type IntegerArray,
  type MaskFlags,
  readIndices,
  readIndptr,
  readValues,
  type SparseOptions,
  type ValueArray,
} from "./sparse-check.js";
import { placeEntries, takeEntries } from "./sparse-move.js";
import {
  accumulate,
  allocateIndices,
  allocateIndptr,
  allocatePositions,
  counters,
  fibreCount,
  fibreExtent,
  fibreStrides,
  refuseSparseStrings,
  type SparseParts,
} from "./sparse-parts.js";

/**
 * A matrix in compressed columns (CSC) or rows (CSR), as SciPy names its parts. Typed arrays may become the sparse array's
 * own: see `SparseNdarray.fromCsc`.
 */
export interface CompressedInput<A extends ValueArray = ValueArray> {
  /** The values, column by column (CSC) or row by row (CSR). */
  readonly data: A;
  /** Row (CSC) or column (CSR) of each value, in any order within its column or row. */
  readonly indices: IntegerArray;
  /** Where each column or row starts in `data`, and the number of values last. */
  readonly indptr: IntegerArray;
  /** Rows and columns. */
  readonly shape: ArrayLike<number>;
  /** Missing values: true or 1 = missing. */
  readonly mask?: MaskFlags | undefined;
}

/** Values with their coordinates, in any order. */
export interface CoordinateInput<A extends ValueArray = ValueArray> {
  /** One array of coordinates per axis. */
  readonly coords: readonly IntegerArray[];
  /** The values, in the order of the coordinates. */
  readonly data: A;
  /** Extents, one per axis. */
  readonly shape: ArrayLike<number>;
  /** Missing values: true or 1 = missing. */
  readonly mask?: MaskFlags | undefined;
}

const COMPRESSED = ["data", "indices", "indptr", "shape", "mask"];

function checkMatrix(shape: ArrayLike<number>, what: string): Shape {
  const checked = checkShape(shape, `${what}: shape`);
  if (checked.length !== 2) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: shape ${shapeText(checked)} has ${checked.length} axes, expected 2`,
    );
  }
  return checked;
}

/** Parts from compressed columns. */
export function partsFromCsc(input: CompressedInput, options: SparseOptions): SparseParts {
  checkInput("fromCsc", input, COMPRESSED);
  checkSparseOptions("fromCsc", options);
  const shape = checkMatrix(input.shape, "fromCsc");
  const what = `fromCsc of shape ${shapeText(shape)}`;
  return partsFromFibres({ ...input, shape }, options, what, "column");
}

/** Parts from compressed fibres of any rank, whose indices may be out of order or repeated. */
export function partsFromFibres(
  input: Omit<CompressedInput, "shape"> & { readonly shape: Shape },
  { dtype, strict = false }: SparseOptions,
  what: string,
  run: string,
): SparseParts {
  const { shape } = input;
  const values = readValues(input.data, input.mask, dtype, what);
  checkArray(input.indices, `${what}: indices`);
  checkLengths(what, input.indices.length, values.data.length);
  const indptr = readIndptr(input.indptr, what);
  checkIndptr(indptr, fibreCount(shape), values.data.length, what);
  const indices = readIndices(input.indices, shape, 0, what);
  if (strict) checkIncreasing(indptr, indices, run, what);
  if (strict || firstUnsortedFibre(indptr, indices) < 0) return { shape, indptr, indices, ...values };
  return compress({ shape, index: indices, fibre: fibreOfEntries(indptr), ...values });
}

/** The fibre of each entry. */
export function fibreOfEntries(indptr: Float64Array): Uint32Array {
  const numbers = new Uint32Array(indptr[indptr.length - 1]!);
  for (let fibre = 0; fibre < indptr.length - 1; fibre++) numbers.fill(fibre, indptr[fibre], indptr[fibre + 1]);
  return numbers;
}

/** Parts from compressed rows. */
export function partsFromCsr(input: CompressedInput, options: SparseOptions): SparseParts {
  checkInput("fromCsr", input, COMPRESSED);
  const { dtype, strict = false } = checkSparseOptions("fromCsr", options);
  const shape = checkMatrix(input.shape, "fromCsr");
  const what = `fromCsr of shape ${shapeText(shape)}`;
  const values = readValues(input.data, input.mask, dtype, what);
  checkArray(input.indices, `${what}: indices`);
  checkLengths(what, input.indices.length, values.data.length);
  const indptr = readIndptr(input.indptr, what);
  checkIndptr(indptr, shape[0]!, values.data.length, what);
  const columns = readIndices(input.indices, shape, 1, what);
  if (strict) checkIncreasing(indptr, columns, "row", what);
  fibreCount(shape);
  const index = allocateIndices(shape, columns.length);
  for (let row = 0; row < shape[0]!; row++) index.fill(row, indptr[row], indptr[row + 1]);
  return compress({ shape, index, fibre: new Uint32Array(columns), ...values });
}

/** Parts from coordinates. */
export function partsFromCoo(input: CoordinateInput, options: SparseOptions): SparseParts {
  checkInput("fromCoo", input, ["coords", "data", "shape", "mask"]);
  const { dtype, strict = false } = checkSparseOptions("fromCoo", options);
  const shape = checkShape(input.shape, "fromCoo: shape");
  const what = `fromCoo of shape ${shapeText(shape)}`;
  const { coords } = input;
  if (!Array.isArray(coords) || coords.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: got ${Array.isArray(coords) ? `${coords.length} arrays of coordinates` : "no list of coordinates"}, expected ${shape.length}, one per axis`,
    );
  }
  const values = readValues(input.data, input.mask, dtype, what);
  const { length } = values.data;
  coords.forEach((list: IntegerArray, axis) => {
    checkArray(list, `${what}: coordinates of axis ${axis}`);
    if (list.length !== length) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${what}: got ${list.length} coordinates of axis ${axis} for ${length} values`,
      );
    }
  });
  fibreCount(shape);
  const strides = fibreStrides(shape);
  const fibre = new Uint32Array(length);
  for (let axis = 1; axis < shape.length; axis++) {
    const list = readIndices(coords[axis]!, shape, axis, what);
    const stride = strides[axis]!;
    for (let i = 0; i < length; i++) fibre[i]! += list[i]! * stride;
  }
  const index = shape.length === 0 ? allocateIndices(shape, length) : readIndices(coords[0]!, shape, 0, what);
  if (strict) checkOrder(fibre, index, what);
  return compress({ shape, index, fibre, ...values });
}

/** Parts from a dense array: all that is not 0 (NaN is not, -0 is), and all that is missing. */
export function partsFromDense<D extends DType>(dense: NdArrayParts<D>): SparseParts<D> {
  const { dtype } = dense;
  refuseSparseStrings(dtype);
  const shape = Object.freeze([...dense.shape]);
  const size = sizeOf(shape);
  const fibreAfterFibre = isCContiguous([...shape].reverse(), [...dense.stride].reverse());
  const whole = fibreAfterFibre || isCContiguous(shape, dense.stride);
  const { data, mask, offset } = whole
    ? dense
    : gather<D>(
        dense,
        shape.map(() => null),
      );
  const elements = {
    dtype,
    data: (data as NumbersOf<D>).subarray(offset, offset + size) as NumbersOf<D>,
    mask: mask?.subarray(offset, offset + size),
  };
  const stored = storedElements(elements.data as TypedArray, elements.mask);
  return fibreAfterFibre ? fromFibres(shape, elements, stored) : fromRows(shape, elements, stored);
}

/** Elements of an array, without gaps. */
interface Elements<D extends DType> {
  readonly dtype: D;
  readonly data: NumbersOf<D>;
  readonly mask: Uint8Array | undefined;
}

/** From elements whose first index is fastest. */
function fromFibres<D extends DType>(shape: Shape, elements: Elements<D>, stored: Uint8Array): SparseParts<D> {
  const indptr = allocateIndptr(shape);
  const count = countOf(stored);
  const indices = allocateIndices(shape, count);
  const positions = allocatePositions(stored.length, count);
  const extent = fibreExtent(shape);
  let at = 0;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const start = fibre * extent;
    for (let i = 0; i < extent; i++) {
      if (stored[start + i] === 0) continue;
      indices[at] = i;
      positions[at++] = start + i;
    }
    indptr[fibre + 1] = at;
  }
  return { shape, dtype: elements.dtype, indptr, indices, ...takeEntries(elements, positions) };
}

/** From elements in C order: a counting sort that reads them row by row, as they lie in memory. */
function fromRows<D extends DType>(shape: Shape, elements: Elements<D>, stored: Uint8Array): SparseParts<D> {
  const indptr = allocateIndptr(shape);
  const fibres = numbersInRows(shape);
  const width = fibres.length;
  for (let row = 0; row < stored.length; row += width) {
    for (let k = 0; k < width; k++) if (stored[row + k] === 1) indptr[fibres[k]! + 1]!++;
  }
  accumulate(indptr);
  const count = indptr[width]!;
  const next = counters(indptr, count);
  const indices = allocateIndices(shape, count);
  const positions = allocatePositions(stored.length, count);
  const targets = allocatePositions(count, count);
  let entry = 0;
  for (let row = 0, i = 0; row < stored.length; row += width, i++) {
    for (let k = 0; k < width; k++) {
      if (stored[row + k] === 0) continue;
      const at = next[fibres[k]!]!++;
      indices[at] = i;
      positions[entry] = row + k;
      targets[entry++] = at;
    }
  }
  const inRows = { dtype: elements.dtype, ...takeEntries(elements, positions) };
  return { shape, dtype: elements.dtype, indptr, indices, ...placeEntries(inRows, targets) };
}

/** The number of the fibre of each element of one row: a row is in C order, fibres are numbered in the reverse order. */
function numbersInRows(shape: Shape): Uint32Array {
  const numbers = new Uint32Array(fibreCount(shape));
  const strides = fibreStrides(shape);
  let filled = 1;
  for (let axis = shape.length - 1; axis > 0 && numbers.length > 0; axis--) {
    for (let i = shape[axis]! - 1; i >= 0; i--) {
      for (let k = 0; k < filled; k++) numbers[i * filled + k] = numbers[k]! + i * strides[axis]!;
    }
    filled *= shape[axis]!;
  }
  return numbers;
}

function countOf(flags: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < flags.length; i++) count += flags[i]!;
  return count;
}

/** 1 for each element to be stored. */
function storedElements(data: TypedArray, mask: Uint8Array | undefined): Uint8Array {
  const { length } = data;
  const stored = new Uint8Array(length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
    for (let i = 0; i < length; i++) stored[i] = (words[i * 2]! | words[i * 2 + 1]!) === 0 ? 0 : 1;
  } else {
    for (let i = 0; i < length; i++) stored[i] = data[i] === 0 ? 0 : 1;
  }
  if (mask !== undefined) for (let i = 0; i < length; i++) if (mask[i]) stored[i] = 1;
  return stored;
}
