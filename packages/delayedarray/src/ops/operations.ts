import * as arithmetic from "../kernels/arithmetic.js";
import { bigKernels } from "../kernels/big.js";
import * as choose from "../kernels/choose.js";
import * as compare from "../kernels/compare.js";
import { arctan2, hypot, hypotFloat32 } from "../kernels/hypot.js";
import { log1p } from "../kernels/log1p.js";
import { logaddexp } from "../kernels/logaddexp.js";
import * as math from "../kernels/math.js";
import {
  arithmeticOperation,
  choosingOperation,
  comparison,
  conditionalOperation,
  divideOperation,
  floatFunction,
  floatTest,
  keepingFunction,
  keepingNumber,
  logic,
  type Operation,
  powerOperation,
} from "./operation-kinds.js";

const power = arithmeticOperation({
  float: arithmetic.powerFloat,
  float32: arithmetic.powerFloat32,
  int: arithmetic.powerInt,
  big: bigKernels.power,
});

const powerOfConstant = arithmeticOperation({
  float: arithmetic.powerConstant,
  float32: arithmetic.powerConstant32,
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
  power: powerOperation(power, powerOfConstant),
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
  log: floatFunction(1, math.log),
  log1p: floatFunction(1, log1p),
  log2: floatFunction(1, math.log2),
  log10: floatFunction(1, math.log10),
  exp: floatFunction(1, math.exp),
  expm1: floatFunction(1, math.expm1),
  exp2: floatFunction(1, math.exp2),
  sqrt: floatFunction(1, math.sqrt),
  cbrt: floatFunction(1, math.cbrt),
  rint: floatFunction(1, math.rint),
  sin: floatFunction(1, math.sin),
  cos: floatFunction(1, math.cos),
  tan: floatFunction(1, math.tan),
  sinh: floatFunction(1, math.sinh),
  cosh: floatFunction(1, math.cosh),
  tanh: floatFunction(1, math.tanh),
  arcsin: floatFunction(1, math.arcsin),
  arccos: floatFunction(1, math.arccos),
  arctan: floatFunction(1, math.arctan),
  arcsinh: floatFunction(1, math.arcsinh),
  arccosh: floatFunction(1, math.arccosh),
  arctanh: floatFunction(1, math.arctanh),
  hypot: floatFunction(2, hypot, hypotFloat32),
  arctan2: floatFunction(2, arctan2),
  logaddexp: floatFunction(2, logaddexp),
  minimum: choosingOperation(2, choose.minimum, bigKernels.minimum),
  maximum: choosingOperation(2, choose.maximum, bigKernels.maximum),
  clip: choosingOperation(3, choose.clip, choose.clipBig),
  where: conditionalOperation(choose.choose, choose.chooseBig),
  square: keepingNumber({ float: math.square, int: math.squareInt, big: bigKernels.square }),
  reciprocal: keepingNumber({ float: math.reciprocal, int: math.reciprocalInt, big: bigKernels.reciprocal }),
  ceil: keepingFunction({ float: math.ceil, int: math.copy }),
  floor: keepingFunction({ float: math.floor, int: math.copy }),
  trunc: keepingFunction({ float: math.trunc, int: math.copy }),
  sign: keepingFunction({ float: math.sign, big: bigKernels.sign }, "convert it to an integer first"),
  abs: keepingFunction({ float: math.abs, big: bigKernels.abs }),
  negative: keepingFunction(
    { float: math.negative, big: bigKernels.negative },
    "use logicalNot, or convert it to an integer first",
  ),
  isnan: floatTest(math.isnan, math.allFalse),
  isinf: floatTest(math.isinf, math.allFalse),
  isfinite: floatTest(math.isfinite, math.allTrue),
} as const satisfies Record<string, Operation>;

/** The name of an element-wise operation. */
export type OperationName = keyof typeof OPERATIONS;
