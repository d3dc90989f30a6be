import type { TypedArray } from "delayedarray";
import { DelayedArrayError } from "delayedarray";
import { decoderOf } from "../decode/decoder.js";
import type { Hdf5Attribute, Hdf5File } from "../file/hdf5-file.js";
import { joinPath, where } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { toNumbers } from "./to-numbers.js";
import { openVector } from "./vector.js";

/** Something that a file states, and where it does. */
export interface Stated<T> {
  readonly value: T;
  readonly by: string;
}

/** What a group says of the sparse matrix in it. */
export interface StatedLayout {
  /** Rows and columns. */
  readonly shape: Stated<readonly [number, number]> | null;
  /** `true` for CSC, `false` for CSR. */
  readonly byColumn: Stated<boolean> | null;
  /** What to fall back on when neither the file nor the caller says: a `shape` dataset is the mark of 10x files, CSC. */
  readonly byColumnGuess: Stated<boolean> | null;
  /** What states that the group holds something else. */
  readonly foreign: string | null;
}

/**
 * Reads what a group says of the sparse matrix in it:
 *
 * - anndata: attributes `encoding-type` (`csr_matrix`, `csc_matrix`) and `shape`, before version 0.7 `h5sparse_format`
 *   (`csr`, `csc`) and `h5sparse_shape`
 * - 10x Genomics: a dataset `shape` (features, barcodes), always CSC
 *
 * @see anndata's documentation, "On-disk format", "Sparse arrays"
 * @see 10x Genomics' documentation, "Feature-Barcode Matrices", "HDF5 format"
 * @throws `FILE_INVALID` for a stated shape that is none
 */
export async function detectLayout(file: Hdf5File, group: string, options: SourceReadOptions): Promise<StatedLayout> {
  const encoding = await textAttribute(file, group, ["encoding-type", "h5sparse_format"], options);
  const format = encoding === null ? undefined : FORMATS[encoding.value];
  const byColumn = encoding === null || format === undefined ? null : { value: format, by: encoding.by };
  const foreign = encoding !== null && format === undefined ? encoding.by : null;
  const attribute = await shapeAttribute(file, group, options);
  if (attribute !== null) return { shape: attribute, byColumn, byColumnGuess: null, foreign };

  const path = joinPath(group, "shape");
  if ((await file.kind(path, options)) !== "dataset") return { shape: null, byColumn, byColumnGuess: null, foreign };
  const vector = await openVector(file, path, options);
  const by = `the dataset "${path}"`;
  const shape = { value: checkStated(file, by, await vector.read(0, vector.length, options)), by };
  const tenx = { value: true, by: "its 10x layout" };
  const certain = byColumn === null && (await file.kind(joinPath(group, "barcodes"), options)) === "dataset";
  return { shape, byColumn: certain ? tenx : byColumn, byColumnGuess: tenx, foreign };
}

const FORMATS: Readonly<Record<string, boolean>> = { csr_matrix: false, csc_matrix: true, csr: false, csc: true };

async function textAttribute(
  file: Hdf5File,
  group: string,
  names: readonly string[],
  options: SourceReadOptions,
): Promise<Stated<string> | null> {
  for (const name of names) {
    const attribute = await file.attribute(group, name, options);
    if (attribute?.type.kind !== "string") continue;
    const [text] = attribute.value as readonly string[];
    if (text !== undefined) return { value: text, by: `the attribute "${name}" (${JSON.stringify(text)})` };
  }
  return null;
}

async function shapeAttribute(
  file: Hdf5File,
  group: string,
  options: SourceReadOptions,
): Promise<StatedLayout["shape"]> {
  for (const name of ["shape", "h5sparse_shape"]) {
    const attribute = await file.attribute(group, name, options);
    if (attribute === null) continue;
    const by = `the attribute "${name}"`;
    return {
      value: checkStated(
        file,
        `${by} of "${group}"`,
        numbersOf(attribute, `${where(file, group)}, attribute "${name}"`),
      ),
      by,
    };
  }
  return null;
}

function numbersOf({ type, value }: Hdf5Attribute, what: string): TypedArray {
  const { decode } = decoderOf(type, what);
  return decode(value as Uint8Array);
}

function checkStated(file: Hdf5File, what: string, values: TypedArray): readonly [number, number] {
  const shape: number[] = Array.from<number>(toNumbers(values));
  const [rows, columns] = shape;
  if (shape.length !== 2 || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${file.name}: ${what} is [${shape.join(", ")}], expected the numbers of rows and columns of a matrix`,
    );
  }
  return [rows!, columns!];
}
