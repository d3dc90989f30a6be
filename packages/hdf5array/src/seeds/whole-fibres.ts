import { type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { type AxisSelection, allocate } from "delayedarray/internal";
import type { PieceOptions } from "../read/piece.js";
import { type FibreMatrix, outside, readIndices } from "./entries.js";
import { areInOrder, putInOrder } from "./sort-fibres.js";
import { newPositions } from "./to-indices.js";
import { together } from "./together.js";
import { spanOf } from "./vector.js";

/** Whether what is selected is consecutive. */
export function isStretch(selection: AxisSelection): selection is Extract<AxisSelection, { kind: "range" }> {
  return selection.kind === "range" && selection.step === 1;
}

/**
 * Consecutive fibres with all their entries, of shape (extent of a fibre, number of fibres). What is in the file then is
 * what is in the result, so it is read straight into that; entries are sorted only if they are not.
 *
 * @throws `FILE_INVALID` naming entry, value and extent when an index is not on its axis
 */
export async function readFibres<D extends DType>(
  matrix: FibreMatrix,
  first: number,
  count: number,
  dtype: D,
  { signal, onProgress }: PieceOptions,
): Promise<SparseNdarray<D>> {
  const { parts, indexExtent } = matrix;
  const [from, to] = [parts.indptr[first]!, parts.indptr[first + count]!];
  const indptr = parts.indptr.slice(first, first + count + 1);
  for (let i = 0; i < indptr.length; i++) indptr[i]! -= from;
  const indices = newPositions(indexExtent, to - from);
  const data = allocate(dtype, to - from) as TypedArray;
  const span = spanOf(from, to);
  const [ofIndices, ofData] = sharedProgress(onProgress);
  await together(
    signal,
    async (own) => {
      // Even where nothing is stored, a closed file is not read from.
      if (!(await readIndices(matrix, span, [0], indices, { signal: own, onProgress: ofIndices }))) {
        throw await outside(matrix, from + indices.indexOf(-1), { signal: own });
      }
    },
    (own) =>
      parts.data.visit(span, (values, _, at) => data.set(values as never, at), { signal: own, onProgress: ofData }),
  );
  const shape = [indexExtent, count];
  if (areInOrder(indptr, indices))
    return SparseNdarray.unchecked<D>({ shape, dtype, indptr, indices, data: data as never });
  const kept = putInOrder(indptr, indices, data, dtype);
  return SparseNdarray.unchecked<D>({
    shape,
    dtype,
    indptr,
    indices: indices.slice(0, kept),
    data: data.slice(0, kept) as never,
  });
}

/** Progress of two reads as if they were one; it begins when both have begun. */
function sharedProgress(onProgress: PieceOptions["onProgress"]): readonly PieceOptions["onProgress"][] {
  if (onProgress === undefined) return [];
  const parts = [0, 1].map(() => ({ done: 0, total: 0, bytes: 0 }));
  return parts.map((own) => (progress) => {
    Object.assign(own, progress);
    if (parts.some(({ total }) => total === 0)) return;
    const sum = (key: "done" | "total" | "bytes") => parts.reduce((result, part) => result + part[key], 0);
    onProgress({ done: sum("done"), total: sum("total"), bytes: sum("bytes") });
  });
}
