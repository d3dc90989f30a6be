import { DelayedArrayError, type DType, NdArray } from "delayedarray";
import { dtypeFacts, isIntegerDType } from "delayedarray/internal";
import type { Hdf5File } from "../file/hdf5-file.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** Values as R has them. */
export interface RMeaning {
  /** dtype of what `mark` gives. */
  readonly dtype: DType;
  /** Says which values are missing, and makes logical values of those that are. */
  mark(stored: NdArray): NdArray;
}

/** The low word of R's `NA_real_`, one of many NaNs. */
const NA_REAL = 1954;

/**
 * What R reads a dataset's values as; `null` where that is what they are, of a dtype without missing values in R.
 *
 * - `int32`: the least number is `NA_integer_`
 * - `float64`: NaN whose low word is 1954 is `NA_real_`; another NaN is one
 * - integers that rhdf5 marks by the attribute `storage.mode` as `"logical"`: 0 is FALSE, the least number is `NA`,
 *   everything else TRUE
 * - strings that it marks by the attribute `as.na`: `"NA"` is `NA_character_`
 *
 * @param dtype - that of the values in the file
 * @see R Internals, "1.1 SEXPs", for NA of integers and logicals, and `R_NaReal` in R's `arithmetic.c`
 * @see the source of rhdf5, `R/h5writeDataset.R`, for the attributes
 */
export async function rMeaning(
  file: Hdf5File,
  path: string,
  dtype: DType,
  options: SourceReadOptions,
): Promise<RMeaning | null> {
  if (dtype === "string") {
    const marked = await file.attribute(path, "as.na", options);
    const isMarked = marked?.value instanceof Uint8Array && marked.value.some((byte) => byte !== 0);
    return isMarked ? { dtype, mark: (stored) => masked(stored, (stored.data as string[]).map(isNAText)) } : null;
  }
  if (isIntegerDType(dtype) && !dtype.includes("64") && (await isLogical(file, path, options))) {
    const least = Number(dtypeFacts(dtype).min);
    return { dtype: "bool", mark: (stored) => logical(stored, least) };
  }
  if (dtype === "int32") {
    return { dtype, mark: (stored) => masked(stored, Uint8Array.from(stored.data as Int32Array, isNAInteger)) };
  }
  return dtype === "float64" ? { dtype, mark: (stored) => masked(stored, naReals(stored.data as Float64Array)) } : null;
}

/** @throws `INVALID_ARGUMENT` for anything but `"R"` */
export function checkMissing(missing: unknown, asSparse: boolean | undefined): void {
  if (missing !== "R") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `missing: got ${JSON.stringify(missing) ?? "undefined"}, expected "R"`,
    );
  }
  if (asSparse) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      'missing: "R" and asSparse: a sparse array has no missing values; leave out one of them',
    );
  }
}

async function isLogical(file: Hdf5File, path: string, options: SourceReadOptions): Promise<boolean> {
  const mode = await file.attribute(path, "storage.mode", options);
  return mode !== null && Array.isArray(mode.value) && mode.value[0] === "logical";
}

const isNAText = (text: string): number => (text === "NA" ? 1 : 0);
const isNAInteger = (value: number): number => (value === -(2 ** 31) ? 1 : 0);

function naReals(values: Float64Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  return Uint8Array.from(values, (value, i) => (value !== value && words[2 * i] === NA_REAL ? 1 : 0));
}

function masked({ data, shape, dtype }: NdArray, mask: ArrayLike<number>): NdArray {
  return new NdArray({ data, shape, dtype, mask: Uint8Array.from(mask) } as never);
}

function logical({ data, shape }: NdArray, na: number): NdArray {
  const numbers = data as Int32Array;
  const mask = Uint8Array.from(numbers, (value) => (value === na ? 1 : 0));
  const values = Uint8Array.from(numbers, (value, i) => (value !== 0 && mask[i] === 0 ? 1 : 0));
  return new NdArray({ data: values, shape, dtype: "bool", mask });
}
