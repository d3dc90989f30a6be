import type { ArrayHandle } from "./array-handle.js";
import type { Context } from "./context.js";
import { encodeRange } from "./current-domain.js";
import { encodeScalars, fits, type Scalar, type TypedArray } from "./datatype.js";
import type { Domain, Range } from "./domain.js";
import { invalidArgument } from "./errors.js";
import { Handle } from "./handle.js";
import { addressCell, nullPointer } from "./memory.js";

/**
 * The cells that a query reads or writes: the cross product of ranges along each dimension (`tiledb_subarray_t`). A
 * dimension without ranges is taken whole.
 */
export class Subarray extends Handle<"tiledb_subarray_t"> {
  readonly #context: Context;
  readonly #domain: Domain;
  #hasRanges = false;

  constructor(array: ArrayHandle) {
    const cell = addressCell();
    array.context.call("tiledb_subarray_alloc", array.pointer, cell);
    super(array.context.own(cell, "tiledb_subarray_free", [array.resource]), "subarray");
    this.#context = array.context;
    this.#domain = array.schema.domain;
  }

  /** Everything that is in use: the current domain where there is one, else the domain. */
  static whole(array: ArrayHandle): Subarray {
    const { currentDomain, domain } = array.schema;
    const subarray = new Subarray(array);
    for (const [index, dimension] of domain.dimensions.entries()) {
      const range = currentDomain?.[index] ?? dimension.domain;
      if (range !== undefined) subarray.addRange(index, range[0], range[1]);
    }
    return subarray;
  }

  /** Whether any range was added. */
  get hasRanges(): boolean {
    return this.#hasRanges;
  }

  /**
   * Adds a range along a dimension, given by index or name (`tiledb_subarray_add_range`); returns this subarray.
   *
   * @param first its first coordinate.
   * @param last its last coordinate, inclusive.
   * @throws TileDbError INVALID_ARGUMENT for coordinates that are no values of the dimension, or outside its domain.
   */
  addRange(dimension: number | string, first: Scalar | string, last: Scalar | string): this {
    const index = this.#domain.indexOf(dimension);
    const [start, end] = encodeRange(this.#domain.dimension(index), [first, last] as Range);
    if (this.#domain.dimension(index).isString) {
      const sizes = [start.byteLength, end.byteLength] as const;
      this.#context.call("tiledb_subarray_add_range_var", this.pointer, index, start, sizes[0], end, sizes[1]);
    } else {
      this.#context.call("tiledb_subarray_add_range", this.pointer, index, start, end, nullPointer());
    }
    this.#hasRanges = true;
    return this;
  }

  /**
   * Adds every coordinate of a list along a dimension, at once (`tiledb_subarray_add_point_ranges`); returns this
   * subarray.
   *
   * @param points a typed array of the dimension's datatype (not copied first), or any list of its values.
   */
  addPoints(dimension: number | string, points: TypedArray | readonly Scalar[]): this {
    const index = this.#domain.indexOf(dimension);
    const { datatype, name, isString } = this.#domain.dimension(index);
    if (isString) throw invalidArgument(`dimension "${name}" is of ${datatype}: add its points as ranges`);
    if (points.length === 0) throw invalidArgument(`no points along dimension "${name}": a subarray has cells`);
    const memory =
      ArrayBuffer.isView(points) && fits(datatype, points)
        ? points
        : encodeScalars(datatype, Array.from<Scalar>(points), `a point along dimension "${name}"`);
    this.#context.call("tiledb_subarray_add_point_ranges", this.pointer, index, memory, points.length);
    this.#hasRanges = true;
    return this;
  }

  /** Whether TileDB joins ranges that touch, as it does by default (`tiledb_subarray_set_coalesce_ranges`). */
  setCoalesceRanges(coalesce: boolean): this {
    this.#context.call("tiledb_subarray_set_coalesce_ranges", this.pointer, coalesce ? 1 : 0);
    return this;
  }

  /** Number of ranges along a dimension (`tiledb_subarray_get_range_num`). */
  rangeCount(dimension: number | string): bigint {
    const cell = new BigUint64Array(1);
    this.#context.call("tiledb_subarray_get_range_num", this.pointer, this.#domain.indexOf(dimension), cell);
    return cell[0] as bigint;
  }
}
