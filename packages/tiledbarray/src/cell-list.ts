import { type Block, isSparseNdarray, type NdArray, SparseNdarray, type TypedArray } from "delayedarray";
import { type ArrayHandle, allocate, Query } from "libtiledb";
import { isWide } from "./axes.js";
import type { RegionAxis } from "./region.js";

/** Where cells go. */
export interface CellTarget {
  /** A sparse array, open for writing. */
  readonly array: ArrayHandle;
  readonly region: readonly RegionAxis[];
  readonly attribute: string;
  readonly nullable: boolean;
  /** Gets the URIs of fragments as they are written. */
  readonly written: string[];
}

interface Cells {
  /** Coordinates, one array for each axis. */
  readonly coordinates: readonly TypedArray[];
  readonly data: TypedArray;
  readonly validity: Uint8Array | undefined;
}

/** Cells of a sparse array, gathered from blocks until they are written together. */
export class CellList {
  readonly #target: CellTarget;
  #parts: Cells[] = [];
  #bytes = 0;

  constructor(target: CellTarget) {
    this.#target = target;
  }

  /** Memory that the cells take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds those cells of a block that are not zero. */
  add(position: Block["position"], block: NdArray | SparseNdarray): void {
    const sparse = isSparseNdarray(block) ? block : SparseNdarray.fromDense(block);
    if (sparse.nnz === 0) return;
    const { region, nullable } = this.#target;
    const { coords, data, mask } = sparse.toCoo();
    const coordinates = region.map((axis, i) => coordinatesOf(axis, position[i]![0], coords[i]!));
    const part: Cells = { coordinates, data, validity: nullable ? validity(mask, data.length) : undefined };
    this.#parts.push(part);
    for (const { byteLength } of arraysOf(part)) this.#bytes += byteLength;
  }

  /** Writes the cells as a fragment, and begins anew. */
  async write(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    const [first] = parts;
    if (first === undefined) return;
    const { array, region, attribute, written } = this.#target;
    using query = new Query(array).setLayout("unordered");
    region.forEach(({ name }, axis) => {
      query.setDataBuffer(name, joined(parts.map(({ coordinates }) => coordinates[axis]!)) as never);
    });
    query.setDataBuffer(attribute, joined(parts.map(({ data }) => data)) as never);
    if (first.validity !== undefined) {
      query.setValidityBuffer(attribute, joined(parts.map((part) => part.validity!)) as Uint8Array);
    }
    await query.submit();
    written.push(...query.fragmentUris);
  }
}

/** The opposite of a mask: 1 = valid. */
export function validity(mask: Uint8Array | undefined, length: number): Uint8Array {
  const flags = new Uint8Array(length).fill(1);
  if (mask !== undefined) for (let i = 0; i < length; i++) flags[i] = mask[i] === 0 ? 1 : 0;
  return flags;
}

function arraysOf({ coordinates, data, validity: flags }: Cells): TypedArray[] {
  return flags === undefined ? [...coordinates, data] : [...coordinates, data, flags];
}

function joined(arrays: readonly TypedArray[]): TypedArray {
  const [first] = arrays;
  if (arrays.length === 1) return first!;
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const out = new (first!.constructor as new (length: number) => TypedArray)(length);
  let offset = 0;
  for (const array of arrays) {
    out.set(array as never, offset);
    offset += array.length;
  }
  return out;
}

/** Coordinates of the domain from indices of a block that begins at index `start` of the region. */
function coordinatesOf(
  { datatype, origin, extent }: RegionAxis,
  start: number,
  indices: ArrayLike<number>,
): TypedArray {
  const { length } = indices;
  const out = allocate(datatype, length) as TypedArray;
  const offset = Number(origin) + start;
  if (!isWide(datatype)) {
    for (let i = 0; i < length; i++) out[i] = indices[i]! + offset;
  } else if (Number.isSafeInteger(Number(origin)) && Number.isSafeInteger(Number(origin) + extent)) {
    // In words of 32 bits, low word first as on every platform that TileDB runs on: bigints would take ten times as long.
    const words = new Int32Array(out.buffer, out.byteOffset, 2 * length);
    for (let i = 0; i < length; i++) {
      const value = indices[i]! + offset;
      words[2 * i] = value;
      words[2 * i + 1] = Math.floor(value / 4294967296);
    }
  } else {
    const first = origin + BigInt(start);
    for (let i = 0; i < length; i++) out[i] = (first + BigInt(indices[i]!)) as never;
  }
  return out;
}
