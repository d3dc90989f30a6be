import { checkOptions, READ_OPTIONS } from "../base/check-options.js";
import { itemSize } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import type { ReadOptions } from "../base/options.js";
import { sizeOf } from "../base/shape.js";
import { extractDense } from "../extract/extract.js";
import { edgeIndices } from "../format/edges.js";
import { formatArray } from "../format/format-array.js";
import { headerText } from "../format/header.js";
import { type Extractable, treeOf } from "../ops/node.js";
import { fullSelection, listSelection } from "../subset/axis-selection.js";

/** The first line alone: nothing is read. */
export function header(x: Extractable, className: string): string {
  const { shape, dtype, isSparse } = treeOf(x);
  return headerText(shape, className, dtype, isSparse);
}

/** Header and values as NumPy prints them, reading only the three first and last indices of each longer axis. */
export async function formatDelayed(x: Extractable, className: string, options: ReadOptions = {}): Promise<string> {
  const { signal, onProgress } = checkOptions("format", options, READ_OPTIONS);
  const tree = treeOf(x);
  const selections = tree.shape.map((extent) => {
    const edges = sizeOf(tree.shape) === 0 ? null : edgeIndices(extent);
    return edges === null ? fullSelection(extent) : listSelection(edges);
  });
  const progress = endingProgress(onProgress);
  const block = await extractDense(tree, selections, { signal });
  progress.end(block.size * itemSize(block.dtype));
  return formatArray(block, className, { sparse: tree.isSparse, fullShape: tree.shape });
}
