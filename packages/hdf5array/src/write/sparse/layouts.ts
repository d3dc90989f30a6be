import type { DType } from "delayedarray";

/** How a sparse matrix is laid out in a file. */
export type SparseFileLayout = "csc" | "csr" | "tenx" | "h5ad";

export const SPARSE_LAYOUTS: readonly SparseFileLayout[] = ["csc", "csr", "tenx", "h5ad"];

/** What goes into a file beside the entries: attributes, datasets and groups, by name. */
export interface TreeGroup {
  readonly kind: "group";
  readonly attributes?: Readonly<Record<string, TreeAttribute>>;
  readonly children?: Readonly<Record<string, TreeNode>>;
}

export interface TreeStrings {
  readonly kind: "strings";
  readonly values: readonly string[];
  readonly attributes?: Readonly<Record<string, TreeAttribute>>;
  /** Whether more will follow when the matrix is appended to. */
  readonly grows?: boolean;
}

export interface TreeNumbers {
  readonly kind: "numbers";
  readonly dtype: DType;
  readonly values: readonly number[];
}

export type TreeNode = TreeGroup | TreeStrings | TreeNumbers;

/** A text, several, or 64-bit integers. */
export type TreeAttribute = string | readonly string[] | { readonly int64: readonly number[] };

/** What features have beside their names, for 10x files: one text for all of them, or one for each. */
export interface TenxFeatures {
  /** Names for people, such as gene symbols; by default the ids. */
  readonly name?: string | readonly string[] | undefined;
  /** What was measured, by default `"Gene Expression"`. */
  readonly featureType?: string | readonly string[] | undefined;
  /** The reference, by default an empty text. */
  readonly genome?: string | readonly string[] | undefined;
}

export interface LayoutInput {
  readonly shape: readonly [number, number];
  readonly byColumn: boolean;
  /** Names of rows and columns. */
  readonly dimnames: readonly [readonly string[] | null, readonly string[] | null];
  readonly features?: TenxFeatures | undefined;
}

/** Names for an axis that has none: its numbers from 0 on, as anndata gives them. */
export function namesOf(names: readonly string[] | null, extent: number, start = 0): readonly string[] {
  return names ?? Array.from({ length: extent }, (_, i) => String(start + i));
}

/**
 * What the group of a matrix holds beside `data`, `indices` and `indptr`.
 *
 * - `h5ad` and `csr`: anndata's attributes
 * - `csc`: the same and a dataset `shape`, by which R's `H5SparseMatrix` takes it as columns
 * - `tenx`: CellRanger's version 3: `shape`, `barcodes` and `features`
 *
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html "Sparse arrays"
 * @see https://www.10xgenomics.com/support/software/cell-ranger/latest/analysis/outputs/cr-outputs-h5-matrices
 */
export function describeGroup(layout: SparseFileLayout, input: LayoutInput): TreeGroup {
  const { shape, byColumn } = input;
  if (layout === "tenx") return describeTenx(input);
  const attributes = {
    "encoding-type": byColumn ? "csc_matrix" : "csr_matrix",
    "encoding-version": "0.1.0",
    shape: { int64: shape },
  };
  if (layout !== "csc") return { kind: "group", attributes };
  return { kind: "group", attributes, children: { shape: { kind: "numbers", dtype: "int64", values: shape } } };
}

function describeTenx({ shape, dimnames, features = {} }: LayoutInput): TreeGroup {
  const ids = namesOf(dimnames[0], shape[0]);
  const each = (texts: string | readonly string[] | undefined, otherwise: string | readonly string[]): TreeStrings => {
    const given = texts ?? otherwise;
    return { kind: "strings", values: typeof given === "string" ? new Array<string>(shape[0]).fill(given) : given };
  };
  return {
    kind: "group",
    children: {
      shape: { kind: "numbers", dtype: Math.max(...shape) < 2 ** 31 ? "int32" : "int64", values: shape },
      barcodes: { kind: "strings", values: namesOf(dimnames[1], shape[1]), grows: true },
      features: {
        kind: "group",
        children: {
          _all_tag_keys: { kind: "strings", values: ["genome"] },
          id: each(undefined, ids),
          name: each(features.name, ids),
          feature_type: each(features.featureType, "Gene Expression"),
          genome: each(features.genome, ""),
        },
      },
    },
  };
}

/** What the root of a 10x file says of it. */
export const TENX_ROOT: TreeGroup = {
  kind: "group",
  attributes: { filetype: "matrix", version: { int64: [2] } },
};

/** The rest of an AnnData file with a matrix `X`: frames without columns, and empty collections. */
export function describeAnnData({ shape, dimnames }: LayoutInput): TreeGroup {
  const collections = ["layers", "obsm", "obsp", "uns", "varm", "varp"];
  return {
    kind: "group",
    attributes: { "encoding-type": "anndata", "encoding-version": "0.1.0" },
    children: {
      obs: describeFrame(namesOf(dimnames[0], shape[0])),
      var: describeFrame(namesOf(dimnames[1], shape[1])),
      ...Object.fromEntries(collections.map((name) => [name, DICT])),
    },
  };
}

/** A collection of named things, as anndata writes it. */
export const DICT: TreeGroup = {
  kind: "group",
  attributes: { "encoding-type": "dict", "encoding-version": "0.1.0" },
};

function describeFrame(names: readonly string[]): TreeGroup {
  return {
    kind: "group",
    attributes: {
      "encoding-type": "dataframe",
      "encoding-version": "0.2.0",
      _index: "_index",
      "column-order": [],
    },
    children: {
      _index: {
        kind: "strings",
        values: names,
        attributes: { "encoding-type": "string-array", "encoding-version": "0.2.0" },
      },
    },
  };
}
