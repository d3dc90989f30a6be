import { readFileSync } from "node:fs";
import { allocate, type DType, type TypedArray } from "../../src/base/dtype.js";
import { sizeOf } from "../../src/base/shape.js";
import { NdArray } from "../../src/values/nd-array.js";

export interface Encoded {
  readonly dtype: DType;
  readonly shape: number[];
  readonly base64: string;
}

export interface Pieces {
  readonly data: Encoded;
  readonly indices: number[];
  readonly indptr: number[];
  readonly shape: [number, number];
}

/** One node of BiocPy's nested contents. */
export type Tree = null | { readonly indices: number[]; readonly values: number[] } | Tree[];

export interface Golden {
  readonly compressed: {
    readonly layout: "csc" | "csr";
    readonly given: Pieces;
    readonly csc: Pieces;
    readonly csr: Pieces;
  }[];
  readonly coordinates: {
    readonly coords: number[][];
    readonly data: Encoded;
    readonly shape: number[];
    readonly nnz: number;
    readonly dense: Encoded;
  }[];
  readonly fromDense: { readonly dense: Encoded; readonly csc: Pieces }[];
  readonly contents: { readonly dense: Encoded; readonly contents: Tree; readonly transposed: Tree }[];
  readonly casts: { readonly from: Encoded; readonly to: Encoded }[];
  readonly printed: { readonly dense: Encoded; readonly text: string }[];
  readonly promotions: [DType, DType, DType, DType][];
}

/** What NumPy, SciPy and BiocPy gave: see fixtures/generate.py. */
export const golden: Golden = JSON.parse(readFileSync(new URL("fixtures/golden.json", import.meta.url), "utf8"));

export function typed({ dtype, shape, base64 }: Encoded): TypedArray {
  const data = allocate(dtype, sizeOf(shape)) as TypedArray;
  new Uint8Array(data.buffer).set(Buffer.from(base64, "base64"));
  return data;
}

export function dense(encoded: Encoded): NdArray {
  return new NdArray({ data: typed(encoded), shape: encoded.shape, dtype: encoded.dtype });
}
