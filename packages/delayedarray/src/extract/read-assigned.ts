import { allocate, type TypedArray } from "../base/dtype.js";
import { cStrides, type Shape } from "../base/shape.js";
import type { AssignNode, Tree } from "../ops/node.js";
import type { ExtractOptions } from "../seed/seed.js";
import { type AxisSelection, fullSelection, selectionAt, selectionIndices } from "../subset/axis-selection.js";
import { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { type Hits, hitsOf, positionIn } from "./hits.js";

/** What to ask of the value: an axis of extent 1 is asked once and repeated. */
function valueSelections(node: AssignNode, hits: readonly Hits[]): AxisSelection[] {
  return hits.map(({ sources }, axis) =>
    node.value.shape[axis] === 1 && node.selections[axis]!.length !== 1 ? fullSelection(1) : sources,
  );
}

type Extract<B> = (tree: Tree, selections: readonly AxisSelection[], options: ExtractOptions) => Promise<B>;

/** Reads a block of an array with a part replaced: what is replaced is not read from the array if nothing else is asked. */
export async function readAssignedDense(
  node: AssignNode,
  request: readonly AxisSelection[],
  options: ExtractOptions,
  extract: Extract<NdArray>,
): Promise<NdArray> {
  await undefined; // a fresh stack, however deep replacements are nested
  const hits = request.map((selection, axis) => hitsOf(selection, node.selections[axis]!));
  if (hits.some(({ positions }) => positions.length === 0)) return extract(node.seed, request, options);
  const isWhole = hits.every(({ positions }, axis) => positions.length === request[axis]!.length);
  const [block, value] = await Promise.all([
    isWhole ? emptyBlock(node, request) : extract(node.seed, request, options),
    extract(node.value, valueSelections(node, hits), options),
  ]);
  const { data } = block;
  const mask = node.isMasked ? (block.mask ?? new Uint8Array(data.length)) : undefined;
  scatter(value.data as TypedArray, value.shape, data as TypedArray, block.shape, hits);
  if (mask !== undefined) {
    scatter(value.mask ?? new Uint8Array(value.size), value.shape, mask, block.shape, hits);
  }
  return new NdArray({ data, shape: block.shape, dtype: node.dtype, mask });
}

function emptyBlock(node: AssignNode, request: readonly AxisSelection[]): Pick<NdArray, "data" | "shape" | "mask"> {
  const shape = request.map((selection) => selection.length);
  const data = allocate(
    node.dtype,
    shape.reduce((size, extent) => size * extent, 1),
  );
  return { data, shape };
}

/** Copies a C-contiguous value to the outer product of the hit positions of a C-contiguous block. */
function scatter(from: TypedArray, fromShape: Shape, to: TypedArray, toShape: Shape, hits: readonly Hits[]): void {
  const steps = cStrides(fromShape).map((stride, axis) => (fromShape[axis] === 1 ? 0 : stride));
  const strides = cStrides(toShape);
  const places = hits.map(({ positions }) => selectionIndices(positions));
  const last = hits.length - 1;
  const recurse = (axis: number, source: number, target: number): void => {
    if (axis > last) {
      to[target] = from[source]!;
      return;
    }
    const positions = places[axis]!;
    const [step, stride] = [steps[axis]!, strides[axis]!];
    if (axis < last) {
      for (let i = 0; i < positions.length; i++) recurse(axis + 1, source + i * step, target + positions[i]! * stride);
    } else {
      for (let i = 0; i < positions.length; i++) to[target + positions[i]!] = from[source + i * step]!;
    }
  };
  recurse(0, 0, 0);
}

/** The same, sparse: the stored entries outside of the replaced part, and those of the value in it. */
export async function readAssignedSparse(
  node: AssignNode,
  request: readonly AxisSelection[],
  options: ExtractOptions,
  extract: Extract<SparseNdarray>,
): Promise<SparseNdarray> {
  await undefined; // a fresh stack, however deep replacements are nested
  const hits = request.map((selection, axis) => hitsOf(selection, node.selections[axis]!));
  const block = await extract(node.seed, request, options);
  if (hits.some(({ positions }) => positions.length === 0)) return block;
  const value = await extract(node.value, valueSelections(node, hits), options);
  const [old, fresh] = [block.toCoo(), value.toCoo()];
  const isHit = hits.map(({ positions }): ((position: number) => boolean) => {
    if (positions.kind === "range") return (position) => positionIn(positions, position) >= 0;
    const known = new Set(positions.indices);
    return (position) => known.has(position);
  });
  const kept: number[] = [];
  for (let i = 0; i < block.nnz; i++) if (!isHit.every((has, axis) => has(old.coords[axis]![i]!))) kept.push(i);
  const count = kept.length + value.nnz;
  const data = allocate(node.dtype, count);
  const mask = node.isMasked ? new Uint8Array(count) : undefined;
  const coords = request.map(() => new Float64Array(count));
  kept.forEach((i, at) => {
    data[at] = old.data[i]!;
    if (mask) mask[at] = block.mask?.[i] ?? 0;
    coords.forEach((along, axis) => {
      along[at] = old.coords[axis]![i]!;
    });
  });
  for (let i = 0; i < value.nnz; i++) {
    const at = kept.length + i;
    data[at] = fresh.data[i]!;
    if (mask) mask[at] = value.mask?.[i] ?? 0;
    coords.forEach((along, axis) => {
      along[at] = selectionAt(hits[axis]!.positions, fresh.coords[axis]![i]!);
    });
  }
  return SparseNdarray.fromCoo(
    { coords, data: data as TypedArray, shape: block.shape, ...(mask && { mask }) },
    { dtype: node.dtype },
  );
}
