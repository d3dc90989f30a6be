import { DelayedArrayError, type DType } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import type { Hdf5File, ObjectDescription } from "../file/hdf5-file.js";
import { absolutePath, joinPath, listNames, missing, where } from "../file/locate.js";
import { describeType } from "../format/hdf5-type.js";
import { detectLayout } from "../seeds/detect.js";
import { ANY_OPENER } from "../seeds/opener-names.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import type { ArrayInFile } from "./array-in-file.js";
import { attributeText } from "./attribute-texts.js";
import { findH5adMatrix, isAnnData } from "./h5ad-matrix.js";
import { findLoomMatrix, isLoom } from "./loom-matrix.js";
import { readDimnames } from "./r-dimnames.js";
import { findTenxMatrix, isMoleculeInfo, tenxGroups } from "./tenx-matrix.js";

/** What a caller says of an array that is to be recognised. */
export interface AnyChoice<D extends DType> {
  readonly nativeOrder: boolean;
  readonly dtype: D | undefined;
}

/** Datasets and groups that are looked at for something to open. */
const MOST_OBJECTS = 1000;

const PARTS = ["data", "indices", "indptr"];

/** An array that could be opened. */
interface Candidate {
  readonly path: string;
  readonly text: string;
}

/**
 * Finds the array at a path, or the only one of a file, and recognises whose it is: anndata's, a 10x or loom file's, one
 * that R named, or a plain dataset or sparse matrix.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` naming what is there, and what else the file holds
 */
export async function findAnyArray<D extends DType>(
  file: Hdf5File,
  given: string | undefined,
  choice: AnyChoice<D>,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  const path = given === undefined ? undefined : absolutePath(given);
  const known = await findKnown(file, path, choice, options);
  if (known !== null) return known;
  const at = path ?? (await onlyArray(file, options)).path;
  const kind = await file.kind(at, options);
  if (kind === null) throw await missing(file, at, options);
  return kind === "dataset" ? plainDataset(file, at, choice, options) : sparseGroup(file, at, choice, options);
}

/** An array of a file whose format is known; `null` for another file, or for a path that the format says nothing of. */
async function findKnown<D extends DType>(
  file: Hdf5File,
  path: string | undefined,
  { nativeOrder, dtype }: AnyChoice<D>,
  options: SourceReadOptions,
): Promise<ArrayInFile<D> | null> {
  // Only R's arrays are turned around.
  if (!nativeOrder) return null;
  const root = /^\/mod\/[^/]+(?=\/)/.exec(path ?? "")?.[0] ?? "/";
  if (await isAnnData(file, root, options)) return findH5adMatrix(file, path ?? "X", dtype, options);
  if (await isLoom(file, options)) {
    const layer = path === undefined || path === "/matrix" ? "" : /^\/layers\/(.+)$/.exec(path)?.[1];
    if (layer === undefined) return null;
    return findLoomMatrix(file, { layer, rowNames: undefined, columnNames: undefined }, dtype, options);
  }
  const groups = await tenxGroups(file, options);
  const isTenx =
    path === undefined ? groups.length > 0 || (await isMoleculeInfo(file, options)) : groups.includes(path);
  return isTenx ? findTenxMatrix(file, path, "id", dtype, options) : null;
}

async function plainDataset<D extends DType>(
  file: Hdf5File,
  path: string,
  { nativeOrder, dtype }: AnyChoice<D>,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  const { info } = await file.dataset(path, options);
  const stored = info.shape === null ? null : await readDimnames(file, path, info.shape, options);
  const names = stored?.names ?? null;
  const findings = {
    found: `dataset ${path.slice(1)}${stored === null ? "" : ` with ${stored.by}`}`,
    dimnames: names !== null && !nativeOrder ? [...names].reverse() : names,
    opener: ANY_OPENER,
    arguments: { name: path, nativeOrder, dtype },
  };
  return { kind: "dense", path, options: { ...options, nativeOrder, dtype }, findings };
}

async function sparseGroup<D extends DType>(
  file: Hdf5File,
  path: string,
  { dtype }: AnyChoice<D>,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  const members = await file.children(path, options);
  if (PARTS.every((part) => members.includes(part)) && (await detectLayout(file, path, options)).shape !== null) {
    const findings = {
      found: `sparse matrix ${path.slice(1)}`,
      dimnames: null,
      opener: ANY_OPENER,
      arguments: { name: path, nativeOrder: true, dtype },
    };
    return { kind: "sparse", path, options: { ...options, dtype }, findings };
  }
  const what = where(file, path);
  if (PARTS.every((part) => members.includes(part))) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what} holds a sparse matrix without its shape: open it by Hdf5CompressedSparseMatrix.open with shape and byColumn`,
    );
  }
  const pandas = await attributeText(file, path, "pandas_type", options);
  const encoding = await attributeText(file, path, "encoding-type", options);
  const kind =
    pandas !== null ? `a pandas object ("${pandas}")` : encoding !== null ? `"${encoding}" of anndata` : "a group";
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what} is ${kind}, no array; it holds ${listNames(members)}`);
}

/** The only array of a file. @throws `INVALID_ARGUMENT` listing those that there are, when it is not one */
async function onlyArray(file: Hdf5File, options: SourceReadOptions): Promise<Candidate> {
  const candidates: Candidate[] = [];
  const seen = new Set<number>();
  const queue = ["/"];
  for (let path = queue.shift(); path !== undefined && seen.size < MOST_OBJECTS; path = queue.shift()) {
    const object = await file.describe(path, options);
    if (seen.has(object.address)) continue;
    seen.add(object.address);
    if (object.kind === "dataset") {
      if (isArray(object)) candidates.push({ path, text: datasetText(path, object) });
      continue;
    }
    const members = object.links.map(({ name }) => name);
    if (PARTS.every((part) => members.includes(part))) candidates.push({ path, text: `"${path}" (sparse)` });
    // What begins with a dot is hidden: R keeps names of rows there.
    else
      for (const link of object.links)
        if (link.kind === "hard" && !link.name.startsWith(".")) queue.push(joinPath(path, link.name));
  }
  const [first] = candidates;
  if (first !== undefined && candidates.length === 1) return first;
  const shown = candidates.slice(0, 20).map(({ text }) => text);
  if (candidates.length > shown.length) shown.push(`and ${candidates.length - shown.length} more`);
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    candidates.length === 0
      ? `${file.name} holds no array of numbers; it holds ${listNames(await file.children("/", options))}`
      : `${file.name} holds several arrays, name one: ${shown.join(", ")}`,
  );
}

function isArray({ dataset, attributes }: ObjectDescription): boolean {
  const { type, shape } = dataset!.info;
  if (shape === null || shape.length === 0) return false;
  if (attributes.some(({ name }) => name === "CLASS") && attributes.some(({ name }) => name === "REFERENCE_LIST"))
    return false;
  return type.kind === "integer" || type.kind === "float" || type.kind === "enum";
}

function datasetText(path: string, { dataset }: ObjectDescription): string {
  const { shape, type } = dataset!.info;
  return `"${path}" (${shapeText(shape!)} of ${describeType(type)})`;
}
