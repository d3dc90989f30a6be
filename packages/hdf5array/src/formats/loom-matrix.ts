import { DelayedArrayError, type DType } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import type { Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, joinPath, listNames, openDataset, where } from "../file/locate.js";
import { LOOM_OPENER } from "../seeds/opener-names.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { type ArrayInFile, checkFileNames } from "./array-in-file.js";
import { attributeTexts } from "./attribute-texts.js";

/** What to open of a loom file. */
export interface LoomChoice {
  readonly layer: string;
  readonly rowNames: string | undefined;
  readonly columnNames: string | undefined;
}

/** Attributes that name rows and columns, best first: loompy's conventions, then those of others. */
const ROW_NAMES = ["Gene", "Accession", "gene_names", "GeneName", "var_names"];
const COLUMN_NAMES = ["CellID", "obs_names", "cell_names", "CellName"];

/** Whether a file is a loom file. */
export async function isLoom(file: Hdf5File, options: SourceReadOptions): Promise<boolean> {
  for (const [path, kind] of [
    ["/matrix", "dataset"],
    ["/row_attrs", "group"],
    ["/col_attrs", "group"],
  ] as const)
    if ((await file.kind(path, options)) !== kind) return false;
  return true;
}

/**
 * Finds the matrix or a layer of a loom file (genes x cells), with names.
 *
 * @see Loom file format specification, version 3.0.0
 * @throws `NOT_FOUND` for a layer or an attribute, `INVALID_ARGUMENT` for another file, `FILE_INVALID`
 */
export async function findLoomMatrix<D extends DType>(
  file: Hdf5File,
  { layer, rowNames, columnNames }: LoomChoice,
  dtype: D | undefined,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  if (!(await isLoom(file, options))) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${file.name} is no loom file: expected "matrix", "row_attrs" and "col_attrs"; it holds ${listNames(await file.children("/", options))}`,
    );
  }
  const path = layer === "" ? "/matrix" : joinPath("/layers", layer);
  const { shape } = (await openDataset(file, path, options)).info;
  if (shape?.length !== 2) {
    const found = shape === null ? "it has no values" : `it is ${shapeText(shape)}`;
    throw new DelayedArrayError("FILE_INVALID", `${where(file, path)}: ${found}, expected a matrix`);
  }
  const rows = await nameAttribute(file, "/row_attrs", rowNames, ROW_NAMES, options);
  const columns = await nameAttribute(file, "/col_attrs", columnNames, COLUMN_NAMES, options);
  const escaped = await isEscaped(file, options);
  const names = await Promise.all(
    [rows, columns].map(async (one) => {
      if (one === null) return null;
      const { values } = await file.strings(one, options);
      return escaped ? values.map(withoutEntities) : values;
    }),
  );
  const findings = {
    found: `loom, ${path.slice(1)}: genes x cells`,
    dimnames: checkFileNames(file, path, shape, names, [rows ?? "", columns ?? ""]),
    opener: LOOM_OPENER,
    arguments: { layer, rowNames, columnNames, dtype },
  };
  return { kind: "dense", path, options: { ...options, dtype }, findings };
}

async function nameAttribute(
  file: Hdf5File,
  group: string,
  given: string | undefined,
  usual: readonly string[],
  options: SourceReadOptions,
): Promise<string | null> {
  if (given !== undefined) {
    const path = joinPath(group, given);
    await openDataset(file, path, options);
    return path;
  }
  for (const name of usual) {
    const path = joinPath(group, name);
    if ((await file.kind(path, options)) !== "dataset") continue;
    const { type, shape } = (await openDataset(file, path, options)).info;
    if (type.kind === "string" && shape?.length === 1) return path;
  }
  return null;
}

/** Before version 3 text outside of ASCII was written as entities of XML. */
async function isEscaped(file: Hdf5File, options: SourceReadOptions): Promise<boolean> {
  const path = absolutePath("attrs/LOOM_SPEC_VERSION");
  const version =
    (await file.kind(path, options)) === "dataset"
      ? (await file.strings(path, options)).values[0]
      : (await attributeTexts(file, "/", "LOOM_SPEC_VERSION", options))?.[0];
  return version === undefined || Number.parseInt(version, 10) < 3;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function withoutEntities(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
