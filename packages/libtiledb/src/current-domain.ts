import type { Pointer } from "./c-types.js";
import { decodeScalars, encodeScalars, type Scalar } from "./datatype.js";
import type { Dimension } from "./dimension.js";
import type { Domain, Range } from "./domain.js";
import { invalidArgument } from "./errors.js";
import { addressIn, bytesAt, valueIn } from "./memory.js";
import type { Scope } from "./scope.js";

/** Reads the current domain of a schema: a range for each dimension, or undefined when none is set. @internal */
export function readCurrentDomain(
  scope: Scope,
  schema: Pointer<"tiledb_array_schema_t">,
  domain: Domain,
): readonly Range[] | undefined {
  const cell = scope.cell("tiledb_current_domain_free");
  scope.call("tiledb_array_schema_get_current_domain", schema, cell);
  const current = addressIn<"tiledb_current_domain_t">(cell);
  const empty = new Uint32Array(1);
  scope.call("tiledb_current_domain_get_is_empty", current, empty);
  if (valueIn(empty) !== 0) return undefined;
  const rectangle = scope.cell("tiledb_ndrectangle_free");
  scope.call("tiledb_current_domain_get_ndrectangle", current, rectangle);
  return domain.dimensions.map((dimension, index) => {
    // tiledb_range_t: address and size of the first coordinate, then of the last.
    const range = new BigUint64Array(4);
    scope.call("tiledb_ndrectangle_get_range", addressIn(rectangle), index, range);
    return decodeRange(
      dimension,
      bytesAt(range[0] as bigint, Number(range[1])),
      bytesAt(range[2] as bigint, Number(range[3])),
    );
  });
}

/** Makes the C object of a current domain, which the scope frees. @internal */
export function buildCurrentDomain(
  scope: Scope,
  domain: Domain,
  ranges: readonly Range[],
  domainPointer: Pointer<"tiledb_domain_t">,
): Pointer<"tiledb_current_domain_t"> {
  if (ranges.length !== domain.rank) {
    throw invalidArgument(`the current domain has ${ranges.length} ranges for ${domain.rank} dimensions`);
  }
  const rectangle = scope.cell("tiledb_ndrectangle_free");
  scope.call("tiledb_ndrectangle_alloc", domainPointer, rectangle);
  ranges.forEach((range, index) => {
    const [first, last] = encodeRange(domain.dimensions[index] as Dimension, range);
    const limits = BigUint64Array.of(
      scope.addressOf(first),
      BigInt(first.byteLength),
      scope.addressOf(last),
      BigInt(last.byteLength),
    );
    scope.call("tiledb_ndrectangle_set_range", addressIn(rectangle), index, limits);
  });
  const cell = scope.cell("tiledb_current_domain_free");
  scope.call("tiledb_current_domain_create", cell);
  scope.call("tiledb_current_domain_set_ndrectangle", addressIn(cell), addressIn(rectangle));
  return addressIn(cell);
}

/** A range along a dimension from the bytes of its first and last coordinate. @internal */
export function decodeRange(dimension: Dimension, first: Uint8Array, last: Uint8Array): Range {
  if (dimension.isString) return [new TextDecoder("latin1").decode(first), new TextDecoder("latin1").decode(last)];
  const { datatype } = dimension;
  return [decodeScalars(datatype, first)[0] as Scalar, decodeScalars(datatype, last)[0] as Scalar];
}

/** The bytes of the first and last coordinate of a range. @internal */
export function encodeRange(dimension: Dimension, range: Range): readonly [Uint8Array, Uint8Array] {
  const what = `the range along dimension "${dimension.name}"`;
  const [first, last] = range.map((value) => {
    if (dimension.isString !== (typeof value === "string")) {
      throw invalidArgument(
        `${what} has ${JSON.stringify(String(value))}, which is not a value of ${dimension.datatype}`,
      );
    }
    if (typeof value === "string") return Uint8Array.from(Buffer.from(value, "latin1"));
    return encodeScalars(dimension.datatype, [value], what);
  });
  return [first as Uint8Array, last as Uint8Array];
}
