import type { DType } from "../base/dtype.js";
import { type Shape, shapeText } from "../base/shape.js";

/**
 * The first line of a printed array, which is also what `console.log` shows:
 * `<40 x 50> sparse DelayedArray object of type 'float64'`.
 */
export function headerText(shape: Shape, className: string, dtype: DType, sparse = false): string {
  return `${shapeText(shape)}${sparse ? " sparse" : ""} ${className} object of type '${dtype}'`;
}
