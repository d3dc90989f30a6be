import { allocate } from "../base/dtype.js";
import { cStrides } from "../base/shape.js";
import type { SparseParts } from "../values/sparse-parts.js";
import { dot } from "./feed-positions.js";
import { eachFibre } from "./feed-sparse.js";
import { planReduction, type Reduction } from "./reduce.js";

/** The first position in each cell of a zero that sparse blocks do not store. */
export class FirstZeros {
  readonly #first: Float64Array;
  readonly #reduction: Reduction;
  readonly #positionStrides: readonly number[];

  /** @param reduction - of all axes, or of one */
  constructor(reduction: Reduction, positionStrides: readonly number[]) {
    this.#first = allocate("float64", reduction.cells).fill(Number.POSITIVE_INFINITY);
    this.#reduction = reduction;
    this.#positionStrides = positionStrides;
  }

  /** The position in a cell; infinite if there is none. */
  position(cell: number): number {
    return this.#first[cell]!;
  }

  /** @param starts - where the block begins on each axis */
  add(block: SparseParts, starts: readonly number[]): void {
    if (block.shape.includes(0)) return;
    if (this.#reduction.isWhole) this.#addWhole(block, starts);
    else this.#addAlong(this.#reduction.reduced.indexOf(true), block, starts);
  }

  /** Along one axis, the entries of each cell come in order: the first zero is where that order has its first gap. */
  #addAlong(axis: number, block: SparseParts, starts: readonly number[]): void {
    const { shape, indptr, indices } = block;
    const local = planReduction(shape, axis);
    const step = local.cellStrides[0]!;
    const next = new Float64Array(local.cells);
    eachFibre(block, none(shape), local, (fibre, cell, index) => {
      for (let entry = indptr[fibre]!, end = indptr[fibre + 1]!; entry < end; entry++) {
        const along = indices[entry]!;
        const own = cell + along * step;
        if (next[own] === (axis === 0 ? along : index[axis])) next[own]!++;
      }
    });
    const first = this.#first;
    const strides = this.#reduction.cellStrides;
    const outer = strides.filter((_, other) => other !== axis);
    const index = none(local.outShape);
    let cell = dot(starts, strides);
    for (let own = 0; own < local.cells; own++) {
      if (next[own]! < shape[axis]!) first[cell] = Math.min(first[cell]!, starts[axis]! + next[own]!);
      for (let k = outer.length - 1; k >= 0; k--) {
        cell += outer[k]!;
        if (++index[k]! < local.outShape[k]!) break;
        cell -= outer[k]! * local.outShape[k]!;
        index[k] = 0;
      }
    }
  }

  /**
   * In C order of all axes entries do not come in order. But all elements with one index on the first axis come before
   * those with the next: the zero is in the first row, in this sense, that does not store all of its elements.
   */
  #addWhole(block: SparseParts, starts: readonly number[]): void {
    const { shape, indptr, indices } = block;
    const inner = shape.slice(1);
    const rowSize = inner.reduce((product, extent) => product * extent, 1);
    const begin = indptr[0]!;
    const end = indptr[indptr.length - 1]!;
    const stored = new Float64Array(shape[0] ?? 1);
    for (let entry = begin; entry < end; entry++) stored[indices[entry]!]!++;
    const row = stored.findIndex((count) => count < rowSize);
    const positionStrides = this.#positionStrides;
    const position = dot(starts, positionStrides) + row * (positionStrides[0] ?? 0);
    if (row < 0 || position >= this.#first[0]!) return;
    let at = 0;
    if (stored[row]! > 0) {
      const seen = new Uint8Array(rowSize);
      eachFibre(block, none(shape), planReduction(shape, shape.length === 0 ? null : 0), (fibre, cell) => {
        for (let entry = indptr[fibre]!, last = indptr[fibre + 1]!; entry < last; entry++) {
          if (indices[entry] === row) seen[cell] = 1;
        }
      });
      at = seen.indexOf(0);
    }
    const index = cStrides(inner).map((stride, k) => Math.floor(at / stride) % inner[k]!);
    this.#first[0] = Math.min(this.#first[0]!, position + dot(index, positionStrides.slice(1)));
  }
}

function none(shape: readonly number[]): number[] {
  return new Array<number>(shape.length).fill(0);
}
