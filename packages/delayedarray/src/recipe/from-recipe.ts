import { abortable } from "../base/abort.js";
import { checkDType, type DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkShape, type Shape, sameShape, shapeText, sizeOf } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { assignNode } from "../ops/assign-op.js";
import { concatenate } from "../ops/combine-op.js";
import { withDimnames } from "../ops/dimnames-op.js";
import { cast, elementwise, round } from "../ops/elementwise.js";
import { type Extractable, isOpNode, TREE, type Tree, treeOf } from "../ops/node.js";
import { OPERATIONS, type OperationName } from "../ops/operations.js";
import { select } from "../ops/subset-op.js";
import { axesOf } from "../ops/transpose-op.js";
import { checkSeed } from "../seed/seed.js";
import { type AxisSelection, listSelection, rangeSelection } from "../subset/axis-selection.js";
import { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { fromBase64 } from "./base64.js";
import { type Openers, RECIPE_VERSION } from "./recipe.js";

/** JSON from somewhere: nothing of it is taken for granted. */
type Json = Readonly<Record<string, unknown>>;

function fail(where: string, message: string): never {
  throw new DelayedArrayError("INVALID_ARGUMENT", `recipe: ${where}: ${message}`);
}

function show(value: unknown): string {
  const text = written(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** As JSON, if it is such. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? shown(value);
  } catch {
    return shown(value);
  }
}

function object(value: unknown, where: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    fail(where, `${show(value)} is not an object`);
  return value as Json;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) fail(where, `${show(value)} is not a list`);
  return value;
}

function integer(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value)) fail(where, `${show(value)} is not an integer`);
  return value as number;
}

function shapeFrom(value: unknown, where: string): Shape {
  return checkShape(
    list(value, `${where}.shape`).map((extent) => integer(extent, `${where}.shape`)),
    `recipe: ${where}.shape`,
  );
}

function stringsFrom(value: unknown, size: number, where: string): string[] {
  const strings = list(value, where).map((text) =>
    typeof text === "string" ? text : fail(where, `${show(text)} is not a string`),
  );
  return strings.length === size ? strings : fail(where, `${strings.length} strings, expected ${size}`);
}

function denseFrom(node: Json, where: string): NdArray {
  const dtype = checkDType(node.dtype, `recipe: ${where}.dtype`);
  const shape = shapeFrom(node.shape, where);
  const size = sizeOf(shape);
  const mask =
    node.mask === undefined ? undefined : (fromBase64(node.mask, "bool", size, `recipe: ${where}.mask`) as Uint8Array);
  if (dtype === "string")
    return new NdArray({ data: stringsFrom(node.data, size, `${where}.data`), shape, dtype, mask });
  const data = fromBase64(node.data, dtype, size, `recipe: ${where}.data`);
  if (dtype === "bool" && (data as Uint8Array).some((flag) => flag > 1))
    fail(`${where}.data`, "a bool that is neither 0 nor 1");
  return new NdArray({ data, shape, dtype, mask });
}

function sparseFrom(node: Json, where: string): SparseNdarray {
  const dtype = checkDType(node.dtype, `recipe: ${where}.dtype`);
  const shape = shapeFrom(node.shape, where);
  const nnz = integer(node.nnz, `${where}.nnz`);
  const bytes = (key: string, type: DType, length: number) =>
    fromBase64(node[key], type, length, `recipe: ${where}.${key}`);
  const fibres = shape.length === 0 ? 1 : sizeOf(shape.slice(1));
  const positions = bytes("indices", "float64", nnz) as Float64Array;
  return new SparseNdarray({
    dtype,
    shape,
    indptr: bytes("indptr", "float64", fibres + 1) as Float64Array,
    indices: (shape[0] ?? 1) <= 2 ** 31 ? Int32Array.from(positions) : positions,
    data: bytes("data", dtype, nnz),
    mask: node.mask === undefined ? undefined : (bytes("mask", "bool", nnz) as Uint8Array),
  });
}

