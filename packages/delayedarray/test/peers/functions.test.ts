import { describe } from "vitest";
import {
  abs,
  add,
  argmax,
  clip,
  concatenate,
  isfinite,
  minimum,
  ndarray,
  prod,
  round,
  stack,
  std,
  sum,
  transpose,
  var as variance,
  where,
  wrap,
} from "../../src/index.js";
import { asNumpy, complexSeed, gives, refuses, x, y } from "./situation.js";

const row = x.subset([[0]]);
const booleans = x.greater(5);

describe("Functions", () => {
  asNumpy("minus of zero", () => wrap(ndarray([0, 1])).negative());
  refuses("minus of booleans", "DTYPE_UNSUPPORTED", () => row.greater(2).negative());
  asNumpy("only where a mask says so", () => where([true, false, true, false], row.add(1), 0));
  asNumpy("into an array that is given", async () => {
    // Results are new arrays; an array that is there already takes values by its typed array.
    const out = ndarray(new Int32Array(4), [1, 4]);
    out.data.set((await row.add(1).toDense()).data as Int32Array);
    return out;
  });
  asNumpy("a dtype for the result", () => add(x.astype("float64"), 1).dtype);
  asNumpy("folding an operation along an axis", () => x.sum({ axis: 0 }));
  asNumpy("an axis by position: sum", () => sum(x, { axis: 0 }));
  asNumpy("an axis by position: var", () => variance(x, { axis: 0 }));
  asNumpy("an axis by position: concatenate", () => concatenate([x, x], 1).shape);
  asNumpy("an axis by position: transpose", () => transpose(y, [0, 2, 1]).shape);
  asNumpy("decimals by position", () => round(ndarray([0.25, 1.36]), 1));
  asNumpy("a dtype for concatenate", () => concatenate([x, x]).astype("float64").dtype);
  gives("rounding booleans", "float32", async () => (await booleans.round().toDense()).dtype);
  refuses("absolute values of complex numbers, sparse", "DTYPE_UNSUPPORTED", () => abs(complexSeed));
  asNumpy("largest and smallest", async () => [await x.max(), await x.min()]);
  asNumpy("where the largest is", () => argmax(x));
  asNumpy("a product", () => prod(x.add(1)));
  asNumpy("a standard deviation", () => std(x));
  asNumpy("clipping", () => clip(row, 1, 2));
  asNumpy("the smaller of two", () => minimum(row, 2));
  asNumpy("finite values", () => isfinite(ndarray([1, Number.POSITIVE_INFINITY, Number.NaN])));
  asNumpy("a choice by condition", () => where(row.greater(1), row, -1));
  asNumpy("reshaping", () => x.reshape([3, 1, 4]).shape);
  asNumpy("stacking", () => stack([x, x]).shape);
  asNumpy("number of axes", () => x.ndim);
  asNumpy("length", () => x.length);
  asNumpy("number of bytes", () => x.nbytes);
});
