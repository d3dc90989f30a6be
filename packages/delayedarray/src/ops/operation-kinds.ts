import { type DType, isBigDType, isFloatDType, itemSize, promote, promoteAll } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sizeOf } from "../base/shape.js";
import * as arithmetic from "../kernels/arithmetic.js";
import * as math from "../kernels/math.js";
import type { AnyRegister, Kernel, Register } from "../kernels/register.js";
import { wrapFor } from "../kernels/wrap.js";
import type { MissingRule } from "./node.js";

/** How an operation treats a JavaScript scalar beside an array: see `scalarOperand`. */
export type ScalarRule = "same" | "float" | "real" | "compare" | "logic";

/** What is known of an element-wise operation: one row of the table. */
export interface Operation {
  readonly arity: 1 | 2 | 3;
  readonly scalars: ScalarRule;
  /** Whether the first operand is a condition: any dtype will do, and it has no say in the result's. */
  readonly conditional?: true;
  readonly missing?: MissingRule;
  /** The dtypes that operands are computed in, and the result's. @throws `DTYPE_UNSUPPORTED` */
  resolve(name: string, dtypes: readonly DType[]): { readonly compute: readonly DType[]; readonly result: DType };
  /** The loop for operands already in their compute dtypes. */
  kernel(compute: readonly DType[], result: DType, shapes: readonly Shape[]): Kernel;
}

function refuse(name: string, dtypes: readonly DType[], why: string): never {
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${name} of ${dtypes.join(" and ")}: ${why}`);
}

/** The kernel, then the result dtype's wrap-around or rounding. */
function wrapped(kernel: Kernel, result: DType): Kernel {
  const wrap = wrapFor(result);
  if (wrap === undefined) return kernel;
  return (out, n, ...operands) => {
    kernel(out, n, ...operands);
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

export function arithmeticOperation(loops: Loops, refuseBool = ""): Operation {
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

/**
 * Integers to a negative power are refused as NumPy refuses them: the result would not be an integer. What stands under a
 * mask is no exponent.
 */
function checkedPower(kernel: Kernel): Kernel {
  return (out, n, a: Register, b: Register, missing?: AnyRegister) => {
    for (let i = 0; i < n; i++) {
      if (b[i]! < 0 && !missing?.[i]) throw negativePower(String(b[i]));
    }
    kernel(out, n, a, b);
  };
}

/** Powers of integers are checked; a constant exponent of floats has a loop of its own. */
export function powerOperation(power: Operation, constant: Operation): Operation {
  return {
    ...power,
    missing: "told",
    kernel(compute, result, shapes) {
      if (!isFloatDType(result)) return checkedPower(power.kernel(compute, result, shapes));
      return (isConstantExponent(shapes) ? constant : power).kernel(compute, result, shapes);
    },
  };
}

/**
 * Whether NumPy takes an exponent for a constant: one element beside several. Of one beside one it takes 0-d ones, and
 * what it has to add axes to.
 */
function isConstantExponent([base, exponent]: readonly Shape[]): boolean {
  if (sizeOf(exponent!) !== 1) return false;
  return exponent!.length === 0 || sizeOf(base!) > 1 || (base!.length > 0 && base!.length !== exponent!.length);
}

/** The error for an integer to a negative power. */
export function negativePower(exponent: string): DelayedArrayError {
  return new DelayedArrayError(
    "INVALID_ARGUMENT",
    `power: integers to negative integer powers are not allowed (exponent ${exponent}): convert the base or the exponent to float64 first`,
  );
}

export const divideOperation: Operation = {
  arity: 2,
  scalars: "float",
  resolve(_, [a, b]) {
    const common = promote(a!, b!);
    const result = isFloatDType(common) ? common : "float64";
    return { compute: [result, result], result };
  },
  kernel: (_, result) => wrapped(arithmetic.divide, result),
};

/** An operation that gives one of its operands as it is, in the dtype that they have in common. */
export function choosingOperation(arity: 2 | 3, float: Kernel, big: Kernel): Operation {
  return {
    arity,
    scalars: "same",
    resolve(_, dtypes) {
      const result = promoteAll(dtypes);
      return { compute: dtypes.map(() => result), result };
    },
    kernel: (_, result) => (isBigDType(result) ? big : float),
  };
}

/** One of two operands, by a condition. */
export function conditionalOperation(float: Kernel, big: Kernel): Operation {
  return {
    ...choosingOperation(3, float, big),
    conditional: true,
    missing: "chosen",
    resolve(_, [, ...dtypes]) {
      const result = promoteAll(dtypes);
      return { compute: ["bool", result, result], result };
    },
  };
}

export function comparison(float: Kernel, big: Kernel): Operation {
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

export function logic(arity: 1 | 2, kernel: Kernel): Operation {
  return {
    arity,
    scalars: "logic",
    resolve: (_, dtypes) => ({ compute: dtypes.map(() => "bool"), result: "bool" }),
    kernel: () => kernel,
  };
}

/** The float dtype that holds a dtype's values: float32 for up to 16 bits, also where NumPy has float16. */
export function floatOf(dtype: DType): DType {
  return isFloatDType(dtype) ? dtype : itemSize(dtype) <= 2 ? "float32" : "float64";
}

/** A function to floats. */
export function floatFunction(arity: 1 | 2, kernel: Kernel, float32 = kernel): Operation {
  return {
    arity,
    scalars: "real",
    resolve(_, dtypes) {
      const result = promoteAll(dtypes.map(floatOf));
      return { compute: dtypes.map(() => result), result };
    },
    kernel: (_, result) => wrapped(result === "float32" ? float32 : kernel, result),
  };
}

interface KeepingLoops {
  float: Kernel;
  int?: Kernel;
  big?: Kernel;
}

/** A function that keeps the dtype. */
export function keepingFunction(loops: KeepingLoops, refuseBool = ""): Operation {
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

/** The same, with bools computed as int8. */
export function keepingNumber(loops: KeepingLoops): Operation {
  const keeping = keepingFunction(loops);
  return { ...keeping, resolve: (name, [a]) => keeping.resolve(name, [a === "bool" ? "int8" : a!]) };
}

/** A test of floats, with the same answer for all integers and bools. */
export function floatTest(float: Kernel, other: Kernel): Operation {
  return {
    arity: 1,
    scalars: "same",
    resolve: (_, [a]) => ({ compute: [a!], result: "bool" }),
    kernel: ([a]) => (isFloatDType(a!) ? float : other),
  };
}