function selectionsFrom(value: unknown, shape: Shape, where: string): AxisSelection[] {
  const entries = list(value, `${where}.selections`);
  if (entries.length !== shape.length)
    fail(`${where}.selections`, `${entries.length} entries for ${shape.length} axes`);
  return entries.map((entry, axis) => {
    const at = `${where}.selections[${axis}]`;
    const selection = object(entry, at);
    const inside = (index: number) => {
      if (!(index >= 0 && index < shape[axis]!)) fail(at, `index ${index} is out of range for extent ${shape[axis]}`);
    };
    if (selection.range === undefined) {
      const indices = Float64Array.from(list(selection.list, `${at}.list`), (index) => integer(index, `${at}.list`));
      indices.forEach(inside);
      return listSelection(indices);
    }
    const [start, step, length] = list(selection.range, `${at}.range`).map((part) => integer(part, `${at}.range`));
    if (start === undefined || step === undefined || length === undefined || length < 0 || step === 0) {
      fail(`${at}.range`, `${show(selection.range)} is not [start, step, length]`);
    }
    if (length > 0) {
      inside(start);
      inside(start + (length - 1) * step);
    }
    return rangeSelection(start, step, length);
  });
}

/** Reads one node of which everything it refers to has been read. */
class Reader {
  readonly trees: Tree[] = [];
  readonly #openers: Openers;
  readonly #signal: AbortSignal | undefined;
  /** Seeds opened so far, to be closed if the recipe turns out bad. */
  readonly opened: object[] = [];

  constructor(openers: Openers, signal: AbortSignal | undefined) {
    this.#openers = openers;
    this.#signal = signal;
  }

  tree(value: unknown, where: string): Tree {
    const at = integer(value, where);
    return this.trees[at] ?? fail(where, `node ${at} does not come before this one`);
  }

  async read(node: Json, where: string): Promise<Tree> {
    const seed = () => this.tree(node.seed, `${where}.seed`);
    switch (node.kind) {
      case "dense":
        return denseFrom(node, where);
      case "sparse":
        return sparseFrom(node, where);
      case "seed":
        return this.#open(node, where);
      case "subset":
        return select(seed(), selectionsFrom(node.selections, seed().shape, where));
      case "transpose":
        return axesOf(seed(), this.#axes(node.axes, seed().shape, `${where}.axes`));
      case "dimnames":
        return withDimnames(seed(), list(node.dimnames, `${where}.dimnames`) as never);
      case "combine":
        return concatenate(
          list(node.seeds, `${where}.seeds`).map((one) => this.tree(one, `${where}.seeds`)),
          integer(node.along, `${where}.along`),
        );
      case "assign":
        return this.#assign(seed(), node, where);
      case "astype":
        return cast(seed(), checkDType(node.dtype, `recipe: ${where}.dtype`));
      case "round":
        return round(seed(), integer(node.decimals, `${where}.decimals`));
      case "elementwise":
        return this.#elementwise(node, where);
      default:
        return fail(`${where}.kind`, `${show(node.kind)} is no kind of node that this version knows`);
    }
  }

  #axes(value: unknown, shape: Shape, where: string): (number | null)[] {
    const axes = list(value, where).map((axis) => (axis === null ? null : integer(axis, where)));
    const named = axes.filter((axis) => axis !== null);
    const isGood =
      new Set(named).size === named.length &&
      named.every((axis) => axis >= 0 && axis < shape.length) &&
      shape.every((extent, axis) => extent === 1 || named.includes(axis));
    return isGood ? axes : fail(where, `${show(value)} does not rearrange the axes of ${shapeText(shape)}`);
  }

