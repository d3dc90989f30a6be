/** How values of several axes are cut into blocks, in C order; blocks at the edges stick out. */
export interface BlockGrid {
  readonly shape: readonly number[];
  readonly blockShape: readonly number[];
  readonly itemSize: number;
}

/** Puts blocks, by their number, to where they belong. */
export function blockPlacer(
  { shape, blockShape, itemSize }: BlockGrid,
  out: Uint8Array,
): (number: number, block: Uint8Array) => void {
  const last = shape.length - 1;
  const blocks = shape.map((extent, axis) => Math.ceil(extent / blockShape[axis]!));
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, itemSize));
  const blockStride = blockShape.map((_, axis) =>
    blockShape.slice(axis + 1).reduce((product, extent) => product * extent, itemSize),
  );
  return (number, block) => {
    const start: number[] = new Array(shape.length);
    for (let axis = last, left = number; axis >= 0; axis--) {
      start[axis] = (left % blocks[axis]!) * blockShape[axis]!;
      left = Math.floor(left / blocks[axis]!);
    }
    const place = (axis: number, from: number, to: number) => {
      const count = Math.min(blockShape[axis]!, shape[axis]! - start[axis]!);
      if (axis === last) {
        out.set(block.subarray(from, from + count * itemSize), to);
        return;
      }
      for (let i = 0; i < count; i++) place(axis + 1, from + i * blockStride[axis]!, to + i * stride[axis]!);
    };
    place(
      0,
      0,
      start.reduce((offset, index, axis) => offset + index * stride[axis]!, 0),
    );
  };
}
