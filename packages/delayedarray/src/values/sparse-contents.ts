import { allocateNumbers, type DType, dtypeOfTypedArray, type NumbersOf, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkShape, type Shape, shapeText } from "../base/shape.js";
import {
  checkSparseOptions,
  type IntegerArray,
  type MaskFlags,
  readIndices,
  readValues,
  type SparseOptions,
  type ValueArray,
} from "./sparse-check.js";
import { partsFromFibres } from "./sparse-from.js";
import { copyValues } from "./sparse-move.js";
import { allocateIndices, allocateIndptr, fibreStrides, type IndexArray, type SparseParts } from "./sparse-parts.js";

/** One fibre: indices on the first axis, values, and which of them are missing (1) if the array is masked. */
export type FibreContents<D extends DType = DType> =
  | [indices: IndexArray, values: NumbersOf<D>]
  | [indices: IndexArray, values: NumbersOf<D>, mask: Uint8Array];

/**
 * Stored entries as nested arrays: the outermost array has one item per index of the last axis, the next one per index
 * of the axis before it, and so on to the second; within is one fibre along the first axis. `null` stands for a fibre,
 * or for everything at some level, that stores nothing. One fibre alone for an array of fewer than two axes.
 */
export type SparseContents<D extends DType = DType> = null | FibreContents<D> | SparseContents<D>[];

/** What {@link SparseContents} looks like as input: any arrays of integers, values as for `ndarray`. */
export type ContentsInput =
  | null
  | readonly [indices: IntegerArray, values: ValueArray]
  | readonly [indices: IntegerArray, values: ValueArray, mask: MaskFlags]
  | readonly ContentsInput[];

/** Copies, as nested arrays. */
export function contentsOf<D extends DType>(parts: SparseParts<D>): SparseContents<D> {
  const { shape, dtype, indptr, indices, data, mask } = parts;
  const strides = fibreStrides(shape);
  const build = (axis: number, fibre: number): SparseContents<D> => {
    // Fibres below one node are neighbours, so emptiness shows without visiting them.
    const span = axis <= 0 ? 1 : strides[axis]! * shape[axis]!;
    const start = indptr[fibre]!;
    const end = indptr[fibre + span]!;
    if (start === end) return null;
    if (axis > 0) return Array.from({ length: shape[axis]! }, (_, i) => build(axis - 1, fibre + i * strides[axis]!));
    const values = copyValues(data.subarray(start, end) as NumbersOf<D>, dtype);
    const leaf: FibreContents<D> = [indices.slice(start, end), values];
    return mask === undefined ? leaf : [leaf[0], values, copyValues(mask.subarray(start, end), "uint8")];
  };
  return build(shape.length - 1, 0);
}

type Leaf =
  | readonly [indices: IntegerArray, values: ValueArray]
  | readonly [indices: IntegerArray, values: ValueArray, mask: MaskFlags];

/** Parts from nested arrays. */
export function partsFromContents(
  shapeGiven: ArrayLike<number>,
  contents: ContentsInput,
  options: SparseOptions,
): SparseParts {
  const { dtype: dtypeGiven } = checkSparseOptions("fromContents", options);
  const shape = checkShape(shapeGiven, "fromContents: shape");
  const what = `fromContents of shape ${shapeText(shape)}`;
  const leaves = collectLeaves(shape, contents, what);
  const fibres = leaves.map(([fibre, [indices, values, mask]]) => {
    const where = `${what}, fibre ${fibre}`;
    const read = readValues(values, mask, dtypeGiven, where);
    if (indices.length !== read.data.length) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${where}: got ${indices.length} indices for ${read.data.length} values`,
      );
    }
    return { fibre, indices: readIndices(indices, shape, 0, where), ...read };
  });
  const dtype = dtypeGiven ?? fibres[0]?.dtype;
  if (dtype === undefined) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: there are no values to tell the dtype from; expected { dtype }`,
    );
  }
  const other = fibres.find((fibre) => fibre.dtype !== dtype);
  if (other !== undefined) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: fibre ${fibres[0]!.fibre} is ${dtype}, fibre ${other.fibre} is ${other.dtype}; give { dtype } to convert`,
    );
  }
  const indptr = allocateIndptr(shape);
  for (const { fibre, data } of fibres) indptr[fibre + 1] = data.length;
  for (let fibre = 1; fibre < indptr.length; fibre++) indptr[fibre]! += indptr[fibre - 1]!;
  const nnz = indptr[indptr.length - 1]!;
  const indices = allocateIndices(shape, nnz);
  const data: TypedArray = allocateNumbers(dtype, nnz);
  const mask = fibres.some((fibre) => fibre.mask !== undefined) ? new Uint8Array(nnz) : undefined;
  for (const fibre of fibres) {
    const at = indptr[fibre.fibre]!;
    indices.set(fibre.indices, at);
    data.set(fibre.data as never, at);
    if (fibre.mask !== undefined) mask?.set(fibre.mask, at);
  }
  return partsFromFibres({ shape, indptr, indices, data, mask }, { ...options, dtype }, what, "fibre");
}

/** Leaves with the numbers of their fibres, in increasing order. */
function collectLeaves(shape: Shape, contents: ContentsInput, what: string): [fibre: number, leaf: Leaf][] {
  const strides = fibreStrides(shape);
  const leaves: [number, Leaf][] = [];
  const visit = (node: ContentsInput, axis: number, fibre: number): void => {
    if (node === null) return;
    if (axis <= 0) {
      if (!isLeaf(node)) {
        throw new DelayedArrayError(
          "INVALID_ARGUMENT",
          `${what}: fibre ${fibre}: expected [indices, values], [indices, values, mask] or null`,
        );
      }
      leaves.push([fibre, node]);
      return;
    }
    if (!Array.isArray(node)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: expected an array of ${shape[axis]} items, or null, for axis ${axis}`,
      );
    }
    if (node.length !== shape[axis]) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${what}: got ${node.length} items for axis ${axis}, expected ${shape[axis]}`,
      );
    }
    node.forEach((child: ContentsInput, i: number) => {
      visit(child, axis - 1, fibre + i * strides[axis]!);
    });
  };
  visit(contents, shape.length - 1, 0);
  return leaves;
}

function isLeaf(node: ContentsInput): node is Leaf {
  if (!Array.isArray(node) || node.length < 2 || node.length > 3) return false;
  const parts: readonly unknown[] = node;
  return parts.every(
    (part, i) => (i === 2 && part === undefined) || Array.isArray(part) || dtypeOfTypedArray(part) !== undefined,
  );
}
