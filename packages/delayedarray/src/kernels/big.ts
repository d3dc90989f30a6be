import type { Kernel } from "./register.js";

type BigArray = BigInt64Array;

/** A loop over 64-bit integers; storing the result takes it modulo 2^64. */
function bigLoop(f: (a: bigint, b: bigint) => bigint): Kernel {
  return (out: BigArray, n, a: BigArray, b: BigArray) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i]!, b[i]!);
  };
}

/** The same for one operand. */
function bigFunction(f: (a: bigint) => bigint): Kernel {
  return (out: BigArray, n, a: BigArray) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i]!);
  };
}

/** A comparison of 64-bit integers; exact between signed and unsigned. */
function bigTest(f: (a: bigint, b: bigint) => boolean): Kernel {
  return (out: Float64Array, n, a: BigArray, b: BigArray) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i]!, b[i]!) ? 1 : 0;
  };
}

function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asUintN(64, result * square);
    square = BigInt.asUintN(64, square * square);
  }
  return result;
}

/** Operations on 64-bit integers, with NumPy's wrap-around and its 0 for division by zero. */
export const bigKernels = {
  add: bigLoop((a, b) => a + b),
  subtract: bigLoop((a, b) => a - b),
  multiply: bigLoop((a, b) => a * b),
  remainder: bigLoop(modulo),
  floorDivide: bigLoop((a, b) => (b === 0n ? 0n : (a - modulo(a, b)) / b)),
  power: bigLoop(power),
  negative: bigFunction((a) => -a),
  abs: bigFunction((a) => (a < 0n ? -a : a)),
  square: bigFunction((a) => a * a),
  reciprocal: bigFunction((a) => (a === 1n || a === -1n ? a : 0n)),
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
  minimum: bigLoop((a, b) => (a < b ? a : b)),
  // biome-ignore lint/complexity/useMathMinMax: nor does Math.max
  maximum: bigLoop((a, b) => (a > b ? a : b)),
  sign: bigFunction((a) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
  equal: bigTest((a, b) => a === b),
  notEqual: bigTest((a, b) => a !== b),
  less: bigTest((a, b) => a < b),
  lessEqual: bigTest((a, b) => a <= b),
  greater: bigTest((a, b) => a > b),
  greaterEqual: bigTest((a, b) => a >= b),
} as const;
