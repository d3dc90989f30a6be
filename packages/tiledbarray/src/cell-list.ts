import { type Block, isSparseNdarray, type NdArray, SparseNdarray, type TypedArray } from "delayedarray";
import { cStrides, type Pacer } from "delayedarray/internal";
import { type ArrayHandle, allocate, Query } from "libtiledb";
import { isWide } from "./axes.js";
import { bandsOf } from "./bands.js";
import { encodeTexts, type TextEncoding } from "./encode-texts.js";
import type { RegionAxis } from "./region.js";

/** Where cells go. */
export interface CellTarget {
  /** A sparse array, open for writing. */
  readonly array: ArrayHandle;
  readonly region: readonly RegionAxis[];
  readonly attribute: string;
  readonly nullable: boolean;
  /** Of an attribute of texts. */
  readonly encoding?: TextEncoding | undefined;
  /** Gets the URIs of fragments as they are written. */
  readonly written: string[];
}

interface Cells {
  /** Coordinates, one array for each axis. */
  readonly coordinates: readonly TypedArray[];
  readonly data: TypedArray;
  /** Where the bytes of each text begin in `data`. */
  readonly offsets?: BigUint64Array;
  readonly validity?: Uint8Array;
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

  /** Adds those cells of a block that are not zero, part by part. */
  async add(position: Block["position"], block: NdArray | SparseNdarray, pacer: Pacer): Promise<void> {
    for (const band of bandsOf({ position, block })) {
      this.#addBand(band.position, band.block);
      if (pacer.isDue) await pacer.rest();
    }
  }

  #addBand(position: Block["position"], block: NdArray | SparseNdarray): void {
    const sparse = isSparseNdarray(block) ? block : SparseNdarray.fromDense(block);
    if (sparse.nnz === 0) return;
    const { coords, data, mask } = sparse.toCoo();
    this.#push({
      coordinates: this.#coordinates(position, coords),
      data: data as TypedArray,
      ...this.#validity(mask, data),
    });
  }

  /** Adds those cells of a block of texts that are not empty, and those that are missing. */
  async addTexts(position: Block["position"], block: NdArray<"string">, pacer: Pacer): Promise<void> {
    const { coords, texts, mask } = textCells(block);
    if (texts.length === 0) return;
    const { bytes, offsets } = await encodeTexts(texts, mask, this.#target.encoding ?? "utf8", pacer);
    const coordinates = this.#coordinates(position, coords);
    this.#push({ coordinates, data: bytes, offsets, ...this.#validity(mask, texts) });
  }

  #coordinates(position: Block["position"], coords: readonly ArrayLike<number>[]): readonly TypedArray[] {
    return this.#target.region.map((axis, i) => coordinatesOf(axis, position[i]![0], coords[i]!));
  }

  #validity(mask: Uint8Array | undefined, { length }: ArrayLike<unknown>): Pick<Cells, "validity"> {
    return this.#target.nullable ? { validity: validity(mask, length) } : {};
  }

  #push(part: Cells): void {
    this.#parts.push(part);
    for (const { byteLength } of arraysOf(part)) this.#bytes += byteLength;
  }

  /** Writes the cells as a fragment, and begins anew. */
  async write(pacer: Pacer): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    const [first] = parts;
    if (first === undefined) return;
    const { array, region, attribute, written } = this.#target;
    using query = new Query(array).setLayout("unordered");
    for (const [axis, { name }] of region.entries()) {
      query.setDataBuffer(
        name,
        await joined(
          parts.map(({ coordinates }) => coordinates[axis]!),
          pacer,
        ),
      );
    }
    query.setDataBuffer(
      attribute,
      await joined(
        parts.map(({ data }) => data),
        pacer,
      ),
    );
    if (first.offsets !== undefined) query.setOffsetsBuffer(attribute, await joinedOffsets(parts, pacer));
    if (first.validity !== undefined) {
      query.setValidityBuffer(
        attribute,
        await joined(
          parts.map((part) => part.validity!),
          pacer,
        ),
      );
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

function arraysOf({ coordinates, data, offsets, validity: flags }: Cells): TypedArray[] {
  return [...coordinates, data, ...(offsets === undefined ? [] : [offsets]), ...(flags === undefined ? [] : [flags])];
}

/** Where texts begin when their bytes come after those of the parts before. */
async function joinedOffsets(parts: readonly Cells[], pacer: Pacer): Promise<BigUint64Array> {
  const all = await joined(
    parts.map(({ offsets }) => offsets!),
    pacer,
  );
  let at = 0;
  let before = 0n;
  for (const { offsets, data } of parts) {
    for (const end = at + offsets!.length; at < end; at++) all[at]! += before;
    before += BigInt(data.length);
    if (pacer.isDue) await pacer.rest();
  }
  return all;
}

async function joined<A extends TypedArray>(arrays: readonly A[], pacer: Pacer): Promise<A> {
  const [first] = arrays;
  if (arrays.length === 1) return first!;
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const out = new (first!.constructor as new (length: number) => A)(length);
  let offset = 0;
  for (const array of arrays) {
    out.set(array as never, offset);
    offset += array.length;
    if (pacer.isDue) await pacer.rest();
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

/** Indices, texts and mask of those cells of a block that are not empty, or missing. */
function textCells({ data, shape, mask }: NdArray<"string">) {
  const strides = cStrides(shape);
  const kept: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== "" || mask?.[i] === 1) kept.push(i);
  return {
    coords: shape.map((extent, axis) => kept.map((cell) => Math.floor(cell / strides[axis]!) % extent)),
    texts: kept.map((cell) => data[cell]!),
    mask: mask === undefined ? undefined : Uint8Array.from(kept, (cell) => mask[cell]!),
  };
}
