// The form of what generate.py writes: random expressions, and what NumPy says that each is.
import type { FixtureDType } from "../fixtures/read.mjs";

/** dtype, shape, elements (base64, little-endian, C order), and for a masked array a text of 0 and 1 (missing). */
export type Packed = [dtype: FixtureDType, shape: number[], base64: string, missing?: string];

/** How an array lies in memory. */
export type Layout = "C" | "F" | "rotated" | "gaps" | "reversed";

export type ListKind = "plain" | "ndarray" | "int8" | "uint8" | "int32" | "uint32" | "int64" | "float64";

/** One entry of a subset: all, an integer, a slice, a list, a mask (a text of 0 and 1), an ellipsis, a new axis. */
export type EntryText =
  | null
  | number
  | { s: [number | null, number | null, number | null] }
  | { l: number[]; as: ListKind }
  | { m: string; as: "plain" | "ndarray" }
  | "..."
  | "new";

export type SubsetText = EntryText[];

/**
 * What an operation takes: the number of an earlier node, a Python scalar (`i`: an int, a bigint where a number would not be
 * exact; `I`: an int, always a bigint; `f`; `b`), no bound (`null`), a plain array, or a typed array.
 */
export type OperandText =
  | number
  | { i: string }
  | { I: string }
  | { f: number | "nan" | "inf" | "-inf" }
  | { b: boolean }
  | null
  | { plain: Packed }
  | { typed: Packed };

/** One node; it refers to earlier ones by their number. The names of element-wise operations are those of the package. */
export type TreeNode =
  | ["ndarray", Packed, Layout]
  | ["seed", Packed, chunks: number[]]
  | ["sparse", Packed, SparseForm]
  | ["astype", number, string]
  | ["round", number, decimals: number]
  | ["map", number, "half" | "aboveOne" | "same", dtype: FixtureDType | null]
  | ["subset", number, SubsetText]
  | ["transpose", number, axes: number[] | null]
  | ["reshape", number, number[]]
  | ["concatenate" | "stack", number[], axis: number]
  | ["set", number, SubsetText, OperandText]
  | [operation: string, ...operands: OperandText[]];

/** What a sparse array is made from; `coo0` also stores some zeros, `seed` is behind a seed with chunks. */
export type SparseForm = "dense" | "coo" | "coo0" | "csc" | "csr" | "seed";

/** A tree that has a value: the last of `nodes`. */
export interface ValueCase {
  nodes: TreeNode[];
  result: Packed;
  /** Units in the last place by which floats may differ; without it every bit must agree. */
  ulps?: number;
  /** A subset of the result, and NumPy's. */
  subset: SubsetText;
  part: Packed;
}

/** A tree whose last node must be refused: when it is built, or (what depends on values) at the latest when it is read. */
export interface ErrorCase {
  nodes: TreeNode[];
  codes: string[];
  when: "build" | "read";
}

export type TreeCase = ValueCase | ErrorCase;

export interface TreeBatch {
  cases: TreeCase[];
}

export interface TreeSummary {
  seed: number;
  /** Files of a live run. */
  batches?: number;
  /** Each operation with the dtypes that NumPy takes for it. */
  pairs: Record<string, FixtureDType[]>;
  /** How often an operation was not taken because one ulp before it would have shown after it. */
  aside: Record<string, number>;
}
