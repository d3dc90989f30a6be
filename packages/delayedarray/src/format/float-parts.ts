/** A float as `significand * 2 ** exponent`, and where its neighbours are. */
export interface FloatParts {
  readonly significand: bigint;
  readonly exponent: number;
  /** Whether the next float below is only half as far away as the next above: so at powers of two. */
  readonly closerBelow: boolean;
}

/** IEEE 754 binary32 and binary64. */
const LAYOUTS = {
  float32: { fractionBits: 23, bias: 127 },
  float64: { fractionBits: 52, bias: 1023 },
} as const;

/** The dtypes that this file takes apart. */
export type FloatDType = keyof typeof LAYOUTS;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * Takes a float apart.
 *
 * @param value - finite, not negative; representable in `dtype`
 */
export function floatParts(value: number, dtype: FloatDType): FloatParts {
  const { fractionBits, bias } = LAYOUTS[dtype];
  const bits = bitsOf(value, dtype);
  const hidden = 1n << BigInt(fractionBits);
  const fraction = bits & (hidden - 1n);
  const stored = Number(bits >> BigInt(fractionBits));
  // Subnormal numbers have no hidden bit and the exponent of the smallest normal ones.
  const exponent = Math.max(stored, 1) - bias - fractionBits;
  return {
    significand: stored === 0 ? fraction : fraction | hidden,
    exponent,
    closerBelow: fraction === 0n && stored > 1,
  };
}

function bitsOf(value: number, dtype: FloatDType): bigint {
  if (dtype === "float32") {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}
