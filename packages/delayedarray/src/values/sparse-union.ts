import { DelayedArrayError } from "../base/errors.js";
import { sameShape, shapeText } from "../base/shape.js";
import { allocateIndices, allocateIndptr, type IndexArray, type SparseStructure } from "./sparse-parts.js";

/** Where any of several arrays of equal shape stores an entry, and which entry of each that is. */
export interface StructureUnion {
  readonly indptr: Float64Array;
  readonly indices: IndexArray;
  /**
   * For each array the position in its `data` of each entry of the union, -1 where it stores none; `null` when the array
   * has the union's structure, so that every position is its own.
   */
  readonly positions: readonly (Float64Array | null)[];
}

/**
 * The union of stored positions. Costs one pass over the entries per array; nothing when all share one structure.
 *
 * The result may share `indptr` and `indices` with one of the arrays: read only.
 *
 * @param parts - at least one, of equal shapes
 * @throws `SHAPE_MISMATCH` naming both shapes
 */
export function unionStructure(parts: readonly SparseStructure[]): StructureUnion {
  const [first] = parts;
  if (first === undefined) {
    throw new DelayedArrayError("INVALID_ARGUMENT", "unionStructure: no arrays given, expected at least one");
  }
  let union: SparseStructure = first;
  for (const part of parts) {
    if (!sameShape(part.shape, first.shape)) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `unionStructure of ${shapeText(first.shape)} and ${shapeText(part.shape)}: expected equal shapes`,
      );
    }
    union = merge(union, part);
  }
  const { indptr, indices } = union;
  // A part has no entry outside the union, so as many entries means the same ones.
  const positions = parts.map((part) => (part.indices.length === indices.length ? null : locate(union, part)));
  return { indptr, indices, positions };
}

function sameStructure(a: SparseStructure, b: SparseStructure): boolean {
  return sameNumbers(a.indptr, b.indptr) && sameNumbers(a.indices, b.indices);
}

function sameNumbers(a: IndexArray, b: IndexArray): boolean {
  if (a.length !== b.length) return false;
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function merge(a: SparseStructure, b: SparseStructure): SparseStructure {
  if (sameStructure(a, b)) return a;
  const { shape } = a;
  const indptr = allocateIndptr(shape);
  const merged = allocateIndices(shape, a.indices.length + b.indices.length);
  let at = 0;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    let i = a.indptr[fibre]!;
    let j = b.indptr[fibre]!;
    const iEnd = a.indptr[fibre + 1]!;
    const jEnd = b.indptr[fibre + 1]!;
    while (i < iEnd && j < jEnd) {
      const x = a.indices[i]!;
      const y = b.indices[j]!;
      merged[at++] = Math.min(x, y);
      if (x <= y) i++;
      if (y <= x) j++;
    }
    while (i < iEnd) merged[at++] = a.indices[i++]!;
    while (j < jEnd) merged[at++] = b.indices[j++]!;
    indptr[fibre + 1] = at;
  }
  // When one contains the other, keep that one: an array that has the union's structure is then seen at once.
  if (at === a.indices.length) return a;
  if (at === b.indices.length) return b;
  return { shape, indptr, indices: merged.slice(0, at) };
}

function locate(union: SparseStructure, part: SparseStructure): Float64Array {
  const positions = new Float64Array(union.indices.length);
  for (let fibre = 0; fibre + 1 < union.indptr.length; fibre++) {
    let at = part.indptr[fibre]!;
    const end = part.indptr[fibre + 1]!;
    for (let entry = union.indptr[fibre]!; entry < union.indptr[fibre + 1]!; entry++) {
      positions[entry] = at < end && part.indices[at] === union.indices[entry] ? at++ : -1;
    }
  }
  return positions;
}
