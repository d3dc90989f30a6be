import { cStrides, sizeOf } from "../base/shape.js";
import { gather } from "../values/gather.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import type { Loader } from "./loader.js";

/**
 * A loader for strings, placed along the axes of the block.
 *
 * @param stride - per axis of the block; 0 where the strings do not vary
 * @param tile - positions in the largest tile that will be asked for
 */
export function stringLoader(
  block: NdArrayParts,
  stride: readonly number[],
  shape: readonly number[],
  tile: number,
): Loader {
  // Only the axes along which the strings vary are kept.
  const own = shape.map((extent, axis) => (stride[axis] === 0 ? 1 : extent));
  const values = gather({ ...block, shape: own, stride }, []).data as string[];
  const register = new Array<string>(tile).fill(values[0] ?? "");
  if (values.length === 1) return { load: () => register };
  if (values.length === sizeOf(shape)) return { load: (start, n) => values.slice(start, start + n) };
  const steps = cStrides(own).map((step, axis) => (own[axis] === 1 ? 0 : step));
  const positionOf = (element: number): number => {
    let position = 0;
    for (let axis = shape.length - 1, rest = element; axis >= 0; axis--) {
      position += (rest % shape[axis]!) * steps[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return position;
  };
  return {
    load(start, n) {
      for (let i = 0; i < n; i++) register[i] = values[positionOf(start + i)]!;
      return register;
    },
  };
}
