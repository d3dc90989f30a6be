import { type DecimalDigits, decimalDigits } from "./decimal-digits.js";
import type { FloatDType } from "./float-parts.js";

/** NumPy's `precision`: most digits behind the decimal point. */
const PRECISION = 8;

/** From this value on, numbers get exponents: ten to the number of digits that the dtype surely holds, or to eight. */
const EXPONENT_FROM = { float32: 1e6, float64: 1e8 } as const;

/** A number as text, split where the column is aligned. */
interface Split {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
}

/**
 * Floats as text, with their decimal points at the same distance from the end: all as `12.5`, or, if they are very
 * large, very small or far apart, all as `1.25e+01`.
 *
 * @see NumPy's `FloatingFormat` with `floatmode="maxprec"`
 */
export function floatWords(values: readonly number[], dtype: FloatDType): string[] {
  const finite = values.filter(Number.isFinite);
  const written = needsExponents(finite, dtype) ? scientific(finite, dtype) : positional(finite, dtype);
  let next = 0;
  return values.map((value) => (Number.isFinite(value) ? written[next++]! : nonFinite(value)));
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

/** Compares as NumPy does, which for float32 is in float32. */
function needsExponents(finite: readonly number[], dtype: FloatDType): boolean {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const value of finite) {
    const size = Math.abs(value);
    if (size === 0) continue;
    min = Math.min(min, size);
    max = Math.max(max, size);
  }
  if (max === 0) return false;
  const round = dtype === "float32" ? Math.fround : Number;
  return max >= EXPONENT_FROM[dtype] || min < round(1e-4) || round(max / min) > 1000;
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

function positional(values: readonly number[], dtype: FloatDType): string[] {
  const splits = values.map((value) => positionalSplit(value, dtype));
  const decimals = largest(splits, ({ fraction }) => fraction.length);
  return splits.map(({ sign, whole, fraction }) => `${sign}${whole}.${fraction.padEnd(decimals)}`);
}

function positionalSplit(value: number, dtype: FloatDType): Split {
  const { digits, exponent } = decimalDigits(Math.abs(value), dtype, { decimals: PRECISION });
  const sign = signOf(value);
  if (exponent < 0) return { sign, whole: "0", fraction: trimZeros("0".repeat(-exponent - 1) + digits) };
  return {
    sign,
    whole: digits.slice(0, exponent + 1).padEnd(exponent + 1, "0"),
    fraction: trimZeros(digits.slice(exponent + 1)),
  };
}

function scientific(values: readonly number[], dtype: FloatDType): string[] {
  const shortest = values.map((value) => decimalDigits(Math.abs(value), dtype, { digits: PRECISION + 1 }));
  const decimals = largest(shortest, ({ digits }) => trimZeros(digits.slice(1)).length);
  const exponentDigits = Math.max(2, largest(shortest, exponentLength));
  return values.map((value) => {
    // Once more, as all get the same number of decimals: shorter ones go on with the digits of the exact value.
    const limit = { digits: decimals + 1, atLeast: decimals + 1 };
    const { digits, exponent } = decimalDigits(Math.abs(value), dtype, limit);
    const fraction = digits.slice(1).padEnd(decimals, "0");
    const size = String(Math.abs(exponent)).padStart(exponentDigits, "0");
    return `${signOf(value)}${digits[0]!}.${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
  });
}

function exponentLength({ exponent }: DecimalDigits): number {
  return String(Math.abs(exponent)).length;
}

// Not Math.max(...all): at rank 8 the edges alone are 1.7 million elements, more than a call takes arguments.
function largest<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), 0);
}

function trimZeros(fraction: string): string {
  return fraction.replace(/0+$/, "");
}
