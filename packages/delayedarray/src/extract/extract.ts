import { allocate, type TypedArray } from "../base/dtype.js";
import { mapLimited } from "../base/map-limited.js";
import { sizeOf } from "../base/shape.js";
import { type CombineNode, type Extractable, isOpNode, type Tree, treeOf } from "../ops/node.js";
import type { ExtractOptions, Seed } from "../seed/seed.js";
import { type AxisSelection, fullSelection } from "../subset/axis-selection.js";
import { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { concatenateSparse, reshapeAxes, subsetSparse } from "../values/sparse-operations.js";
import { refuseSparseStrings } from "../values/sparse-parts.js";
import { JoinedBlock } from "./joined-block.js";
import { type Constant, compile, type Leaf, type Program } from "./program.js";
import { readAssignedDense, readAssignedSparse } from "./read-assigned.js";
import { readSeedDense, readSeedSparse } from "./read-leaf.js";
import { arrange, type FilledSource, runDense } from "./run-dense.js";
import { type FilledSparseLeaf, runSparse } from "./run-sparse.js";
import { piecesOrder, splitSelection } from "./split-selection.js";

/** Seeds that are asked at the same time for one block. */
const CONCURRENT_READS = 4;

/** What goes along with a dense extraction. */
export interface DenseOptions extends ExtractOptions {
  /** Where to put the values, in C order, instead of in a new array: of the array's dtype and the selection's size. */
  readonly target?: TypedArray | undefined;
}

/**
 * The selected elements as a C-contiguous array that shares no memory with a seed: a new one, or `target`.
 *
 * @param selections - one per axis, in any order, with repeats, known to be in range
 */
export async function extractDense(
  x: Extractable,
  selections: readonly AxisSelection[],
  { target, ...options }: DenseOptions = {},
): Promise<NdArray> {
  options.signal?.throwIfAborted();
  const tree = treeOf(x);
  const shape = selections.map((selection) => selection.length);
  if (sizeOf(shape) === 0) return emptyDense(tree, shape);
  const program = compile(tree, selections);
  const sources = await mapLimited(
    program.sources,
    CONCURRENT_READS,
    async (source): Promise<FilledSource> => ({
      source,
      block: source.kind === "constant" ? source.array : await readDense(source, options),
    }),
  );
  if (program.steps.length === 0 && sources[0]!.block.dtype === program.dtype) {
    const { tree: leaf } = program.sources[0] as Leaf;
    return arrange(program, sources[0]!, isOpNode(leaf) || leaf.givesFreshArrays === true, target);
  }
  return runDense(program, sources, options, target);
}

function emptyDense(tree: Tree, shape: readonly number[]): NdArray {
  return new NdArray({
    data: allocate(tree.dtype, 0),
    shape,
    dtype: tree.dtype,
    mask: tree.isMasked ? new Uint8Array(0) : undefined,
  });
}

function readDense({ tree, selections }: Leaf, options: ExtractOptions): Promise<NdArray> {
  if (!isOpNode(tree)) return readSeedDense(tree, selections, options);
  return tree.kind === "combine"
    ? readCombined(tree, selections, options)
    : readAssignedDense(tree, selections, options, extractDense);
}

function alongSelections(
  selections: readonly AxisSelection[],
  along: number,
  selection: AxisSelection,
): AxisSelection[] {
  return selections.map((other, axis) => (axis === along ? selection : other));
}

/** The share of a combined block that is read before memory for all of it is taken. */
const EARLY = 1 / 8;

/**
 * Reads what is touched of arrays after one another, and puts each into its place. The first few wait for theirs until
 * more is there: where combines are nested deeply, each waits for the one below it, which the memory of all must not.
 */
async function readCombined(
  { seeds, starts, along, dtype, isMasked }: CombineNode,
  selections: readonly AxisSelection[],
  options: ExtractOptions,
): Promise<NdArray> {
  await undefined; // a fresh stack, however deep combines are nested
  const shape = selections.map((selection) => selection.length);
  const pieces = splitSelection(selections[along]!, starts);
  let joined: JoinedBlock | undefined;
  const waiting: { readonly block: NdArray; readonly positions: AxisSelection }[] = [];
  let ready = 0;
  await mapLimited(pieces, CONCURRENT_READS, async ({ part, selection, positions }) => {
    const block = await extractDense(seeds[part]!, alongSelections(selections, along, selection), options);
    waiting.push({ block, positions });
    ready += positions.length;
    if (ready < shape[along]! * EARLY) return;
    joined ??= new JoinedBlock(shape, along, dtype, isMasked);
    for (const one of waiting.splice(0)) joined.place(one.block, one.positions);
  });
  return joined!.finish();
}

/** Whether reading an array computes nothing, so that going block by block would save no memory. */
export function isPlainRead(x: Extractable): boolean {
  const tree = treeOf(x);
  return compile(tree, tree.shape.map(fullSelection)).steps.length === 0;
}

/** Whether reading a sparse array reads others that are not, so that it takes memory for all of their values. */
export function readsDense(x: Extractable): boolean {
  const tree = treeOf(x);
  return compile(tree, tree.shape.map(fullSelection)).sources.some(
    (source) => source.kind === "leaf" && !source.tree.isSparse,
  );
}

/**
 * The selected elements as a new sparse array that shares no memory with a seed. What is not sparse is read dense and
 * converted.
 */
export async function extractSparse(
  x: Extractable,
  selections: readonly AxisSelection[],
  options: ExtractOptions = {},
): Promise<SparseNdarray> {
  options.signal?.throwIfAborted();
  const tree = treeOf(x);
  refuseSparseStrings(tree.dtype);
  if (!tree.isSparse || sizeOf(selections.map((selection) => selection.length)) === 0) {
    return SparseNdarray.fromDense(await extractDense(tree, selections, options));
  }
  const program = compile(tree, selections);
  const filled: FilledSparseLeaf[] = [];
  const constants: Constant[] = [];
  const sources = await mapLimited(program.sources, CONCURRENT_READS, async (source) => {
    if (source.kind === "constant") return source;
    // What is not sparse is looked up where others store entries, like an operand in memory.
    if (!source.tree.isSparse) {
      const { id, axes } = source;
      return { kind: "constant", id, axes, array: await readDense(source, options) } satisfies Constant;
    }
    return { leaf: source, block: placeSparse(await readSparse(source, options), source, program) };
  });
  for (const source of sources) {
    if ("leaf" in source) filled.push(source);
    else constants.push(source);
  }
  if (program.steps.length === 0 && filled[0]!.block.dtype === program.dtype) return owned(filled[0]!);
  return runSparse(program, filled.map(isolated), constants, options);
}

function readSparse({ tree, selections }: Leaf, options: ExtractOptions): Promise<SparseNdarray> {
  if (!isOpNode(tree)) return readSeedSparse(tree, selections, options);
  return tree.kind === "combine"
    ? readCombinedSparse(tree, selections, options)
    : readAssignedSparse(tree, selections, options, extractSparse);
}

async function readCombinedSparse(
  { seeds, starts, along }: CombineNode,
  selections: readonly AxisSelection[],
  options: ExtractOptions,
): Promise<SparseNdarray> {
  await undefined; // a fresh stack, however deep combines are nested
  const pieces = splitSelection(selections[along]!, starts);
  const blocks = await mapLimited(pieces, CONCURRENT_READS, ({ part, selection }) =>
    extractSparse(seeds[part]!, alongSelections(selections, along, selection), options),
  );
  const joined = blocks.length === 1 ? blocks[0]! : concatenateSparse(blocks, along);
  const order = piecesOrder(pieces, selections[along]!.length);
  return order === null
    ? joined
    : subsetSparse(
        joined,
        selections.map((_, axis) => (axis === along ? order : null)),
      );
}

/** A leaf's values with the axes of the block. */
function placeSparse(block: SparseNdarray, { axes }: Leaf, program: Program): SparseNdarray {
  const placed = reshapeAxes(
    block,
    axes.map((axis) => (axis < 0 ? null : axis)),
  );
  // An axis that was added may have been selected several times over.
  const repeated = placed.shape.map((extent, axis): AxisSelection | null => {
    const length = program.shape[axis]!;
    return extent === length ? null : { kind: "list", indices: new Float64Array(length), length };
  });
  return repeated.every((selection) => selection === null) ? placed : subsetSparse(placed, repeated);
}

function isFresh({ leaf }: FilledSparseLeaf): boolean {
  return isOpNode(leaf.tree) || (leaf.tree as Seed).givesFreshArrays === true;
}

/** The block itself, or a copy if a seed may still hold it. */
function owned(filled: FilledSparseLeaf): SparseNdarray {
  const { block } = filled;
  if (isFresh(filled)) return block;
  return SparseNdarray.unchecked({
    shape: block.shape,
    dtype: block.dtype,
    indptr: block.indptr.slice(),
    indices: block.indices.slice(),
    data: block.data.slice() as typeof block.data,
    mask: block.mask?.slice(),
  });
}

/** Results take over the structure of what they are computed from, so that must not be a seed's own. */
function isolated(filled: FilledSparseLeaf): FilledSparseLeaf {
  return isFresh(filled) ? filled : { leaf: filled.leaf, block: owned(filled) };
}
