import type { DType } from "../base/dtype.js";
import type { Awaitable } from "../base/options.js";
import type { SeedRecipe } from "../seed/seed.js";

/*
 * A recipe says in plain JSON what a delayed array is: its operations, their operands, and how to open its seeds. Nodes
 * stand in a list, each after those that it works on, and refer to them by position: so a tree of any depth, and one
 * that uses a part of itself many times, has a recipe as long as its number of distinct nodes.
 */

/** The version that `toRecipe` writes, and the newest that `fromRecipe` reads. */
export const RECIPE_VERSION = 1;

/** Values in memory: elements in C order, little-endian, as base64, strings as a list; the mask has one byte for each, 1 = missing. */
export interface DenseRecipe {
  readonly kind: "dense";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string | readonly string[];
  readonly mask?: string;
}

/** A sparse array in memory: float64 starts of fibres, positions on the first axis, stored values, each as base64. */
export interface SparseRecipe {
  readonly kind: "sparse";
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly nnz: number;
  readonly indptr: string;
  readonly indices: string;
  readonly data: string;
  readonly mask?: string;
}

/** A seed that is opened again by the opener of that name. */
export interface OpenedRecipe extends SeedRecipe {
  readonly kind: "seed";
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** What is selected on one axis: `[start, step, length]`, or the indices. */
export type SelectionRecipe =
  | { readonly range: readonly [number, number, number] }
  | { readonly list: readonly number[] };

/** An operand: the position of a node, or values in memory. */
export type OperandRecipe = number | DenseRecipe;

/** One node of a recipe. */
export type RecipeNode =
  | DenseRecipe
  | SparseRecipe
  | OpenedRecipe
  | { readonly kind: "subset"; readonly seed: number; readonly selections: readonly SelectionRecipe[] }
  | { readonly kind: "transpose"; readonly seed: number; readonly axes: readonly (number | null)[] }
  | { readonly kind: "dimnames"; readonly seed: number; readonly dimnames: readonly (readonly string[] | null)[] }
  | { readonly kind: "combine"; readonly seeds: readonly number[]; readonly along: number }
  | {
      readonly kind: "assign";
      readonly seed: number;
      readonly selections: readonly SelectionRecipe[];
      readonly value: number;
    }
  | { readonly kind: "astype"; readonly seed: number; readonly dtype: DType }
  | { readonly kind: "round"; readonly seed: number; readonly decimals: number }
  | { readonly kind: "elementwise"; readonly op: string; readonly operands: readonly OperandRecipe[] };

/** A delayed array as plain JSON. */
export interface Recipe {
  /** Says that this is a recipe. */
  readonly format: "delayedarray";
  /** Version of the format. */
  readonly version: number;
  /** Seeds and operations; each refers only to those before it. */
  readonly nodes: readonly RecipeNode[];
  /** The node that is the array. */
  readonly root: number;
}

/** Opens a seed again from what it said of itself. */
export type Opener = (
  args: Readonly<Record<string, unknown>>,
  options: { readonly signal?: AbortSignal | undefined },
) => Awaitable<object>;

/** Openers by name. Backends export theirs. */
export type Openers = Readonly<Record<string, Opener>>;
