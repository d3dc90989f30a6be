import { FLOAT_KERNELS } from "./float-kernels.js";

/** Numbers that fit the module's memory at once. */
export const SIMD_LENGTH = 4096;

/** Where the module's memory holds the numbers, behind its own constants, other operands, and the sums. */
const VALUES = 65536;
const OTHERS = VALUES + 8 * SIMD_LENGTH;
const SUMS = VALUES - 96;

/** Loops over float64 in WebAssembly; its source is tooling/wasm/float-kernels.ts. */
export interface SimdKernels {
  /** The memory that the loops work on. */
  readonly values: Float64Array;
  /** Second operands. */
  readonly others: Float64Array;
  /** Divides the first `count` values by the others, in place. */
  divide(count: number): void;
  /** log(1 + x) of the first `count` values in place; `true` if some are not above -1 and below 2^60, and came out wrong. */
  log1p(count: number): boolean;
  /** Four sums, their errors, and the errors of those. */
  readonly sums: Float64Array;
  /** Adds the first `count` values, a multiple of 4, to the sums. */
  compensatedSum(count: number): void;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  divide(at: number, count: number, by: number): void;
  log1p(at: number, count: number): number;
  compensatedSum(at: number, count: number, sums: number): void;
}

let kernels: SimdKernels | null | undefined;

/** The loops; `null` where WebAssembly or its SIMD is missing, or forbidden by the page's security policy. */
export function simdKernels(): SimdKernels | null {
  if (kernels === undefined) kernels = instantiate();
  return kernels;
}

function instantiate(): SimdKernels | null {
  try {
    const binary = Uint8Array.from(atob(FLOAT_KERNELS), (character) => character.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
    const { memory, divide, log1p, compensatedSum } = exports as unknown as Exports;
    return {
      values: new Float64Array(memory.buffer, VALUES, SIMD_LENGTH),
      others: new Float64Array(memory.buffer, OTHERS, SIMD_LENGTH),
      sums: new Float64Array(memory.buffer, SUMS, 12),
      divide: (count) => divide(VALUES, count, OTHERS),
      log1p: (count) => log1p(VALUES, count) !== 0,
      compensatedSum: (count) => compensatedSum(VALUES, count, SUMS),
    };
  } catch {
    // The loops in JavaScript give the same, more slowly.
    return null;
  }
}
