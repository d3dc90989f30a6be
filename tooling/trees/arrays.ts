// Arrays of every kind from what is written in a case.
import { NdArray, SparseNdarray, type TypedArray } from "delayedarray";
import { type DecodedArray, decodeArray } from "../fixtures/read.mjs";
import type { Layout, Packed, SparseForm } from "./case.js";
import { chunkedSeed } from "./chunked-seed.js";

export function unpack([dtype, shape, base64, missing]: Packed): DecodedArray {
  const array = decodeArray({ dtype, shape, base64 });
  if (missing !== undefined) array.mask = Uint8Array.from(missing, Number);
  return array;
}

/** Strides and offset of a layout, and the number of elements that it takes. */
function strides(shape: readonly number[], layout: Layout): { stride: number[]; offset: number; length: number } {
  const axes = shape.map((_, axis) => axis);
  const order = { C: axes, F: axes.toReversed(), rotated: [...axes.slice(1), ...axes.slice(0, 1)] };
  const stride = new Array<number>(shape.length).fill(0);
  let length = layout === "gaps" ? 2 : 1;
  for (const axis of (layout in order ? order[layout as "C"] : axes).toReversed()) {
    stride[axis] = length;
    length *= Math.max(1, shape[axis] ?? 0);
  }
  const offset = layout === "gaps" ? 3 : 0;
  if (layout !== "reversed") return { stride, offset, length: length + offset };
  const last = stride.reduce((sum, step, axis) => sum + step * Math.max(0, (shape[axis] ?? 0) - 1), 0);
  return { stride: stride.map((step) => -step), offset: last, length };
}

/** The elements in another layout; what lies between them is 1. */
export function layOut({ dtype, shape, data, mask }: DecodedArray, layout: Layout): NdArray {
  if (layout === "C" || data.length === 0) return new NdArray({ dtype, shape, data, mask });
  const { stride, offset, length } = strides(shape, layout);
  const Buffer = data.constructor as new (length: number) => TypedArray;
  const spread = new Buffer(length).fill((typeof data[0] === "bigint" ? 1n : 1) as never);
  const flags = mask === undefined ? undefined : new Uint8Array(length).fill(1);
  data.forEach((value: number | bigint, i: number) => {
    let at = offset;
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      const extent = shape[axis]!;
      at += (rest % extent) * stride[axis]!;
      rest = Math.floor(rest / extent);
    }
    spread[at] = value as never;
    if (flags !== undefined) flags[at] = mask![i]!;
  });
  return new NdArray({ dtype, shape, data: spread, mask: flags, stride, offset });
}

/** The stored entries of a sparse form: what is not 0 or is missing, and for `coo0` every third of the others. */
function entries({ data, mask }: DecodedArray, form: SparseForm): number[] {
  return Array.from({ length: data.length }, (_, i) => i).filter(
    (i) => Number(data[i]) !== 0 || mask?.[i] === 1 || (form === "coo0" && i % 3 === 0),
  );
}

function coordinates(at: number, shape: readonly number[]): number[] {
  return shape.map((extent, axis) => Math.floor(at / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % extent);
}

function pick(data: TypedArray, at: readonly number[]): TypedArray {
  const picked = data.slice(0, at.length);
  at.forEach((from, i) => {
    picked[i] = data[from] as never;
  });
  return picked;
}

function indptrOf(of: readonly number[], count: number): number[] {
  const indptr = new Array<number>(count + 1).fill(0);
  for (const one of of) indptr[one + 1]!++;
  for (let i = 0; i < count; i++) indptr[i + 1]! += indptr[i]!;
  return indptr;
}

export function sparseOf(array: DecodedArray, form: SparseForm): SparseNdarray {
  const { dtype, shape, data, mask } = array;
  if (form === "dense" || form === "seed") return SparseNdarray.fromDense(new NdArray({ dtype, shape, data, mask }));
  const [rows = 0, columns = 0] = shape;
  const stored = entries(array, form).map((at) => ({ at, place: coordinates(at, shape) }));
  if (form === "csc") stored.sort((a, b) => a.place[1]! - b.place[1]! || a.at - b.at);
  const at = stored.map((one) => one.at);
  const values = {
    data: pick(data, at),
    ...(mask && { mask: pick(mask, at) as Uint8Array }),
    shape,
  };
  if (form === "csc" || form === "csr") {
    const [along, across] = form === "csc" ? [1, 0] : [0, 1];
    const indices = stored.map(({ place }) => place[across]!);
    const indptr = indptrOf(
      stored.map(({ place }) => place[along]!),
      form === "csc" ? columns : rows,
    );
    return SparseNdarray[form === "csc" ? "fromCsc" : "fromCsr"]({ ...values, indices, indptr }, { dtype });
  }
  const coords = shape.map((_, axis) => stored.map(({ place }) => place[axis]!));
  return SparseNdarray.fromCoo({ ...values, coords }, { dtype });
}

/** A plain nested array, of one axis or none: of bigints for int64, of booleans for bool, else of numbers. */
export function plainOf(packed: Packed): number[] | bigint[] | boolean[] {
  const { dtype, data } = unpack(packed);
  return (dtype === "bool" ? Array.from(data, (value) => value === 1) : Array.from<number | bigint>(data)) as number[];
}

/** A seed of someone else's: it has chunks, and only says what the protocol asks for. */
export function behindSeed(packed: Packed, chunks: readonly number[]) {
  const { dtype, shape, data, mask } = unpack(packed);
  return chunkedSeed(new NdArray({ dtype, shape, data, mask }), chunks);
}
