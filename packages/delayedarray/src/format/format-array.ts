import type { DType, TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sameShape } from "../base/shape.js";
import { edgeIndices, edgeShape } from "./edges.js";
import { headerText } from "./header.js";
import { layOut } from "./layout.js";
import { elementWords } from "./words.js";

/** What is printed: strided values in memory. An `NdArray` is one. */
export interface FormatSource {
  readonly data: TypedArray | string[];
  readonly shape: Shape;
  /** In elements. */
  readonly stride: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  /** 1 = missing; laid out like `data`. */
  readonly mask?: Uint8Array | undefined;
}

export interface FormatArrayOptions {
  /** Whether the header says `sparse`. */
  readonly sparse?: boolean | undefined;
  /** The shape of the array whose edges the source holds: of an axis longer than 6, the first 3 and the last 3 entries. */
  readonly fullShape?: Shape | undefined;
}

/**
 * The text of an array: a header line, and below it the edges of the array as NumPy's
 * `array2string(x, separator=", ", threshold=0)` shows them. Only the elements at the edges are touched.
 *
 * @param className - as the header names the array
 * @throws `SHAPE_MISMATCH` when the source does not have the shape of the edges of `fullShape`
 */
export function formatArray(source: FormatSource, className: string, options: FormatArrayOptions = {}): string {
  const { sparse = false, fullShape } = options;
  const shape = fullShape ?? source.shape;
  if (fullShape !== undefined && !sameShape(source.shape, edgeShape(fullShape))) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `the edges of an array of shape [${fullShape.join(", ")}]: expected shape [${edgeShape(fullShape).join(", ")}], got [${source.shape.join(", ")}]`,
    );
  }
  return `${headerText(shape, className, source.dtype, sparse)}\n${body(source, shape)}`;
}

function body(source: FormatSource, shape: Shape): string {
  if (shape.includes(0)) return "[]";
  const positions = edgePositions(source);
  const values = positions.map((position) => source.data[position]!);
  const { mask } = source;
  const isMissing = mask && positions.map((position) => mask[position] !== 0);
  const words = elementWords(values, isMissing, source.dtype, shape.length === 0);
  if (shape.length === 0) return words[0]!;
  return layOut(
    words,
    edgeShape(shape),
    shape.map((extent) => edgeIndices(extent) !== null),
  );
}

/** Where the elements at the edges are in `data`, in C order. */
function edgePositions({ shape, stride, offset }: FormatSource): number[] {
  let positions = [offset];
  shape.forEach((extent, axis) => {
    const indices = edgeIndices(extent) ?? Array.from({ length: extent }, (_, index) => index);
    const steps = Array.from(indices, (index) => index * stride[axis]!);
    positions = positions.flatMap((position) => steps.map((step) => position + step));
  });
  return positions;
}
