import { type DType, isBigDType, isFloatDType, isIntegerDType, itemSize, promote } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import * as arithmetic from "../kernels/arithmetic.js";
import { bigKernels } from "../kernels/big.js";
import * as compare from "../kernels/compare.js";
import * as math from "../kernels/math.js";
import type { Kernel } from "../kernels/register.js";
import { wrapFor } from "../kernels/wrap.js";

/** How an operation treats a JavaScript scalar beside an array: see `scalarOperand`. */
export type ScalarRule = "same" | "float" | "compare" | "logic";

/** What is known of an element-wise operation: one row of the table. */
export interface Operation {
  readonly arity: 1 | 2;
  readonly scalars: ScalarRule;
  /** The dtypes that operands are computed in, and the result's. @throws `DTYPE_UNSUPPORTED` */
  resolve(name: string, dtypes: readonly DType[]): { readonly compute: readonly DType[]; readonly result: DType };
  /** The loop for operands already in their compute dtypes. */
  kernel(compute: readonly DType[], result: DType): Kernel;
}

function refuse(name: string, dtypes: readonly DType[], why: string): never {
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${name} of ${dtypes.join(" and ")}: ${why}`);
}

/** The kernel, then the result dtype's wrap-around or rounding. */
function wrapped(kernel: Kernel, result: DType): Kernel {
  const wrap = wrapFor(result);
  if (wrap === undefined) return kernel;
  return (out, a, b, n) => {
    kernel(out, a, b, n);
    wrap(out as Float64Array, n);
  };
}

interface Loops {
  float: Kernel;
  /** For integers of up to 32 bits, if not the same as for floats. */
  int?: Kernel;
  big: Kernel;
  /** For two bools; without it they are computed as int8. */
  bool?: Kernel;
  float32?: Kernel;
  /** For int32, with the wrap-around already done. */
  int32?: Kernel;
}

function arithmeticOperation(loops: Loops, refuseBool = ""): Operation {
  return {
    arity: 2,
    scalars: "same",
    resolve(name, [a, b]) {
      let result = promote(a!, b!);
      if (result === "bool") {
        if (refuseBool !== "") refuse(name, [a!, b!], refuseBool);
        if (loops.bool === undefined) result = "int8";
      }
      return { compute: [result, result], result };
    },
    kernel(_, result) {
      if (result === "bool") return loops.bool!;
      if (isBigDType(result)) return loops.big;
      if (result === "int32" && loops.int32 !== undefined) return loops.int32;
      if (result === "float32") return wrapped(loops.float32 ?? loops.float, result);
      return wrapped(isFloatDType(result) ? loops.float : (loops.int ?? loops.float), result);
    },
  };
}

/** Integers to a negative power are refused as NumPy refuses them: the result would not be an integer. */
function checkedPower(kernel: Kernel): Kernel {
  return (out, a, b, n) => {
    for (let i = 0; i < n; i++) {
      if (b[i]! < 0) throw negativePower(String(b[i]));
    }
    kernel(out, a, b, n);
  };
}

/** The error for an integer to a negative power. */
export function negativePower(exponent: string): DelayedArrayError {
  return new DelayedArrayError(
    "INVALID_ARGUMENT",
    `power: integers to negative integer powers are not allowed (exponent ${exponent}): convert the base or the exponent to float64 first`,
  );
}

const divideOperation: Operation = {
  arity: 2,
  scalars: "float",
  resolve(_, [a, b]) {
    const common = promote(a!, b!);
    const result = isFloatDType(common) ? common : "float64";
    return { compute: [result, result], result };
  },
  kernel: (_, result) => wrapped(arithmetic.divide, result),
};

function comparison(float: Kernel, big: Kernel): Operation {
  return {
    arity: 2,
    scalars: "compare",
    resolve(_, [a, b]) {
      const common = promote(a!, b!);
      // Signed integers against uint64 have no common integer dtype, but compare exactly as bigints.
      const exact = common === "float64" && !isFloatDType(a!) && !isFloatDType(b!);
      const each = (dtype: DType): DType => (exact ? (dtype === "uint64" ? "uint64" : "int64") : common);
      return { compute: [each(a!), each(b!)], result: "bool" };
    },
    kernel: ([a]) => (isBigDType(a!) ? big : float),
  };
}

function logic(arity: 1 | 2, kernel: Kernel): Operation {
  return {
    arity,
    scalars: "logic",
    resolve: (_, dtypes) => ({ compute: dtypes.map(() => "bool"), result: "bool" }),
    kernel: () => kernel,
  };
}

/** A function to floats: float32 for integers of up to 16 bits (NumPy's float16 results too are float32 here). */
function floatFunction(kernel: Kernel): Operation {
  return {
    arity: 1,
    scalars: "float",
    resolve(_, [a]) {
      const result = isFloatDType(a!) ? a! : itemSize(a!) <= 2 ? "float32" : "float64";
      return { compute: [result], result };
    },
    kernel: (_, result) => wrapped(kernel, result),
  };
}

/** A function that keeps the dtype. */
function keepingFunction(loops: { float: Kernel; int?: Kernel; big?: Kernel }, refuseBool = ""): Operation {
  return {
    arity: 1,
    scalars: "same",
    resolve(name, [a]) {
      if (a === "bool" && refuseBool !== "") refuse(name, [a], refuseBool);
      return { compute: [a!], result: a! };
    },
    kernel(_, result) {
      if (isBigDType(result)) return loops.big ?? math.copy;
      return isFloatDType(result) ? wrapped(loops.float, result) : wrapped(loops.int ?? loops.float, result);
    },
  };
}

const isnanOperation: Operation = {
  arity: 1,
  scalars: "same",
  resolve: (_, [a]) => ({ compute: [a!], result: "bool" }),
  kernel: ([a]) => (isFloatDType(a!) ? math.isnan : math.allFalse),
};

const power = arithmeticOperation({
  float: arithmetic.powerFloat,
  float32: arithmetic.powerFloat32,
  int: arithmetic.powerInt,
  big: bigKernels.power,
});

/**
 * Every element-wise operation, by its name in the public API. Arithmetic on bools is logic where NumPy has a loop for
 * bools, and int8 where it has none.
 *
 * @see NumPy's ufunc type tables and NEP 50
 */
export const OPERATIONS = {
  add: arithmeticOperation({
    float: arithmetic.add,
    int32: arithmetic.addInt32,
    big: bigKernels.add,
    bool: compare.logicalOr,
  }),
  subtract: arithmeticOperation(
    { float: arithmetic.subtract, int32: arithmetic.subtractInt32, big: bigKernels.subtract },
    "use logicalXor, or convert one of them to an integer first",
  ),
  multiply: arithmeticOperation({
    float: arithmetic.multiply,
    int: arithmetic.multiplyInt32,
    int32: arithmetic.multiplyInt32,
    big: bigKernels.multiply,
    bool: compare.logicalAnd,
  }),
  divide: divideOperation,
  remainder: arithmeticOperation({
    float: arithmetic.remainderFloat,
    int: arithmetic.remainderInt,
    big: bigKernels.remainder,
  }),
  floorDivide: arithmeticOperation({
    float: arithmetic.floorDivideFloat64,
    float32: arithmetic.floorDivideFloat32,
    int: arithmetic.floorDivideInt,
    big: bigKernels.floorDivide,
  }),
  power: {
    ...power,
    kernel: (compute, result) =>
      isIntegerDType(result) ? checkedPower(power.kernel(compute, result)) : power.kernel(compute, result),
  },
  equal: comparison(compare.equal, bigKernels.equal),
  notEqual: comparison(compare.notEqual, bigKernels.notEqual),
  less: comparison(compare.less, bigKernels.less),
  lessEqual: comparison(compare.lessEqual, bigKernels.lessEqual),
  greater: comparison(compare.greater, bigKernels.greater),
  greaterEqual: comparison(compare.greaterEqual, bigKernels.greaterEqual),
  logicalAnd: logic(2, compare.logicalAnd),
  logicalOr: logic(2, compare.logicalOr),
  logicalXor: logic(2, compare.logicalXor),
  logicalNot: logic(1, compare.logicalNot),
  log: floatFunction(math.log),
  log1p: floatFunction(math.log1p),
  log2: floatFunction(math.log2),
  log10: floatFunction(math.log10),
  exp: floatFunction(math.exp),
  expm1: floatFunction(math.expm1),
  sqrt: floatFunction(math.sqrt),
  sin: floatFunction(math.sin),
  cos: floatFunction(math.cos),
  tan: floatFunction(math.tan),
  sinh: floatFunction(math.sinh),
  cosh: floatFunction(math.cosh),
  tanh: floatFunction(math.tanh),
  arcsin: floatFunction(math.arcsin),
  arccos: floatFunction(math.arccos),
  arctan: floatFunction(math.arctan),
  arcsinh: floatFunction(math.arcsinh),
  arccosh: floatFunction(math.arccosh),
  arctanh: floatFunction(math.arctanh),
  ceil: keepingFunction({ float: math.ceil, int: math.copy }),
  floor: keepingFunction({ float: math.floor, int: math.copy }),
  trunc: keepingFunction({ float: math.trunc, int: math.copy }),
  sign: keepingFunction({ float: math.sign, big: bigKernels.sign }, "convert it to an integer first"),
  abs: keepingFunction({ float: math.abs, big: bigKernels.abs }),
  negative: keepingFunction(
    { float: math.negative, big: bigKernels.negative },
    "use logicalNot, or convert it to an integer first",
  ),
  isnan: isnanOperation,
} as const satisfies Record<string, Operation>;

/** The name of an element-wise operation. */
export type OperationName = keyof typeof OPERATIONS;
