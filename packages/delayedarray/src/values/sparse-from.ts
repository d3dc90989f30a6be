import type { DType, TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkShape, isCContiguous, type Shape, shapeText } from "../base/shape.js";
import { gather } from "./gather.js";
import type { NdArrayParts } from "./nd-array-parts.js";
import { compress } from "./sparse-build.js";
import {
  checkIndptr,
  checkLengths,
  firstUnsortedFibre,
  type IntegerArray,
  type MaskFlags,
  readIndices,
  readIndptr,
  readValues,
  type ValueArray,
} from "./sparse-check.js";
import { takeEntries } from "./sparse-move.js";
import {
  allocateIndices,
  allocateIndptr,
  allocatePositions,
  fibreCount,
  fibreExtent,
  fibreStrides,
  type SparseParts,
} from "./sparse-parts.js";

/** A matrix in compressed columns (CSC) or rows (CSR), as SciPy names its parts. */
export interface CompressedInput<A extends ValueArray = ValueArray> {
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
  readonly data: A;
  readonly shape: ArrayLike<number>;
  /** Missing values: true or 1 = missing. */
  readonly mask?: MaskFlags | undefined;
}

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
export function partsFromCsc(input: CompressedInput, dtype: DType | undefined): SparseParts {
  const shape = checkMatrix(input.shape, "fromCsc");
  const what = `fromCsc of shape ${shapeText(shape)}`;
  return partsFromFibres({ ...input, shape }, dtype, what);
}

/** Parts from compressed fibres of any rank, whose indices may be out of order or repeated. */
export function partsFromFibres(
  input: Omit<CompressedInput, "shape"> & { readonly shape: Shape },
  dtype: DType | undefined,
  what: string,
): SparseParts {
  const { shape } = input;
  const values = readValues(input.data, input.mask, dtype, what);
  checkLengths(what, input.indices.length, values.data.length);
  const indptr = readIndptr(input.indptr, what);
  checkIndptr(indptr, fibreCount(shape), values.data.length, what);
  const indices = readIndices(input.indices, shape, 0, what);
  if (firstUnsortedFibre(indptr, indices) < 0) return { shape, indptr, indices, ...values };
  return compress({ shape, index: indices, fibre: fibreOfEntries(indptr), ...values });
}

/** The fibre of each entry. */
export function fibreOfEntries(indptr: Float64Array): Uint32Array {
  const numbers = new Uint32Array(indptr[indptr.length - 1]!);
  for (let fibre = 0; fibre < indptr.length - 1; fibre++) numbers.fill(fibre, indptr[fibre], indptr[fibre + 1]);
  return numbers;
}

/** Parts from compressed rows. */
export function partsFromCsr(input: CompressedInput, dtype: DType | undefined): SparseParts {
  const shape = checkMatrix(input.shape, "fromCsr");
  const what = `fromCsr of shape ${shapeText(shape)}`;
  const values = readValues(input.data, input.mask, dtype, what);
  checkLengths(what, input.indices.length, values.data.length);
  const indptr = readIndptr(input.indptr, what);
  checkIndptr(indptr, shape[0]!, values.data.length, what);
  const columns = readIndices(input.indices, shape, 1, what);
  fibreCount(shape);
  const index = allocateIndices(shape, columns.length);
  for (let row = 0; row < shape[0]!; row++) index.fill(row, indptr[row], indptr[row + 1]);
  return compress({ shape, index, fibre: new Uint32Array(columns), ...values });
}

/** Parts from coordinates. */
export function partsFromCoo(input: CoordinateInput, dtype: DType | undefined): SparseParts {
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
  return compress({ shape, index, fibre, ...values });
}

/** Parts from a dense array: all that is not 0 (NaN is not, -0 is), and all that is missing. */
export function partsFromDense<D extends DType>(dense: NdArrayParts<D>): SparseParts<D> {
  const { dtype } = dense;
  const shape = Object.freeze([...dense.shape]);
  // In reversed order of axes, C order is fibre after fibre.
  const reversed = { ...dense, shape: [...shape].reverse(), stride: [...dense.stride].reverse() };
  const whole = reversed.offset === 0 && isCContiguous(reversed.shape, reversed.stride);
  const { data, mask } = whole
    ? dense
    : gather<D>(
        reversed,
        shape.map(() => null),
      );
  const indptr = allocateIndptr(shape);
  const extent = fibreExtent(shape);
  const fibres = indptr.length - 1;
  const stored = storedElements(data as TypedArray, mask, extent * fibres);
  let count = 0;
  for (let i = 0; i < stored.length; i++) count += stored[i]!;
  const indices = allocateIndices(shape, count);
  const positions = allocatePositions(stored.length, count);
  let at = 0;
  for (let fibre = 0; fibre < fibres; fibre++) {
    const start = fibre * extent;
    for (let i = 0; i < extent; i++) {
      if (stored[start + i] === 1) {
        indices[at] = i;
        positions[at++] = start + i;
      }
    }
    indptr[fibre + 1] = at;
  }
  return { shape, dtype, indptr, indices, ...takeEntries({ data, dtype, mask }, positions) };
}

/** 1 for each element to be stored. */
function storedElements(data: TypedArray, mask: Uint8Array | undefined, length: number): Uint8Array {
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
