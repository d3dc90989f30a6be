import { DelayedArrayError } from "delayedarray";
import { describeType, type Hdf5Type } from "./hdf5-type.js";
import type { StoredDataset, StoredFilter } from "./stored-dataset.js";

const SZIP = 4;
const NBIT = 5;
const SCALE_OFFSET = 6;

/** Parameters that a filter must have; those that may be anything are `undefined`. */
type Expected = readonly (number | undefined)[];

/**
 * Checks the parameters of szip, n-bit and scale-offset, in which HDF5 notes what the chunks hold, against the dataset:
 * HDF5 itself believes them.
 *
 * @param what - the dataset, for messages
 * @throws `FILE_INVALID`
 */
export function checkFilterParameters({ info, layout, filters }: StoredDataset, what: string): void {
  if (layout.kind !== "chunked") return;
  const elements = layout.chunkShape.reduce((product, extent) => product * extent, 1);
  for (const filter of filters) {
    const expected = expectedOf(filter, info.type, elements);
    const { id, name, parameters } = filter;
    if (expected.every((value, i) => value === undefined || value === parameters[i])) continue;
    const wanted = expected.map((value) => value ?? "any").join(", ");
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what}: the parameters of filter ${id} (${name}) are ${parameters.join(", ") || "missing"}, expected ${wanted} ` +
        `for ${elements} elements of type ${describeType(info.type)} in a chunk`,
    );
  }
}

function expectedOf({ id, parameters }: StoredFilter, type: Hdf5Type, elements: number): Expected {
  switch (id) {
    case SZIP:
      return szip(parameters, type);
    case NBIT:
      return nBit(type, elements);
    case SCALE_OFFSET:
      return scaleOffset(type, elements);
    default:
      return [];
  }
}

/** Options, pixels per block, bits per pixel, pixels per scan line. */
function szip([, block = 0, , line = 0]: readonly number[], type: Hdf5Type): Expected {
  const possible = block > 0 && block <= 32 && block % 2 === 0 && line > 0 && line <= 128 * block;
  const bits = bitsOf(type);
  // What cannot be is not equal to itself.
  return [undefined, possible ? undefined : Number.NaN, bits, possible ? undefined : Number.NaN];
}

/** Bits of a pixel, which szip rounds up. */
function bitsOf(type: Hdf5Type): number | undefined {
  const number = type.kind === "enum" ? type.base : type;
  if (number.kind !== "integer" && number.kind !== "float") return undefined;
  const { size } = number;
  const bits = number.kind === "integer" && number.bitOffset === 0 ? number.precision : size * 8;
  return bits > 24 ? (bits > 32 ? 64 : 32) : bits;
}

/** Number of parameters, whether nothing was packed, elements, then class, size, order, precision and offset of a number. */
function nBit(type: Hdf5Type, elements: number): Expected {
  const number = type.kind === "enum" ? type.base : type;
  switch (number.kind) {
    case "integer":
      return [8, undefined, elements, 1, number.size, orderOf(number), number.precision, number.bitOffset];
    case "float":
      return [8, undefined, elements, 1, number.size, orderOf(number), undefined, undefined];
    default:
      return [undefined, undefined, elements];
  }
}

/** Kind and factor of the scale, elements, class, size, sign, order; then the fill value. */
function scaleOffset(type: Hdf5Type, elements: number): Expected {
  switch (type.kind) {
    case "integer":
      return [2, undefined, elements, 0, type.size, Number(type.signed), orderOf(type)];
    case "float":
      return [0, undefined, elements, 1, type.size, undefined, orderOf(type)];
    default:
      return [undefined, undefined, elements];
  }
}

function orderOf({ littleEndian }: { readonly littleEndian: boolean }): number {
  return littleEndian ? 0 : 1;
}
