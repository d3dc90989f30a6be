// Pieces of a dataset put together.
import type { Hdf5Dataset } from "../../src/file/hdf5-file.js";
import type { Span } from "../../src/read/piece.js";

const size = (spans: readonly Span[]) => spans.reduce((sum, { start, stop }) => sum + stop - start, 0);

/**
 * The elements of the outer product of spans, in C order.
 *
 * @throws an error when a piece lacks bytes, or an element did not come exactly once
 */
export async function assemble(
  dataset: Hdf5Dataset,
  spans: readonly (readonly Span[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { shape, type } = dataset.info;
  const width = type.size;
  const extents = spans.map(size);
  const count = extents.reduce((product, extent) => product * extent, 1);
  const bytes = new Uint8Array(count * width);
  const seen = new Uint8Array(count);
  // The place of each index in the result; -1 where it was not asked for.
  const places = spans.map((list, axis) => {
    const place = new Int32Array(shape![axis]!).fill(-1);
    let next = 0;
    for (const { start, stop } of list) for (let index = start; index < stop; index++) place[index] = next++;
    return place;
  });
  await dataset.read(
    spans,
    (piece) => {
      const total = piece.count.reduce((product, extent) => product * extent, 1);
      if (piece.bytes.length < total * width)
        throw new Error(`a piece of [${piece.count}] elements has ${piece.bytes.length} bytes`);
      const at = new Array<number>(piece.count.length).fill(0);
      for (let element = 0; element < total; element++) {
        let to = 0;
        for (let axis = 0; axis < at.length && to >= 0; axis++) {
          const place = places[axis]![piece.start[axis]! + at[axis]!] ?? -1;
          to = place < 0 ? -1 : to * extents[axis]! + place;
        }
        if (to >= 0) {
          seen[to]!++;
          for (let i = 0; i < width; i++) bytes[to * width + i] = piece.bytes[element * width + i]!;
        }
        for (let axis = at.length - 1; axis >= 0 && ++at[axis]! === piece.count[axis]!; axis--) at[axis] = 0;
      }
    },
    {},
  );
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) throw new Error(`element ${wrong} of [${extents}] came ${seen[wrong]} times`);
  return bytes;
}

/** The spans of a whole dataset. */
export function everySpan(shape: readonly number[]): Span[][] {
  return shape.map((extent) => (extent === 0 ? [] : [{ start: 0, stop: extent }]));
}

/** Up to three spans on each axis. */
export function randomSpans(shape: readonly number[], next: () => number): Span[][] {
  return shape.map((extent) => {
    const cuts = Array.from({ length: 2 * Math.ceil(next() * 3) }, () => Math.floor(next() * (extent + 1)));
    const ends = [...new Set(cuts)].sort((a, b) => a - b);
    const spans: Span[] = [];
    for (let i = 0; i + 1 < ends.length; i += 2) spans.push({ start: ends[i]!, stop: ends[i + 1]! });
    return spans;
  });
}

/** The elements of spans out of those of a whole, in C order. */
export function pickSpans(
  whole: Uint8Array,
  width: number,
  shape: readonly number[],
  spans: readonly (readonly Span[])[],
): Uint8Array {
  let offsets = [0];
  spans.forEach((list, axis) => {
    const indices = list.flatMap(({ start, stop }) => Array.from({ length: stop - start }, (_, i) => start + i));
    offsets = offsets.flatMap((offset) => indices.map((index) => offset * shape[axis]! + index));
  });
  const bytes = new Uint8Array(offsets.length * width);
  offsets.forEach((offset, i) => {
    bytes.set(whole.subarray(offset * width, (offset + 1) * width), i * width);
  });
  return bytes;
}
