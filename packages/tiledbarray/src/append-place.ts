import { DelayedArrayError } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import type { ArrayHandle, Range } from "libtiledb";
import { invalid, type WriteTileDbArrayOptions } from "./write-options.js";

/** Where in an array something is added. */
export interface AppendPlace {
  readonly axis: number;
  /** The coordinates of the first element. */
  readonly starts: readonly bigint[];
  /** The current domain that is needed, if the array has one and it is too small. */
  readonly currentDomain: readonly Range[] | undefined;
}

type Interval = readonly [first: bigint, last: bigint];

/**
 * Finds the place for an array of some shape after what there is.
 *
 * @throws `SHAPE_MISMATCH` when other axes differ, `LIMIT_EXCEEDED` when the domain has no room, `INVALID_ARGUMENT` when it
 * cannot be known where the array ends
 */
export async function placeToAppend(
  array: ArrayHandle,
  shape: readonly number[],
  { axis = 0, at }: WriteTileDbArrayOptions,
  where: string,
): Promise<AppendPlace> {
  const { domain, currentDomain, arrayType } = array.schema;
  const domains = domain.dimensions.map((dimension) => interval(dimension.domain!));
  const used = currentDomain?.map(interval) ?? domains;
  if (shape.length !== used.length || axis >= used.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${where}: an array of shape ${shapeText(shape)} cannot be added along axis ${axis} to one of ${used.length} axes`,
    );
  }
  const extents = used.map(([first, last]) => last - first + 1n);
  const other = shape.findIndex((extent, i) => i !== axis && BigInt(extent) !== extents[i]);
  if (other >= 0) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${where}: an array of shape ${shapeText(shape)} cannot be added along axis ${axis} to <${extents.join(" x ")}>: ` +
        `axis ${other} has extent ${shape[other]}, expected ${extents[other]}`,
    );
  }
  const [origin] = used[axis]!;
  const start = at === undefined ? await endOf(array, axis, used, where) : origin + BigInt(at);
  const end = start + BigInt(shape[axis]!) - 1n;
  const [, last] = domains[axis]!;
  if (end > last) {
    const room = last - start + 1n;
    const free = room > 0n ? room : 0n;
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${where}: ${shape[axis]} more along axis ${axis} do not fit: the domain has room for ${free} from index ` +
        `${start - origin} on. Reserve room with maxShape when the array is made`,
    );
  }
  if (arrayType === "dense" && shape.includes(0)) throw invalid("there is nothing to add");
  const isLarger = currentDomain !== undefined && end > used[axis]![1];
  return {
    axis,
    starts: used.map(([first], i) => (i === axis ? start : first)),
    currentDomain: isLarger ? used.map(([first, end_], i) => (i === axis ? [first, end] : [first, end_])) : undefined,
  };
}

/** The coordinate after the last that is in use along an axis. */
async function endOf(array: ArrayHandle, axis: number, used: readonly Interval[], where: string): Promise<bigint> {
  const { arrayType, currentDomain } = array.schema;
  if (currentDomain !== undefined) return used[axis]![1] + 1n;
  const written = await array.nonEmptyDomain();
  if (written === undefined) return used[axis]![0];
  if (arrayType === "sparse") {
    throw invalid(
      `${where}: a sparse array without a current domain does not say where it ends: give the index at which to go on as at`,
    );
  }
  return interval(written[axis]!)[1] + 1n;
}

function interval([first, last]: Range): Interval {
  return [BigInt(first), BigInt(last)];
}
