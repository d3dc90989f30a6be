import { DelayedArrayError, type DType } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, joinPath, listNames, missing, where } from "../file/locate.js";
import { detectLayout } from "../seeds/detect.js";
import { TENX_OPENER } from "../seeds/opener-names.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { type ArrayInFile, checkFileNames } from "./array-in-file.js";
import { attributeText } from "./attribute-texts.js";

/** Which of a feature's two names its row gets. */
export type TenxRowNames = "id" | "name";

const PARTS = ["data", "indices", "indptr", "shape", "barcodes"];

/** What a file of 10x Genomics is about, in its own words. */
const MOLECULES = "molecule";

/** Where the names of features are: since version 3, and before. */
const FEATURES: Readonly<Record<TenxRowNames, readonly string[]>> = {
  id: ["features/id", "genes"],
  name: ["features/name", "gene_names"],
};

/** Paths of the groups that hold a matrix as 10x Genomics writes it. */
export async function tenxGroups(file: Hdf5File, options: SourceReadOptions): Promise<readonly string[]> {
  const groups: string[] = [];
  // Links out of the file are not followed: most have nothing to do with a 10x file.
  const { links } = await file.describe("/", options);
  for (const { kind, name } of links) {
    const path = absolutePath(name);
    if (kind !== "hard" && kind !== "soft") continue;
    if ((await file.kind(path, options)) !== "group") continue;
    const members = await file.children(path, options);
    if (PARTS.every((part) => members.includes(part))) groups.push(path);
  }
  return groups;
}

/** Whether a file is a `molecule_info.h5` of Cell Ranger. */
export async function isMoleculeInfo(file: Hdf5File, options: SourceReadOptions): Promise<boolean> {
  if ((await attributeText(file, "/", "filetype", options)) === MOLECULES) return true;
  const names = await file.children("/", options);
  return (
    names.includes("umi") && names.includes("gem_group") && (names.includes("barcode_idx") || names.includes("barcode"))
  );
}

/**
 * Finds a matrix of a file of 10x Genomics (features x barcodes), with names.
 *
 * @param given - its group; needed where there are several, as version 2 has one for each genome
 * @see 10x Genomics' documentation, "Feature-Barcode Matrices", "HDF5 format"
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` for another file or several groups, `FILE_INVALID`
 */
export async function findTenxMatrix<D extends DType>(
  file: Hdf5File,
  given: string | undefined,
  rowNames: TenxRowNames,
  dtype: D | undefined,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  const path = given === undefined ? await onlyGroup(file, options) : absolutePath(given);
  const kind = await file.kind(path, options);
  if (kind === null) throw await missing(file, path, options);
  const members = kind === "group" ? await file.children(path, options) : [];
  const absent = PARTS.filter((part) => part !== "barcodes" && !members.includes(part));
  if (absent.length > 0) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where(file, path)} holds no 10x matrix: ${kind === "group" ? `it has no ${absent.map((one) => `"${one}"`).join(", ")}` : `it is a ${kind}`}`,
    );
  }
  const layout = await detectLayout(file, path, options);
  const features = await firstOf(file, path, FEATURES[rowNames], options);
  const barcodes = await firstOf(file, path, ["barcodes"], options);
  const names = await Promise.all(
    [features, barcodes].map((one) => (one === null ? null : namesAt(file, one, options))),
  );
  const version = members.includes("features") ? 3 : 2;
  const shape = layout.shape?.value ?? [0, 0];
  const findings = {
    found: `10x matrix, version ${version} ("${path}"): features x barcodes`,
    dimnames: checkFileNames(file, path, shape, names, [features ?? "", barcodes ?? ""]),
    opener: TENX_OPENER,
    arguments: { group: path, rowNames, dtype },
  };
  return { kind: "sparse", path, options: { ...options, dtype, byColumn: true }, findings };
}

async function onlyGroup(file: Hdf5File, options: SourceReadOptions): Promise<string> {
  if (await isMoleculeInfo(file, options)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${file.name} is a molecule_info.h5 of Cell Ranger: it lists molecules and holds no matrix; open filtered_feature_bc_matrix.h5 or raw_feature_bc_matrix.h5 of the same run`,
    );
  }
  const groups = await tenxGroups(file, options);
  if (groups.length === 1) return groups[0]!;
  const shown = groups.map((group) => JSON.stringify(group.slice(1))).join(", ");
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    groups.length === 0
      ? `${file.name} holds no 10x matrix: none of its groups has ${PARTS.map((one) => `"${one}"`).join(", ")}; it holds ${listNames(await file.children("/", options))}`
      : `${file.name} holds several 10x matrices, one for each genome: pass group: one of ${shown}`,
  );
}

async function firstOf(
  file: Hdf5File,
  group: string,
  names: readonly string[],
  options: SourceReadOptions,
): Promise<string | null> {
  for (const name of names) {
    const path = joinPath(group, name);
    if ((await file.kind(path, options)) === "dataset") return path;
  }
  return null;
}

/** Where HDF5Array had no names to write there is an empty dataset. */
async function namesAt(file: Hdf5File, path: string, options: SourceReadOptions): Promise<readonly string[] | null> {
  const { shape, values } = await file.strings(path, options);
  return shape.length === 1 && values.length > 0 ? values : null;
}