  #assign(seed: Tree, node: Json, where: string): Tree {
    const selections = selectionsFrom(node.selections, seed.shape, where);
    const value = this.tree(node.value, `${where}.value`);
    const fits =
      value.shape.length === selections.length &&
      value.shape.every((extent, axis) => extent === 1 || extent === selections[axis]!.length);
    if (!fits || value.dtype !== seed.dtype) {
      fail(`${where}.value`, `${shapeText(value.shape)} of ${value.dtype} does not fit the selection`);
    }
    return assignNode(seed, selections, value);
  }

  #elementwise(node: Json, where: string): Tree {
    const operands = list(node.operands, `${where}.operands`).map((operand, i): NdArray | { readonly [TREE]: Tree } => {
      const at = `${where}.operands[${i}]`;
      return typeof operand === "number" ? { [TREE]: this.tree(operand, at) } : denseFrom(object(operand, at), at);
    });
    const { op } = node;
    if (typeof op !== "string" || !Object.hasOwn(OPERATIONS, op)) {
      fail(`${where}.op`, `${show(op)} is no operation that this version knows`);
    }
    const { arity } = OPERATIONS[op as OperationName];
    if (operands.length !== arity)
      fail(`${where}.operands`, `${operands.length} operands for ${op}, expected ${arity}`);
    return elementwise(op as OperationName, operands);
  }

  async #open(node: Json, where: string): Promise<Tree> {
    const { opener } = node;
    const open = typeof opener === "string" && Object.hasOwn(this.#openers, opener) ? this.#openers[opener] : undefined;
    if (open === undefined) {
      const known = Object.keys(this.#openers).map(show).join(", ");
      fail(
        `${where}.opener`,
        `no opener ${show(opener)} was given: there ${known === "" ? "are none" : `is ${known}`}; backends export theirs`,
      );
    }
    const dtype = checkDType(node.dtype, `recipe: ${where}.dtype`);
    const shape = shapeFrom(node.shape, where);
    const found = await abortable(
      open(object(node.arguments, `${where}.arguments`), { signal: this.#signal }),
      this.#signal,
    );
    this.opened.push(found);
    const tree = treeOf(found as Extractable);
    if (!isOpNode(tree)) checkSeed(tree);
    if (!sameShape(tree.shape, shape) || tree.dtype !== dtype) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `recipe: ${where}: what ${opener} opened is ${shapeText(tree.shape)} of ${tree.dtype}, but the recipe was made of ${shapeText(shape)} of ${dtype}`,
      );
    }
    return tree;
  }
}

/**
 * The tree that a recipe describes. Seeds are opened in turn; if anything fails, those already open are closed again.
 *
 * @throws `INVALID_ARGUMENT` naming the node for a malformed or unknown recipe, `UNSUPPORTED_FEATURE` for a newer version,
 * `SHAPE_MISMATCH` when what was opened has changed, and what openers throw
 */
export async function treeFromRecipe(json: unknown, openers: Openers, signal: AbortSignal | undefined): Promise<Tree> {
  signal?.throwIfAborted();
  const recipe = object(json, "the recipe");
  if (recipe.format !== "delayedarray") fail("format", `${show(recipe.format)} is not "delayedarray"`);
  const version = integer(recipe.version, "version");
  if (version < 1) fail("version", `${version}: versions begin with 1`);
  if (version > RECIPE_VERSION) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `recipe: version ${version}, expected ${RECIPE_VERSION}: a newer release of delayedarray may read it`,
    );
  }
  const reader = new Reader(openers, signal);
  try {
    const nodes = list(recipe.nodes, "nodes");
    for (let i = 0; i < nodes.length; i++) {
      reader.trees.push(await located(reader.read(object(nodes[i], `nodes[${i}]`), `nodes[${i}]`), `nodes[${i}]`));
    }
    return reader.tree(recipe.root, "root");
  } catch (error) {
    await Promise.allSettled(reader.opened.map((seed) => (seed as { close?: () => unknown }).close?.()));
    throw error;
  }
}

/** Errors of operations do not know of recipes: the node is added to what they say. */
async function located(tree: Promise<Tree>, where: string): Promise<Tree> {
  try {
    return await tree;
  } catch (error) {
    if (!(error instanceof DelayedArrayError) || error.message.startsWith("recipe:")) throw error;
    throw new DelayedArrayError(error.code, `recipe: ${where}: ${error.message}`, { cause: error });
  }
}
