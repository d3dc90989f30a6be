import type { Pointer } from "./c-types.js";
import type { Scalar } from "./datatype.js";
import { buildDimension, Dimension, type DimensionOptions, readDimension } from "./dimension.js";
import { TileDbError } from "./errors.js";
import { addressIn, valueIn } from "./memory.js";
import type { Scope } from "./scope.js";

/** First and last coordinate along one dimension, inclusive: exact numbers, or text for a dimension of strings. */
export type Range = readonly [Scalar, Scalar] | readonly [string, string];

/** The dimensions of an array in order (`tiledb_domain_t`), as a value. */
export class Domain {
  /** The dimensions, in order. */
  readonly dimensions: readonly Dimension[];

  constructor(dimensions: readonly (Dimension | DimensionOptions)[]) {
    this.dimensions = Object.freeze(
      dimensions.map((entry) => (entry instanceof Dimension ? entry : new Dimension(entry))),
    );
    Object.freeze(this);
  }

  /** Number of dimensions. */
  get rank(): number {
    return this.dimensions.length;
  }

  /** The index of a dimension given by index or name. @throws TileDbError NOT_FOUND when there is none. */
  indexOf(dimension: number | string): number {
    const index =
      typeof dimension === "number" ? dimension : this.dimensions.findIndex(({ name }) => name === dimension);
    if (this.dimensions[index] === undefined) {
      const names = this.dimensions.map(({ name }) => JSON.stringify(name)).join(", ");
      throw new TileDbError("NOT_FOUND", `there is no dimension ${JSON.stringify(dimension)} among ${names}`);
    }
    return index;
  }

  /** A dimension by index or name. @throws TileDbError NOT_FOUND when there is none. */
  dimension(dimension: number | string): Dimension {
    return this.dimensions[this.indexOf(dimension)] as Dimension;
  }
}

/** Reads the domain in a cell. @internal */
export function readDomain(scope: Scope, cell: BigUint64Array): Domain {
  const domain = addressIn<"tiledb_domain_t">(cell);
  const count = new Uint32Array(1);
  scope.call("tiledb_domain_get_ndim", domain, count);
  const dimensions: Dimension[] = [];
  for (let i = 0; i < valueIn(count); i++) {
    const dimension = scope.cell("tiledb_dimension_free");
    scope.call("tiledb_domain_get_dimension_from_index", domain, i, dimension);
    dimensions.push(readDimension(scope, dimension));
  }
  return new Domain(dimensions);
}

/** Makes the C object of a domain, which the scope frees. @internal */
export function buildDomain(scope: Scope, domain: Domain): Pointer<"tiledb_domain_t"> {
  const cell = scope.cell("tiledb_domain_free");
  scope.call("tiledb_domain_alloc", cell);
  const pointer = addressIn<"tiledb_domain_t">(cell);
  for (const dimension of domain.dimensions) {
    scope.call("tiledb_domain_add_dimension", pointer, buildDimension(scope, dimension));
  }
  return pointer;
}
