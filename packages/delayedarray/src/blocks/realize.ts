import type { ReadOptions } from "../base/options.js";
import { extractDense, extractSparse } from "../extract/extract.js";
import { type Extractable, treeOf } from "../ops/node.js";
import { fullSelection } from "../subset/axis-selection.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";

export async function toDenseArray(x: Extractable, options: ReadOptions = {}): Promise<NdArray> {
  const { shape } = treeOf(x);
  return extractDense(x, shape.map(fullSelection), options);
}

export async function toSparseArray(x: Extractable, options: ReadOptions = {}): Promise<SparseNdarray> {
  const { shape } = treeOf(x);
  return extractSparse(x, shape.map(fullSelection), options);
}
