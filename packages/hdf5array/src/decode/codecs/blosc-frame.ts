import { textToZero } from "../../format/text.js";
import type { BlockGrid } from "./block-grid.js";
import { CodecFault } from "./codec-fault.js";
import { StreamBytes } from "./stream-bytes.js";

/** Where a frame has what. */
const MAGIC_AT = 2;
const HEADER_LENGTH_AT = 11;
const BYTES_AT = 30;
const STORED_AT = 39;
const TYPE_SIZE_AT = 48;
const CHUNK_BYTES_AT = 58;
const LAYERS_AT = 94;
const LEAST_BYTES = 87;

/** Marks of msgpack. */
const TEXT = 0xa0;
const LIST = 0x90;
const INT32 = 0xd2;
const INT64 = 0xd3;
const BINARY = 0xc6;

const MOST_AXES = 16;

/** A frame of Blosc 2 with one chunk. */
export interface BloscFrame {
  /** Bytes that it becomes, without regard to a grid. */
  readonly bytes: number;
  /** How the chunk is cut into blocks, where it has several axes. */
  readonly grid: BlockGrid | undefined;
  readonly index: Uint8Array;
  /** Where the chunk begins, and what follows it. */
  chunkAt(offset: number): Uint8Array;
}

/**
 * Reads the header of a frame.
 *
 * @throws `CodecFault`
 * @see c-blosc2, README_CFRAME_FORMAT.rst
 */
export function readBloscFrame(stored: Uint8Array): BloscFrame {
  const frame = new StreamBytes(stored);
  if (textToZero(frame.part(MAGIC_AT, 8)) !== "b2frame")
    throw new CodecFault("it does not begin like a frame of Blosc 2");
  const headerLength = frame.uint32(HEADER_LENGTH_AT, false);
  if (headerLength < LEAST_BYTES) throw new CodecFault(`its header is said to have ${headerLength} bytes`);
  const bytes = frame.uint64(BYTES_AT);
  const chunkBytes = frame.uint32(CHUNK_BYTES_AT, false);
  if (bytes !== chunkBytes) throw new CodecFault(`its one chunk is said to have ${chunkBytes} of ${bytes} bytes`);
  const chunks = frame.part(headerLength, frame.uint64(STORED_AT));
  const header = new StreamBytes(frame.part(0, headerLength));
  return {
    bytes,
    grid: readGrid(header, header.uint32(TYPE_SIZE_AT, false)),
    index: stored.subarray(headerLength + chunks.length),
    chunkAt(offset) {
      return new StreamBytes(chunks).part(offset, chunks.length - offset);
    },
  };
}

/** What the layer "b2nd" says of blocks along several axes. @see c-blosc2, README_B2ND_METALAYER.rst */
function readGrid(header: StreamBytes, itemSize: number): BlockGrid | undefined {
  let at = LAYERS_AT;
  if (header.length <= at) return undefined;
  const layers = header.byte(at - 2) * 256 + header.byte(at - 1);
  for (let i = 0; i < layers; i++) {
    const length = header.byte(at) - TEXT;
    const name = textToZero(header.part(at + 1, length));
    const mark = at + 1 + length;
    expectMark(header, mark, INT32);
    if (name === "b2nd" || name === "caterva") return gridAt(header, header.uint32(mark + 1, false), itemSize);
    at = mark + 5;
  }
  return undefined;
}

function gridAt(header: StreamBytes, at: number, itemSize: number): BlockGrid {
  expectMark(header, at, BINARY);
  const content = new StreamBytes(header.part(at + 5, header.uint32(at + 1, false)));
  const axes = content.byte(2);
  if (axes === 0 || axes > MOST_AXES) throw new CodecFault(`it is said to have ${axes} axes`);
  let next = 3;
  const list = (mark: number, size: number) => {
    expectMark(content, next, LIST + axes);
    next += 1;
    return Array.from({ length: axes }, () => {
      expectMark(content, next, mark);
      const extent = size === 8 ? content.uint64(next + 1) : content.uint32(next + 1, false);
      next += 1 + size;
      return extent;
    });
  };
  const shape = list(INT64, 8);
  const chunkShape = list(INT32, 4);
  const blockShape = list(INT32, 4);
  if (shape.some((extent, axis) => extent !== chunkShape[axis]))
    throw new CodecFault(`it has the shape [${shape.join(", ")}], but a chunk of [${chunkShape.join(", ")}]`);
  if (blockShape.some((extent, axis) => extent === 0 || extent > shape[axis]!))
    throw new CodecFault(`its blocks have the shape [${blockShape.join(", ")}], in [${shape.join(", ")}]`);
  return { shape, blockShape, itemSize };
}

function expectMark(header: StreamBytes, at: number, mark: number): void {
  const found = header.byte(at);
  if (found !== mark)
    throw new CodecFault(`its header has the mark 0x${found.toString(16)}, expected 0x${mark.toString(16)}`);
}
