import { brand, hasBrand } from "../base/brand.js";
import { checkDType, type DType, type NumbersOf, type ScalarOf, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkPermutation, checkShape, type Shape, sizeOf } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { edgeIndices } from "../format/edges.js";
import { formatArray } from "../format/format-array.js";
import { headerText } from "../format/header.js";
import { chunkShapeToGrid } from "../grid/chunk-shape-to-grid.js";
import type { Grid } from "../grid/grid.js";
import { listSelection } from "../subset/axis-selection.js";
import { type SeedSubset, seedEntrySelection } from "../subset/seed-subset.js";
import { elementPosition, isNdArray, NdArray, scalarAt } from "./nd-array.js";
import type { DTypeOfArray } from "./ndarray.js";
import { checkSparseParts, type SparseOptions, type ValueArray } from "./sparse-check.js";
import { castParts } from "./sparse-combine.js";
import { type ContentsInput, contentsOf, partsFromContents, type SparseContents } from "./sparse-contents.js";
import { entriesOf, type SparseEntry } from "./sparse-entries.js";
import {
  type CompressedInput,
  type CoordinateInput,
  partsFromCoo,
  partsFromCsc,
  partsFromCsr,
  partsFromDense,
} from "./sparse-from.js";
import { fibreStrides, type IndexArray, lowerBound, refuseSparseStrings, type SparseParts } from "./sparse-parts.js";
import { subsetParts } from "./sparse-subset.js";
import { type CompressedMatrix, type CoordinateList, cooOf, cscOf, csrOf, densePartsOf } from "./sparse-to.js";
import { permuteParts } from "./sparse-transpose.js";

/** The dtype of an array made from these values without a `dtype` option. */
export type DTypeOfValues<A extends ValueArray> = A extends TypedArray
  ? DTypeOfArray<A>
  : A extends readonly boolean[]
    ? "bool"
    : A extends readonly bigint[]
      ? "int64"
      : A extends readonly number[]
        ? "float64"
        : DType;

/** Says that parts were made by code that keeps the rules, so that they need no check. */
const TRUSTED = Symbol("trusted");

/**
 * A sparse array in memory, of any rank: compressed fibres along the first axis (CSC for a matrix), in flat typed arrays.
 * Explicit zeros stay stored. It is a seed too, so every function that takes a delayed array takes a `SparseNdarray`.
 *
 * What arithmetic needs is `indptr`, `indices`, `data` and `mask`; do not change their elements.
 */
export class SparseNdarray<D extends DType = DType> implements SparseParts<D> {
  /** Extents, one per axis; frozen. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: D;
  /**
   * Where each fibre starts in `indices` and `data`, and `nnz` last. Fibre number `i1 + s1 * (i2 + s2 * (i3 + …))` has the
   * trailing coordinates `i1, i2, i3, …`.
   */
  readonly indptr: Float64Array;
  /** Position on the first axis of each stored entry; a `Float64Array` when that axis is longer than 2^31. */
  readonly indices: IndexArray;
  /** Value of each stored entry. */
  readonly data: NumbersOf<D>;
  /** Missing entries, one byte per stored entry: 1 = missing. */
  readonly mask?: Uint8Array;

