import { type ArrayHandle, allocate, Subarray } from "libtiledb";
import type { ReadAttribute } from "./attribute.js";
import { type Axis, isWide } from "./axes.js";
import type { AxisPlan, Box } from "./axis-plan.js";
import type { Missing } from "./open-options.js";

/** What is read from: an open array, with what there is to know about it. */
export interface Source {
  readonly array: ArrayHandle;
  readonly axes: readonly Axis[];
  readonly attribute: ReadAttribute;
  readonly missing: Missing;
}

/** What is read of it: the attribute, and of a sparse array the coordinates of its cells. */
export function namesOf({ array, axes, attribute }: Source): string[] {
  return [attribute.name, ...(array.schema.arrayType === "sparse" ? axes.map(({ name }) => name) : [])];
}

/** What goes along with a read. */
export interface ReadLimits {
  readonly signal?: AbortSignal | undefined;
  /** Memory for the buffer of an attribute or dimension, in bytes. */
  readonly bufferBytes?: number | undefined;
  /** Memory for tiles that TileDB has unpacked, in bytes; left out, as much as its settings allow. */
  readonly memoryBytes?: number | undefined;
}

export const BUFFER_BYTES = 64 * 2 ** 20;

/** Ranges along an axis in one query: each is handed to TileDB on the calling thread. */
export const MOST_SEGMENTS = 1024;

/** The cells of a box as TileDB has them. The caller closes it. */
export function subarrayOf({ array, axes }: Source, box: Box): Subarray {
  const subarray = new Subarray(array);
  try {
    box.forEach((plan, axis) => {
      addRanges(subarray, axis, axes[axis]!, plan);
    });
    return subarray;
  } catch (error) {
    subarray.close();
    throw error;
  }
}

function addRanges(subarray: Subarray, axis: number, { origin, datatype }: Axis, plan: AxisPlan): void {
  const coordinate = (index: number): bigint => origin + BigInt(index);
  if (plan.segments > 1 && plan.cells === plan.segments) {
    const points = allocate(datatype, plan.segments);
    const wide = isWide(datatype);
    for (let i = 0; i < points.length; i++) {
      const point = coordinate(plan.first(i));
      points[i] = (wide ? point : Number(point)) as never;
    }
    subarray.addPoints(axis, points);
    return;
  }
  for (let i = 0; i < plan.segments; i++) {
    subarray.addRange(axis, coordinate(plan.first(i)), coordinate(plan.last(i)));
  }
}
