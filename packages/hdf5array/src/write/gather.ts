import type { TypedArray } from "delayedarray";
import type { Values } from "./hdf5-output.js";
import type { Part } from "./parts.js";

/**
 * Joins parts that follow each other along an axis into parts of whole chunks, so that each chunk is compressed once.
 *
 * @param unit - a chunk's extent along the axis
 */
export async function* gather(parts: AsyncIterable<Part>, axis: number, unit: number): AsyncGenerator<Part> {
  let waiting: Part[] = [];
  let rows = 0;
  for await (const part of parts) {
    waiting.push(part);
    rows += part.shape[axis]!;
    if (rows < unit) continue;
    const all = join(waiting, axis, rows);
    const whole = rows - (rows % unit);
    yield cut(all, axis, 0, whole);
    rows -= whole;
    waiting = rows === 0 ? [] : [cut(all, axis, whole, whole + rows)];
  }
  if (waiting.length > 0) yield join(waiting, axis, rows);
}

function join(parts: readonly Part[], axis: number, rows: number): Part {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const shape = withExtent(first.shape, axis, rows);
  const values = empty(first.values, shape);
  const inner = product(shape.slice(axis + 1));
  const outer = product(shape.slice(0, axis));
  let at = 0;
  for (const part of parts) {
    const run = part.shape[axis]! * inner;
    for (let i = 0; i < outer; i++) copy(part.values, i * run, run, values, (i * rows + at) * inner);
    at += part.shape[axis]!;
  }
  return { ...first, shape, values };
}

function cut(part: Part, axis: number, start: number, stop: number): Part {
  const extent = part.shape[axis]!;
  if (start === 0 && stop === extent) return part;
  const shape = withExtent(part.shape, axis, stop - start);
  const values = empty(part.values, shape);
  const inner = product(shape.slice(axis + 1));
  const run = (stop - start) * inner;
  const outer = product(shape.slice(0, axis));
  for (let i = 0; i < outer; i++) copy(part.values, (i * extent + start) * inner, run, values, i * run);
  return { ...part, shape, values };
}

function copy(from: Values, start: number, length: number, to: Values, at: number): void {
  if (ArrayBuffer.isView(from)) (to as TypedArray).set(from.subarray(start, start + length) as never, at);
  else for (let i = 0; i < length; i++) (to as string[])[at + i] = (from as readonly string[])[start + i]!;
}

function empty(like: Values, shape: readonly number[]): Values {
  const length = product(shape);
  if (!ArrayBuffer.isView(like)) return new Array<string>(length).fill("");
  return new (like.constructor as new (length: number) => TypedArray)(length);
}

function withExtent(shape: readonly number[], axis: number, extent: number): number[] {
  return shape.map((other, k) => (k === axis ? extent : other));
}

function product(extents: readonly number[]): number {
  return extents.reduce((all, extent) => all * extent, 1);
}
