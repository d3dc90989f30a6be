import { type DecodedArray, decodeArray, type EncodedArray, ulps } from "../../../../tooling/fixtures/read.mjs";
import { DelayedArrayError, NdArray, type Operand } from "../../src/index.js";

/** A decoded array of the fixtures as an array of the package. */
export function toNdArray(encoded: EncodedArray | DecodedArray): NdArray {
  const { data, shape, dtype, mask } = "data" in encoded ? encoded : decodeArray(encoded);
  return new NdArray({ data, shape, dtype, mask });
}

/** What Python raises, as the codes that this package may throw instead. */
const CODES: Record<string, readonly string[]> = {
  OverflowError: ["INVALID_ARGUMENT"],
  TypeError: ["DTYPE_UNSUPPORTED"],
  ValueError: ["INVALID_ARGUMENT", "SHAPE_MISMATCH"],
};

export interface Expectation {
  readonly result?: EncodedArray;
  readonly error?: string;
  /** Distance allowed, in units of the last place; without it every bit must agree. */
  readonly ulps?: number;
}

/** Why an outcome is not what NumPy gives, or `undefined` when it is. */
export async function difference(expected: Expectation, run: () => Promise<NdArray>): Promise<string | undefined> {
  let actual: NdArray;
  try {
    actual = await run();
  } catch (error) {
    if (!(error instanceof DelayedArrayError)) return `threw ${String(error)}`;
    if (expected.error === undefined) return `threw ${error.code} (${error.message}), expected a value`;
    return CODES[expected.error]!.includes(error.code) ? undefined : `threw ${error.code}, expected ${expected.error}`;
  }
  if (expected.error !== undefined) return `gave a value, expected ${expected.error}`;
  return sameArray(actual, decodeArray(expected.result!), expected.ulps);
}

/** Why two arrays differ in dtype, shape or values, the signs of zeros included, or `undefined`. */
export function sameArray(actual: NdArray, expected: DecodedArray, allowed?: number): string | undefined {
  if (actual.dtype !== expected.dtype) return `dtype ${actual.dtype}, expected ${expected.dtype}`;
  if (actual.shape.join() !== expected.shape.join()) return `shape ${actual.shape}, expected ${expected.shape}`;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i]!, expected.data[i]!];
    if (actual.mask?.[i] || expected.mask?.[i]) {
      if (actual.mask?.[i] !== expected.mask?.[i])
        return `mask ${actual.mask?.[i]} at ${i}, expected ${expected.mask?.[i]}`;
      continue;
    }
    const isSame =
      allowed === undefined || (a === 0 && b === 0)
        ? Object.is(a, b)
        : ulps(a as number, b as number, actual.dtype as "float32") <= allowed;
    if (!isSame) return `${Object.is(a, -0) ? "-0" : a} at ${i}, expected ${Object.is(b, -0) ? "-0" : b}`;
  }
  return undefined;
}

/** An operand of the fixtures: a named array, or a Python scalar. */
export function scalarOf(value: { int?: string; float?: string | number; bool?: boolean }): Operand {
  if (value.bool !== undefined) return value.bool;
  if (value.float !== undefined)
    return typeof value.float === "number" ? value.float : Number(value.float.replace("inf", "Infinity"));
  const int = BigInt(value.int!);
  return int >= BigInt(Number.MIN_SAFE_INTEGER) && int <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(int) : int;
}
