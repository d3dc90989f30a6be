import { DelayedArrayError } from "delayedarray";
import { nextTurn, shapeText } from "delayedarray/internal";
import type { Hdf5Output, Values } from "./hdf5-output.js";
import type { Part } from "./parts.js";

/** Bytes that are written at once: while they are compressed nothing else happens. */
const AT_ONCE = 2 ** 22;

/** The dataset that parts are written to. */
export interface PartsTarget {
  readonly path: string;
  /** Where the first part that does not say its place begins, on every axis. */
  readonly origin: readonly number[];
  /** Extents that the dataset has. */
  readonly shape: readonly number[];
  /** The axis along which parts follow each other. */
  readonly axis: number;
  /** Whether the dataset grows along that axis with what comes. */
  readonly grows: boolean;
  readonly chunks: readonly number[] | null;
}

/**
 * Writes parts one after another.
 *
 * @returns the extents that the dataset has then
 * @throws `SHAPE_MISMATCH` for a part that does not fit; the signal's reason
 */
export async function writeParts(
  output: Hdf5Output,
  target: PartsTarget,
  parts: AsyncIterable<Part>,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const { path, axis, grows, origin } = target;
  let extents = target.shape;
  let next = origin[axis] ?? 0;
  for await (const { start, shape, values } of parts) {
    const at = start ?? origin.map((from, k) => (k === axis ? next : from));
    const end = at.map((from, k) => from + shape[k]!);
    const fits =
      shape.length === extents.length && end.every((stop, k) => stop <= extents[k]! || (grows && k === axis));
    if (!fits) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `${output.name}: "${path}": a block of shape ${shapeText(shape)} at ${JSON.stringify(at)} does not fit into ${shapeText(extents)}`,
      );
    }
    if (end.some((stop, k) => stop > extents[k]!)) {
      extents = extents.map((extent, k) => Math.max(extent, end[k]!));
      await output.resize(path, extents);
    }
    await writeSlabs(output, target, at, shape, values, signal);
    if (start === null) next = end[axis]!;
  }
  return extents;
}

/** Writes a block in slabs of its first axis, each of whole chunks, so that others have their turn in between. */
async function writeSlabs(
  output: Hdf5Output,
  { path, chunks }: PartsTarget,
  start: readonly number[],
  shape: readonly number[],
  values: Values,
  signal: AbortSignal | undefined,
): Promise<void> {
  const rows = shape[0];
  if (rows === undefined) return output.write(path, start, shape, values);
  const row = shape.slice(1).reduce((product, extent) => product * extent, 1);
  if (rows * row === 0) return;
  const bytes = ArrayBuffer.isView(values) ? values.byteLength / values.length : 64;
  const unit = chunks?.[0] ?? 1;
  const height = unit * Math.max(1, Math.floor(AT_ONCE / (unit * row * bytes)));
  for (let from = 0; from < rows; ) {
    // The first slab ends where a chunk does.
    const to = Math.min(rows, from + height - ((start[0]! + from) % unit));
    const slab = ArrayBuffer.isView(values)
      ? values.subarray(from * row, to * row)
      : values.slice(from * row, to * row);
    await output.write(path, [start[0]! + from, ...start.slice(1)], [to - from, ...shape.slice(1)], slab);
    from = to;
    await nextTurn();
    signal?.throwIfAborted();
  }
}
