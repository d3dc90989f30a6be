import { type Block, isSparseNdarray, type NdArray, type SparseNdarray } from "delayedarray";
import { sizeOf } from "delayedarray/internal";

/** Elements of a dense block, or entries of a sparse one, that are worked on before others get their turn. */
const MOST = 2 ** 16;

/** A block in parts of about that many elements or entries, cut across its longest axis. */
export function* bandsOf({
  position,
  block,
}: Block<NdArray | SparseNdarray>): Generator<Block<NdArray | SparseNdarray>> {
  const { shape } = block;
  const isSparse = isSparseNdarray(block);
  // Entries of a sparse block are in order of its last axis: parts of others would be looked for among all of them.
  const axis = isSparse ? shape.length - 1 : shape.indexOf(Math.max(...shape));
  const extent = shape[axis] ?? 0;
  const step = Math.max(1, Math.floor((extent * MOST) / (isSparse ? block.nnz : sizeOf(shape))));
  if (step >= extent) {
    yield { position, block };
    return;
  }
  for (let start = 0; start < extent; start += step) {
    const stop = Math.min(extent, start + step);
    const subset = shape.map((length, other) =>
      other === axis ? { start, stop, step: 1 } : { start: 0, stop: length, step: 1 },
    );
    yield {
      position: position.map(([from, to], other) => (other === axis ? [from + start, from + stop] : [from, to])),
      block: isSparse ? block.extractSparse(subset) : block.extractDense(subset),
    };
  }
}
