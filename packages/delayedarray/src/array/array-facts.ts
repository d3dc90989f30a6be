import { type DType, itemSize } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { isOpNode, TREE, type Tree } from "../ops/node.js";
import { checkSeed } from "../seed/seed.js";
import type { DelayedArray } from "./delayed-array.js";

/** What a delayed array is: its tree, and what is known without reading. */
export abstract class ArrayFacts<D extends DType = DType> {
  readonly #tree: Tree;

  constructor(seed: Tree) {
    if (!isOpNode(seed)) checkSeed(seed);
    this.#tree = seed;
  }

  /** A delayed array of another tree. */
  protected abstract derive<E extends DType = DType>(tree: Tree): DelayedArray<E>;

  /** What the array is made of: the seed itself, or the outermost delayed operation. */
  get seed(): Tree {
    return this.#tree;
  }

  /** @internal */
  get [TREE](): Tree {
    return this.#tree;
  }

  /** Extents, one per axis; frozen. */
  get shape(): Shape {
    const { shape } = this.#tree;
    return Object.isFrozen(shape) ? shape : Object.freeze(Array.from(shape));
  }

  get dtype(): D {
    return this.#tree.dtype as D;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.#tree.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.#tree.shape);
  }

  /** Extent of the first axis. @throws `INVALID_ARGUMENT` for a 0-d array, as in Python */
  get length(): number {
    const [first] = this.#tree.shape;
    if (first === undefined)
      throw new DelayedArrayError("INVALID_ARGUMENT", "length of a 0-d array: it has no first axis");
    return first;
  }

  /** Bytes that the values would take in memory, dense. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** Whether values can be had as a sparse array without going through a dense one. */
  get isSparse(): boolean {
    return this.#tree.isSparse;
  }

  /** Whether entries can be missing. */
  get isMasked(): boolean {
    return this.#tree.isMasked;
  }

  get givesFreshArrays(): true {
    return true;
  }

  /** The class's name as it is printed; minifiers change the one that JavaScript knows. */
  get className(): string {
    return "DelayedArray";
  }
}