  /**
   * Wraps what is given, without a copy, after checking it. Most users want {@link SparseNdarray.fromCsc} and the like,
   * which take any integers in any order.
   *
   * @throws `SHAPE_MISMATCH` for lengths that contradict each other, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT` for starts
   * that decrease or indices that do not increase, `DTYPE_UNSUPPORTED`, `LIMIT_EXCEEDED` for more than 2^32 fibres
   */
  constructor(parts: SparseParts<D>);
  /** @internal */
  constructor(parts: SparseParts<D>, trusted: symbol);
  constructor(parts: SparseParts<D>, trusted?: symbol) {
    if (typeof parts !== "object" || parts === null) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `SparseNdarray: expected its parts, got ${shown(parts)}`);
    }
    this.shape = checkShape(parts.shape);
    this.dtype = parts.dtype;
    this.indptr = parts.indptr;
    this.indices = parts.indices;
    this.data = parts.data;
    if (parts.mask !== undefined) this.mask = parts.mask;
    if (trusted !== TRUSTED) checkSparseParts(this);
    Object.freeze(this);
  }

  /**
   * Wraps parts that are known to be right, without a copy or a check: for code that has just made them. Wrong parts give
   * wrong answers later.
   */
  static unchecked<D extends DType>(parts: SparseParts<D>): SparseNdarray<D> {
    return new SparseNdarray(parts, TRUSTED);
  }

  /**
   * From compressed columns. Rows may be out of order, and several values at one position are added up, unless `strict` is
   * set.
   *
   * Typed arrays of the right types whose entries are in order are used as they are, not copied: `indptr` a
   * `Float64Array`, `indices` an `Int32Array` (a `Float64Array` beyond 2^31 rows), `data` of the dtype asked for. Do not
   * change them afterwards, or give copies.
   *
   * @throws `SHAPE_MISMATCH` for a rank other than 2 or lengths that contradict each other, `INDEX_OUT_OF_RANGE` naming
   * entry, value and extent, `INVALID_ARGUMENT` for fractions, bad pointers, values of mixed types, and
   * with `strict` for entries out of order or several at one position
   */
  static fromCsc<D extends DType>(
    matrix: CompressedInput,
    options: SparseOptions<D> & { readonly dtype: D },
  ): SparseNdarray<D>;
  static fromCsc<A extends ValueArray>(
    matrix: CompressedInput<A>,
    options?: SparseOptions & { readonly dtype?: undefined },
  ): SparseNdarray<DTypeOfValues<A>>;
  static fromCsc(matrix: CompressedInput, options?: SparseOptions): SparseNdarray;
  static fromCsc(matrix: CompressedInput, options: SparseOptions = {}): SparseNdarray {
    return SparseNdarray.unchecked(partsFromCsc(matrix, options));
  }

  /** From compressed rows; otherwise as {@link SparseNdarray.fromCsc}. */
  static fromCsr<D extends DType>(
    matrix: CompressedInput,
    options: SparseOptions<D> & { readonly dtype: D },
  ): SparseNdarray<D>;
  static fromCsr<A extends ValueArray>(
    matrix: CompressedInput<A>,
    options?: SparseOptions & { readonly dtype?: undefined },
  ): SparseNdarray<DTypeOfValues<A>>;
  static fromCsr(matrix: CompressedInput, options?: SparseOptions): SparseNdarray;
  static fromCsr(matrix: CompressedInput, options: SparseOptions = {}): SparseNdarray {
    return SparseNdarray.unchecked(partsFromCsr(matrix, options));
  }

  /** From coordinates, one array per axis, of any rank; otherwise as {@link SparseNdarray.fromCsc}. */
  static fromCoo<D extends DType>(
    list: CoordinateInput,
    options: SparseOptions<D> & { readonly dtype: D },
  ): SparseNdarray<D>;
  static fromCoo<A extends ValueArray>(
    list: CoordinateInput<A>,
    options?: SparseOptions & { readonly dtype?: undefined },
  ): SparseNdarray<DTypeOfValues<A>>;
  static fromCoo(list: CoordinateInput, options?: SparseOptions): SparseNdarray;
  static fromCoo(list: CoordinateInput, options: SparseOptions = {}): SparseNdarray {
    return SparseNdarray.unchecked(partsFromCoo(list, options));
  }

  /** From a dense array: stores what is not 0 (NaN is not, -0 is) and what is missing. */
  static fromDense<D extends DType>(dense: NdArray<D>): SparseNdarray<D> {
    if (!isNdArray(dense)) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `fromDense: expected an NdArray, got ${shown(dense)}`);
    }
    return SparseNdarray.unchecked(partsFromDense(dense));
  }

  /**
   * From nested `[indices, values]` pairs, `null` where nothing is stored: see {@link SparseContents}.
   *
   * @throws as {@link SparseNdarray.fromCsc}; `INVALID_ARGUMENT` also when there are no values and no `dtype`, or values
   * of several dtypes and no `dtype`
   */
  static fromContents<D extends DType>(
    shape: ArrayLike<number>,
    contents: ContentsInput,
    options: SparseOptions<D> & { readonly dtype: D },
  ): SparseNdarray<D>;
  static fromContents(shape: ArrayLike<number>, contents: ContentsInput, options?: SparseOptions): SparseNdarray;
  static fromContents(shape: ArrayLike<number>, contents: ContentsInput, options: SparseOptions = {}): SparseNdarray {
    return SparseNdarray.unchecked(partsFromContents(shape, contents, options));
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements, stored or not. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of stored entries, zeros among them. */
  get nnz(): number {
    return this.data.length;
  }

  /** Stored entries per element, 0 to 1; 0 for an array without elements. */
  get density(): number {
    const { size } = this;
    return size === 0 ? 0 : this.nnz / size;
  }

  /** Extent of the first axis. @throws `INVALID_ARGUMENT` for a 0-d array, as in Python */
  get length(): number {
    if (this.shape.length === 0) {
      throw new DelayedArrayError("INVALID_ARGUMENT", "length of a 0-d array: it has no first axis");
    }
    return this.shape[0]!;
  }

  /** Bytes that the stored entries and their places take. */
  get nbytes(): number {
    const { data, indices, indptr, mask } = this;
    return data.byteLength + indices.byteLength + indptr.byteLength + (mask?.byteLength ?? 0);
  }

  /** The array with its axes reversed. */
  get T(): SparseNdarray<D> {
    return this.transpose();
  }

  /** Always true: a sparse array. */
  get isSparse(): true {
    return true;
  }

  /** Whether entries can be missing. */
  get isMasked(): boolean {
    return this.mask !== undefined;
  }

  /** What is extracted from this array is the caller's to change. */
  get givesFreshArrays(): true {
    return true;
  }

  /**
   * One element; `null` if it is missing. Negative indices count from the end.
   *
   * @param indices - one per axis
   * @throws `SHAPE_MISMATCH` for another number of indices, `INDEX_OUT_OF_RANGE`
   */
  get(...indices: number[]): ScalarOf<D> | null {
    const fibre = elementPosition(indices, this.shape, fibreStrides(this.shape));
    const [first = 0] = indices;
    const index = first < 0 ? first + this.shape[0]! : first;
    const end = this.indptr[fibre + 1]!;
    const at = lowerBound(this.indices, index, this.indptr[fibre]!, end);
    if (at === end || this.indices[at] !== index) return scalarAt(zeroOf(this.data), 0, this.dtype);
    return this.mask?.[at] ? null : scalarAt(this.data as TypedArray, at, this.dtype);
  }

  /** Copies of the stored entries, as nested `[indices, values]` pairs or `null`: see {@link SparseContents}. */
  get contents(): SparseContents<D> {
    return contentsOf<D>(this);
  }

  /**
   * The stored entries one by one, as they are stored: the first axis fastest, then the second, and so on. Zeros that are
   * stored are among them.
   *
   * ```ts
   * for (const { index, value } of array.nonZeros()) console.log(index, value);
   * ```
   */
  nonZeros(): Generator<SparseEntry<D>, void, void> {
    return entriesOf<D>(this);
  }

  /** A dense copy in C order. @throws `LIMIT_EXCEEDED` when it cannot be allocated */
  toDense(): NdArray<D> {
    return new NdArray(densePartsOf<D>(this));
  }

  /** A copy as compressed columns. @throws `SHAPE_MISMATCH` for a rank other than 2 */
  toCsc(): CompressedMatrix<D> {
    return cscOf<D>(this);
  }

  /** A copy as compressed rows. @throws `SHAPE_MISMATCH` for a rank other than 2 */
  toCsr(): CompressedMatrix<D> {
    return csrOf<D>(this);
  }

  /** A copy as coordinates, one array per axis; the first axis runs fastest, then the second, and so on. */
  toCoo(): CoordinateList<D> {
    return cooOf<D>(this);
  }

  /**
   * The axes in another order, by default reversed; the array itself if that is the order they have.
   *
   * @throws `INVALID_ARGUMENT` when `axes` is not a permutation, `LIMIT_EXCEEDED` for more than 2^32 fibres
   */
  transpose(axes?: readonly number[]): SparseNdarray<D> {
    const permuted = permuteParts<D>(this, checkPermutation(axes, this.shape.length));
    return permuted === this ? this : SparseNdarray.unchecked(permuted);
  }

  /** A copy converted to another dtype, as `NdArray.astype` does. Entries that become 0 stay stored. */
  astype<E extends DType>(dtype: E): SparseNdarray<E> {
    refuseSparseStrings(checkDType(dtype));
    return SparseNdarray.unchecked(castParts(this, dtype));
  }

  /** Header and values as NumPy prints them, reading only the edges; masked entries as `--`. */
  format(): string {
    const edges = this.shape.map((extent) => {
      const indices = edgeIndices(extent);
      return indices === null ? null : listSelection(indices);
    });
    const dense = new NdArray(densePartsOf<D>(subsetParts<D>(this, edges)));
    return formatArray(dense, "SparseNdarray", { fullShape: this.shape });
  }

  toString(): string {
    return headerText(this.shape, "SparseNdarray", this.dtype);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** One chunk per fibre along the first axis. */
  chunkGrid(): Grid {
    return chunkShapeToGrid(
      this.shape.map((extent, axis) => (axis === 0 ? Math.max(extent, 1) : 1)),
      this.shape,
      1.5, // finding an entry's place costs more than reading the next element of a dense array
    );
  }

  /** The seed protocol: a dense copy of the elements asked for. */
  extractDense(subset: SeedSubset): NdArray<D> {
    return new NdArray(densePartsOf<D>(subsetParts<D>(this, subset.map(seedEntrySelection))));
  }

  /** The seed protocol: a sparse copy of the elements asked for. */
  extractSparse(subset: SeedSubset): SparseNdarray<D> {
    return SparseNdarray.unchecked(subsetParts<D>(this, subset.map(seedEntrySelection)));
  }
}
brand(SparseNdarray, "delayedarray.SparseNdarray");

/** Whether `value` is a `SparseNdarray` of this or another copy of the package. */
export function isSparseNdarray(value: unknown): value is SparseNdarray {
  return hasBrand(value, "delayedarray.SparseNdarray");
}

const BIG_ZERO = new BigInt64Array(1);
const ZERO = new Float64Array(1);

/** What an element that is not stored is. */
function zeroOf(data: TypedArray): TypedArray {
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? BIG_ZERO : ZERO;
}
