import { DelayedArrayError, type DType } from "delayedarray";
import { dtypeFacts, isIntegerDType, itemSize } from "delayedarray/internal";
import { joinPath, where } from "../../file/locate.js";
import type { Filters, Hdf5Output } from "../hdf5-output.js";
import { BlockCompressor } from "./compress-blocks.js";
import { checkGrows, type ExistingMatrix, growingPart } from "./existing-matrix.js";
import {
  describeAnnData,
  describeGroup,
  namesOf,
  type SparseFileLayout,
  TENX_ROOT,
  type TenxFeatures,
} from "./layouts.js";
import type { MatrixInput, MatrixReadOptions } from "./matrix-input.js";
import { MatrixParts, type PartsTarget } from "./matrix-parts.js";
import type { Scratch } from "./scratch.js";
import { writeTree } from "./write-tree.js";

/** How a matrix is written, with everything settled that can be before the file is there. */
export interface SparseWrite extends Pick<MatrixReadOptions, "memory" | "onProgress" | "signal"> {
  readonly layout: SparseFileLayout;
  readonly byColumn: boolean;
  /** The group's absolute path. */
  readonly group: string;
  readonly mode: "create" | "replace" | "append";
  /** The matrix that is appended to. */
  readonly existing: ExistingMatrix | undefined;
  /** Entries in a chunk. */
  readonly chunk: number;
  /** The filters of a dataset of a dtype: each part has its own. */
  readonly filtersOf: (dtype: DType) => Filters;
  readonly indexDtype: DType;
  readonly dimnames: readonly [readonly string[] | null, readonly string[] | null];
  readonly features: TenxFeatures | undefined;
  readonly scratch: () => Promise<Scratch>;
}

/** Pointers in a chunk. */
const POINTER_CHUNK = 2 ** 14;

/** Writes a matrix into a file. */
export async function writeSparseMatrix(output: Hdf5Output, x: MatrixInput, write: SparseWrite): Promise<void> {
  const { existing } = write;
  const target =
    existing === undefined ? await prepareGroup(output, x, write) : await prepareToAppend(output, x, write, existing);
  const parts = new MatrixParts(output, target);
  const { byColumn, memory, scratch, signal, onProgress } = write;
  const fibreAxis = byColumn ? 1 : 0;
  const { shape, dtype } = x;
  // Half for the blocks, half for the entries that are put in order.
  const half = memory / 2;
  const compressor = new BlockCompressor({ shape, dtype, fibreAxis, memory: half, scratch, sink: parts, signal });
  try {
    for await (const { position, block } of x.blocks({ memory: half, fibreAxis, signal, onProgress })) {
      await compressor.add(position, block);
    }
    await compressor.finish();
  } finally {
    await compressor.close();
  }
  await parts.finish();
}

/**
 * int32 where it holds every index and counts every entry, else int64: one dtype for both, as SciPy has it and anndata needs
 * it.
 *
 * @param entries - as many as there can be
 */
export function indexDtypeFor(extent: number, entries: number): "int32" | "int64" {
  return Math.max(extent - 1, entries) <= Number(dtypeFacts("int32").max) ? "int32" : "int64";
}

