import type { DType } from "../base/dtype.js";
import { floatWords } from "./float-words.js";

/** What stands for a missing entry. */
const MISSING = "--";

/**
 * Elements as text, right-aligned to a common width. Missing ones are `--` and do not take part in anything else, not
 * even in the width, unless there are no others.
 *
 * @param values - elements of `dtype`; numbers 0 and 1 for bool, bigints for 64-bit integers
 * @param isMissing - which of them are missing; nothing if none is
 * @param isScalar - whether they are the one element of a 0-d array, which is not padded
 */
export function elementWords(
  values: readonly (number | bigint)[],
  isMissing: readonly boolean[] | undefined,
  dtype: DType,
  isScalar: boolean,
): string[] {
  const present = isMissing === undefined ? values : values.filter((_, i) => !isMissing[i]);
  const words = alignRight(presentWords(present, dtype, isScalar));
  if (isMissing === undefined) return words;
  const missing = MISSING.padStart(words[0]?.length ?? 0);
  let next = 0;
  return isMissing.map((one) => (one ? missing : words[next++]!));
}

function presentWords(values: readonly (number | bigint)[], dtype: DType, isScalar: boolean): string[] {
  if (dtype === "float32" || dtype === "float64") return floatWords(values as readonly number[], dtype);
  // As wide as "False" even where all are true, so that bools look the same in every array.
  if (dtype === "bool") return values.map((value) => (value ? (isScalar ? "True" : " True") : "False"));
  return values.map(String);
}

function alignRight(words: readonly string[]): string[] {
  let width = 0;
  for (const word of words) width = Math.max(width, word.length);
  return words.map((word) => word.padStart(width));
}
