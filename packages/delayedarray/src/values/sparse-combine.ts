import { castInto } from "../base/cast.js";
import { allocateNumbers, type DType, promoteAll, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, shapeText, sizeOf } from "../base/shape.js";
import { copyEntries } from "./sparse-move.js";
import { allocateIndices, allocateIndptr, type SparseParts } from "./sparse-parts.js";

/** The same entries in another dtype; the structure is shared, an entry that becomes 0 stays stored. */
export function castParts<D extends DType>(parts: SparseParts, dtype: D): SparseParts<D> {
  const data = allocateNumbers(dtype, parts.data.length);
  castInto(parts.data as TypedArray, parts.dtype, data as TypedArray, dtype);
  const { shape, indptr, indices } = parts;
  return { shape, dtype, indptr, indices, data, mask: parts.mask?.slice() };
}

/**
 * Arrays one after the other along an axis, in the dtype that holds all of theirs.
 *
 * @param given - at least one, of shapes that differ on `axis` only
 * @param axis - negative counts from the end
 * @throws `SHAPE_MISMATCH` naming both shapes; `INVALID_ARGUMENT` for an axis that does not exist, or no array at all
 */
export function concatenateParts(given: readonly SparseParts[], axis: number): SparseParts {
  const [model] = given;
  if (model === undefined) {
    throw new DelayedArrayError("INVALID_ARGUMENT", "concatenate: no arrays given, expected at least one");
  }
  const along = checkAxis(axis, model.shape.length);
  for (const { shape } of given) {
    if (shape.length !== model.shape.length || shape.some((extent, k) => k !== along && extent !== model.shape[k])) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `cannot concatenate ${shapeText(model.shape)} and ${shapeText(shape)} along axis ${along}: the other axes must agree`,
      );
    }
  }
  const dtype = promoteAll(given.map((part) => part.dtype));
  const parts = given.map((part) => (part.dtype === dtype ? part : castParts(part, dtype)));
  const total = parts.reduce((sum, { shape }) => sum + shape[along]!, 0);
  const shape = Object.freeze(model.shape.map((extent, k) => (k === along ? total : extent)));
  const nnz = parts.reduce((sum, { indices }) => sum + indices.length, 0);
  const indptr = allocateIndptr(shape);
  const indices = allocateIndices(shape, nnz);
  const data = allocateNumbers(dtype, nnz);
  const mask = parts.some((part) => part.mask !== undefined) ? new Uint8Array(nnz) : undefined;
  const out: SparseParts = { shape, dtype, indptr, indices, data, mask };
  // Fibres that stay together: those of the axes before `axis`, times its extent in the part.
  const rounds = sizeOf(shape.slice(along === 0 ? 1 : along + 1));
  const runs = parts.map((part) => (along === 0 ? 1 : sizeOf(part.shape.slice(1, along + 1))));
  let entry = 0;
  let fibre = 0;
  for (let round = 0; round < rounds; round++) {
    let offset = 0;
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      const run = runs[k]!;
      const first = round * run;
      const start = part.indptr[first]!;
      const length = part.indptr[first + run]! - start;
      copyEntries(part, start, length, out, entry, offset);
      if (along === 0) offset += part.shape[0]!;
      else for (let i = 1; i <= run; i++) indptr[++fibre] = entry + part.indptr[first + i]! - start;
      entry += length;
    }
    if (along === 0) indptr[++fibre] = entry;
  }
  return out;
}
