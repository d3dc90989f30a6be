import type { Openers } from "delayedarray";
import { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { openH5adMatrix } from "./open-h5ad-matrix.js";
import { openHdf5Array } from "./open-hdf5-array.js";
import { openLoomMatrix } from "./open-loom-matrix.js";
import { openTenxMatrix } from "./open-tenx-matrix.js";
import {
  ANY_OPENER,
  COMPRESSED_SPARSE_OPENER,
  DENSE_OPENER,
  H5AD_OPENER,
  LOOM_OPENER,
  TENX_OPENER,
} from "./seeds/opener-names.js";
import { sourceAt } from "./source/source-address.js";

/**
 * Openers for `fromRecipe`, which opens the files of a recipe again. For URLs that need headers or a `fetch` of your own,
 * give openers of your own under the same names.
 */
export const hdf5Openers: Openers = Object.freeze({
  [DENSE_OPENER]: ({ source, name, ...options }, { signal }) =>
    Hdf5DenseArray.open(sourceAt(String(source)), name as string, { ...options, signal }),
  [COMPRESSED_SPARSE_OPENER]: ({ source, group, ...options }, { signal }) =>
    Hdf5CompressedSparseMatrix.open(sourceAt(String(source)), group as string, { ...options, signal }),
  [TENX_OPENER]: ({ source, ...options }, { signal }) =>
    openTenxMatrix(sourceAt(String(source)), { ...options, signal }),
  [H5AD_OPENER]: ({ source, name, ...options }, { signal }) =>
    openH5adMatrix(sourceAt(String(source)), name as string, { ...options, signal }),
  [LOOM_OPENER]: ({ source, ...options }, { signal }) =>
    openLoomMatrix(sourceAt(String(source)), { ...options, signal }),
  [ANY_OPENER]: ({ source, name, ...options }, { signal }) =>
    openHdf5Array(sourceAt(String(source)), name as string, { ...options, signal }),
} satisfies Openers);
