import { type DType, NdArray, type SeedSubset, type SeedSubsetEntry, type TypedArrayOf } from "delayedarray";
import {
  type AxisSelection,
  allocate,
  cStrides,
  isIndexRange,
  mapLimited,
  seedEntryLength,
  settleShape,
} from "delayedarray/internal";
import { type AxisGroup, axisGroups, seenChunks } from "./reshape-groups.js";
import { type GroupPart, groupParts } from "./reshape-parts.js";

/** A dataset seen under another shape. All extents are in the order of the file. */
export interface ReshapedView {
  readonly shape: readonly number[];
  readonly groups: readonly AxisGroup[];
  /** Per group, indices on its first stored axis that are read together. */
  readonly bands: readonly number[];
  /** Extents of what is read as a whole. */
  readonly chunks: readonly number[];
}

/**
 * Plans the view of a dataset under another shape of the same size.
 *
 * @param chunks - `null` for a dataset in one piece
 * @param reshape - one extent may be -1
 * @throws `SHAPE_MISMATCH` when the sizes differ, `INVALID_ARGUMENT` for what is no shape
 */
export function reshapedView(
  stored: readonly number[],
  chunks: readonly number[] | null,
  reshape: readonly number[],
): ReshapedView {
  const shape = settleShape(reshape, stored);
  if (shape.includes(0)) return { shape, groups: [], bands: [], chunks: shape };
  const groups = axisGroups(stored, shape);
  const units = chunks ?? stored.map((extent, axis) => (axis === stored.length - 1 ? extent : 1));
  let axis = 0;
  const bands = groups.map((group) => {
    const band = units[axis] ?? 1;
    axis += group.stored.length;
    return Math.max(1, band);
  });
  return { shape, groups, bands, chunks: seenChunks(groups, units) };
}

/** Boxes that are read at the same time. */
const AT_ONCE = 4;

/**
 * Reads what is selected of a dataset that is seen under another shape: boxes of the dataset that hold it, and of these
 * what is wanted.
 *
 * @param selections - per axis of the view, increasing
 * @param read - reads the outer product of what is asked for of the dataset's axes, C-contiguous
 * @returns a new array of the shape that is selected
 */
export async function readReshaped<D extends DType>(
  { groups, bands }: ReshapedView,
  selections: readonly AxisSelection[],
  dtype: D,
  read: (request: SeedSubset) => Promise<NdArray<D>>,
): Promise<NdArray<D>> {
  const shape = selections.map(({ length }) => length);
  if (shape.includes(0)) return new NdArray<D>({ data: allocate(dtype, 0), shape, dtype });
  let axis = 0;
  const parts = groups.map((group, k) => {
    const own = selections.slice(axis, axis + group.seen.length);
    axis += group.seen.length;
    return groupParts(group, own, bands[k]!);
  });
  const lengths = parts.map((own) => own.reduce((sum, { to }) => sum + seedEntryLength(to), 0));
  const size = lengths.reduce((product, length) => product * length, 1);
  const whole = new NdArray<D>({ data: allocate(dtype, size), shape, dtype });
  const target = asBits(whole);
  await mapLimited(combinations(parts), AT_ONCE, async (combination) => {
    const box = asBits(await read(combination.flatMap(({ entries }) => entries)));
    const wanted = box.reshape(combination.map((part) => part.size)).extractDense(combination.map(({ from }) => from));
    scatter(wanted, target.data, lengths, combination);
  });
  return whole;
}

/**
 * The same elements, floats of 32 bits as integers: on their way through a number of JavaScript the bits of those that are
 * no numbers could change.
 */
function asBits<D extends DType>(array: NdArray<D>): NdArray<D> {
  const { data, shape, stride, offset } = array;
  if (!(data instanceof Float32Array)) return array;
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return new NdArray({ data: bits, shape, stride, offset, dtype: "uint32" }) as NdArray<DType> as NdArray<D>;
}

/** One part of each group, in all combinations. */
function combinations(parts: readonly (readonly GroupPart[])[]): GroupPart[][] {
  return parts.reduce<GroupPart[][]>(
    (all, own) => all.flatMap((combination) => own.map((part) => [...combination, part])),
    [[]],
  );
}

/** Copies elements to their places in the result, whose axes are the groups. */
function scatter<D extends DType>(
  { data: from }: NdArray<D>,
  to: TypedArrayOf<D>,
  lengths: readonly number[],
  parts: readonly GroupPart[],
): void {
  const strides = cStrides(lengths);
  let next = 0;
  const visit = (axis: number, at: number): void => {
    const part = parts[axis];
    if (part === undefined) {
      to[at] = from[next++]!;
      return;
    }
    const count = seedEntryLength(part.to);
    for (let i = 0; i < count; i++) visit(axis + 1, at + indexAt(part.to, i) * strides[axis]!);
  };
  visit(0, 0);
}

function indexAt(entry: SeedSubsetEntry, i: number): number {
  return isIndexRange(entry) ? entry.start + i * entry.step : entry[i]!;
}
