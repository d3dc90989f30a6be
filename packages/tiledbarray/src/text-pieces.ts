import { type Block, type DelayedArray, extractDenseArray, NdArray, slice } from "delayedarray";
import { cStrides, sizeOf } from "delayedarray/internal";
import { textBytes } from "./encode-texts.js";
import type { RegionAxis } from "./region.js";

type Box = readonly (readonly [from: number, to: number])[];

/**
 * Parts of a block of texts, each of whole tiles, whose texts take `limit` bytes at most unless they are one tile. How many
 * bytes they take is known only now that they have been read.
 */
export function* textPieces(
  { position, block }: Block<NdArray<"string">>,
  region: readonly RegionAxis[],
  limit: number,
): Generator<Block<NdArray<"string">>, void, void> {
  const strides = cStrides(block.shape);
  const texts = block.data as readonly string[];
  if (bytesOf(texts) <= limit) {
    yield { position, block };
    return;
  }
  const start = position.map(([from]) => from);
  const boxes: Box[] = [position.map(([from, to]) => [from, to] as const)];
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    let bytes = 0;
    for (const cell of cellsOf(box, start, strides)) bytes += textBytes(texts[cell]);
    const halves = bytes > limit ? split(box, region) : undefined;
    if (halves !== undefined) boxes.push(halves[1], halves[0]);
    else yield { position: box.map(([from, to]) => [from, to]), block: partOf(block, box, start, strides) };
  }
}

function bytesOf(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += textBytes(text);
  return bytes;
}

/** Where the cells of a box are in the block, in C order. */
function* cellsOf(box: Box, start: readonly number[], strides: readonly number[]): Generator<number, void, void> {
  const index = box.map(([from]) => from);
  let cell = index.reduce((sum, at, axis) => sum + (at - start[axis]!) * strides[axis]!, 0);
  for (;;) {
    yield cell;
    let axis = box.length - 1;
    for (; axis >= 0; axis--) {
      const [from, to] = box[axis]!;
      index[axis]!++;
      cell += strides[axis]!;
      if (index[axis]! < to) break;
      cell -= (to - from) * strides[axis]!;
      index[axis] = from;
    }
    if (axis < 0) return;
  }
}

/** The box in two, cut between tiles; `undefined` for one tile. */
function split(box: Box, region: readonly RegionAxis[]): [Box, Box] | undefined {
  for (let axis = 0; axis < box.length; axis++) {
    const [from, to] = box[axis]!;
    const { tile, phase } = region[axis]!;
    const middle = Math.floor((phase + (from + to) / 2) / tile) * tile - phase;
    const cut = middle > from ? middle : middle + tile;
    if (cut <= from || cut >= to) continue;
    const half = (interval: readonly [number, number]): Box => box.map((one, i) => (i === axis ? interval : one));
    return [half([from, cut]), half([cut, to])];
  }
  return undefined;
}

function partOf(
  block: NdArray<"string">,
  box: Box,
  start: readonly number[],
  strides: readonly number[],
): NdArray<"string"> {
  const shape = box.map(([from, to]) => to - from);
  const length = sizeOf(shape);
  if (length === block.data.length) return block;
  const data = new Array<string>(length);
  const mask = block.mask === undefined ? undefined : new Uint8Array(length);
  let i = 0;
  for (const cell of cellsOf(box, start, strides)) {
    data[i] = block.data[cell]!;
    if (mask !== undefined) mask[i] = block.mask![cell]!;
    i++;
  }
  return new NdArray({ data, shape, dtype: "string", mask });
}

/** Cells of which it is learnt how long texts are. */
const SAMPLE = 256;

/**
 * The bytes that texts take on average, by those of the first tile: some of them, as this comes before anything is known of
 * how much memory they take.
 */
export async function meanTextBytes(
  x: DelayedArray,
  region: readonly RegionAxis[],
  signal: AbortSignal | undefined,
): Promise<number> {
  let room = SAMPLE;
  const subset = region.map(({ extent, tile }) => {
    const length = Math.min(extent, tile, room);
    room = Math.max(1, Math.floor(room / length));
    return slice(0, length);
  });
  const { data } = (await extractDenseArray(x, subset, { signal })) as NdArray<"string">;
  return bytesOf(data) / Math.max(1, data.length);
}
