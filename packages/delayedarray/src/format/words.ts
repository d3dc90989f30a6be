import type { DType } from "../base/dtype.js";
import { floatWords } from "./float-words.js";
import { pythonLiteral } from "./python-literal.js";

/** What stands for a missing entry. */
const MISSING = "--";

/** One element as it lies in memory: a number, 0 or 1 for bool, a bigint for 64-bit integers, a string. */
type Element = number | bigint | string;

/**
 * Elements as text, right-aligned to a common width; strings are quoted, and not aligned. Missing ones are `--` and do
 * not take part in anything else, not even in the width, unless there are no others.
 *
 * @param values - elements of `dtype`
 * @param isMissing - which of them are missing; nothing if none is
 * @param isScalar - whether they are the one element of a 0-d array, which is not padded
 */
export function elementWords(
  values: readonly Element[],
  isMissing: readonly boolean[] | undefined,
  dtype: DType,
  isScalar: boolean,
): string[] {
  if (dtype === "string") return values.map((value, i) => (isMissing?.[i] ? MISSING : pythonLiteral(value as string)));
  const present = isMissing === undefined ? values : values.filter((_, i) => !isMissing[i]);
  const words = alignRight(presentWords(present, dtype, isScalar));
  if (isMissing === undefined) return words;
  const missing = MISSING.padStart(words[0]?.length ?? 0);
  let next = 0;
  return isMissing.map((one) => (one ? missing : words[next++]!));
}

function presentWords(values: readonly Element[], dtype: DType, isScalar: boolean): string[] {
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