/** @throws `INVALID_ARGUMENT` for a dtype that cannot hold the indices of an axis */
export function checkIndexDtype(dtype: DType, extent: number, what: string): void {
  if (isIntegerDType(dtype) && extent - 1 <= Number(dtypeFacts(dtype).max)) return;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: ${dtype} cannot hold indices up to ${extent - 1}; expected an integer dtype such as int64`,
  );
}

async function prepareGroup(output: Hdf5Output, x: MatrixInput, write: SparseWrite): Promise<PartsTarget> {
  const { group, layout, mode, byColumn, dimnames, features, chunk, filtersOf, indexDtype } = write;
  if (mode === "replace") {
    if (group === "/") {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${output.name}: the root cannot be replaced; name a group in it`,
      );
    }
    await output.remove(group);
  } else if ((await output.kind(group === "/" ? "/data" : group)) !== null) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where(output, group)} is there already; to write it anew, pass mode: "replace"`,
    );
  }
  const description = { shape: x.shape, byColumn, dimnames, features };
  if (layout === "h5ad") {
    const isWhole = group === "/X" && (await output.kind("/obs")) === null && (await output.kind("/var")) === null;
    if (isWhole) await writeTree(output, "/", describeAnnData(description));
    else await checkFrames(output, group, x.shape);
  }
  if (layout === "tenx" && group === "/matrix") await writeTree(output, "/", TENX_ROOT);
  await writeTree(output, group, describeGroup(layout, description));
  return {
    data: { path: joinPath(group, "data"), dtype: x.dtype, chunk },
    indices: { path: joinPath(group, "indices"), dtype: indexDtype, chunk },
    indptr: {
      path: joinPath(group, "indptr"),
      dtype: itemSize(indexDtype) < 4 ? "int64" : indexDtype,
      chunk: POINTER_CHUNK,
    },
    filtersOf,
    existing: undefined,
  };
}

/** A layer of an AnnData file has a row for each of `obs` and a column for each of `var`. */
async function checkFrames(output: Hdf5Output, group: string, shape: readonly [number, number]): Promise<void> {
  if (!isLayer(group)) return;
  for (const [axis, frame] of ["obs", "var"].entries()) {
    const index = `/${frame}/_index`;
    if ((await output.kind(index)) !== "dataset") continue;
    const [length] = (await output.describe(index)).shape;
    if (length === shape[axis]) continue;
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${where(output, group)}: the matrix has ${shape[axis]} ${axis === 0 ? "rows" : "columns"}, but "/${frame}" of the ` +
        `file has ${length}`,
    );
  }
}

/** Whether a matrix is one of those that have a row for each observation of an AnnData file. */
function isLayer(group: string): boolean {
  return group === "/X" || group.startsWith("/layers/");
}

async function prepareToAppend(
  output: Hdf5Output,
  x: MatrixInput,
  write: SparseWrite,
  existing: ExistingMatrix,
): Promise<PartsTarget> {
  const { group, byColumn, dimnames, filtersOf } = write;
  const { shape, entries } = existing;
  const what = where(output, group);
  const fibres = shape[byColumn ? 1 : 0];
  const data = await growingPart(output, existing.data, entries);
  const indices = await growingPart(output, existing.indices, entries);
  const indptr = await growingPart(output, existing.indptr, fibres + 1);
  if (data.dtype !== x.dtype) {
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${what} holds ${data.dtype} and ${x.dtype} was given; pass dtype: "${data.dtype}" to convert what is appended`,
    );
  }
  checkIndexDtype(indices.dtype, shape[byColumn ? 0 : 1], where(output, indices.path));
  const grown: [number, number] = byColumn ? [shape[0], shape[1] + x.shape[1]] : [shape[0] + x.shape[0], shape[1]];
  // By what is there, not by the layout asked for: names and shape have to agree with the matrix afterwards.
  const isTenx = (await output.kind(joinPath(group, "barcodes"))) === "dataset";
  if (isTenx) await appendBarcodes(output, group, namesOf(dimnames[1], x.shape[1], shape[1]));
  if (isLayer(group) && (await output.kind("/obs")) !== null) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${what} belongs to an AnnData file, whose "/obs" and "/var" would no longer agree with it; append to a matrix by ` +
        "itself, or write a new file",
    );
  }
  const stated = joinPath(group, "shape");
  if ((await output.kind(stated)) === "dataset") {
    const { type } = await output.describe(stated);
    await output.write(stated, [0], [2], shapeVector(type, grown, where(output, stated)));
  }
  if (!isTenx) await output.setAttribute(group, "shape", BigInt64Array.from(grown, BigInt));
  return { data, indices, indptr, filtersOf, existing: { fibres, entries } };
}

function shapeVector(type: DType | "string" | null, shape: readonly number[], what: string) {
  if (type === "int32") return Int32Array.from(shape);
  if (type === "int64") return BigInt64Array.from(shape, BigInt);
  if (type === "uint64") return BigUint64Array.from(shape, BigInt);
  if (type === "uint32") return Uint32Array.from(shape);
  throw new DelayedArrayError("UNSUPPORTED_FEATURE", `${what} is of ${type ?? "another type"}, expected integers`);
}

async function appendBarcodes(output: Hdf5Output, group: string, names: readonly string[]): Promise<void> {
  const path = joinPath(group, "barcodes");
  const found = await output.describe(path);
  checkGrows(output, path, found);
  const [length] = found.shape as [number];
  await output.resize(path, [length + names.length]);
  await output.write(path, [length], [names.length], names);
}
