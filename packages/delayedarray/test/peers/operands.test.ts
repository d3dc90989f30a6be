import { describe } from "vitest";
import { add, logicalAnd, type NestedInput, ndarray, wrap } from "../../src/index.js";
import { asNumpy, gives, refuses, x, y } from "./situation.js";

const ints = (values: NestedInput, shape?: number[]) => ndarray(values, shape, "int32");

describe("Operands", () => {
  refuses("a vector longer than the last axis", "SHAPE_MISMATCH", () => x.add([0, 1, 2, 3, 4, 5]));
  refuses("a vector shorter than the last axis", "SHAPE_MISMATCH", () => x.add([0, 1]));
  asNumpy("a vector of length 1", () => x.add([10]));
  asNumpy("an operand with fewer axes", () =>
    y.subset([null, null, [0, 1]]).add(
      ints([
        [10, 20],
        [30, 40],
        [50, 60],
      ]),
    ),
  );
  asNumpy("an operand that varies along two of three axes", () =>
    y.add(ints([0, 1, 2, 3, 4, 5, 6, 7], [2, 1, 4])).subset([null, 0]),
  );
  refuses("an operand with more axes", "SHAPE_MISMATCH", () => x.add(ints([1, 1, 1, 1], [1, 1, 4])));
  asNumpy("a plain list, then a subset", () => x.add([1, 2, 3, 4]).subset([null, [1]]));
  asNumpy("a delayed operand that broadcasts", () => x.add(wrap(ints([10, 20, 30, 40]))));
  refuses("two operands of which neither has the result's shape", "SHAPE_MISMATCH", () =>
    add(wrap(ints([0, 1, 2], [3, 1])), ints([0, 1, 2])),
  );
  gives("or of integers", "[[true, true, true, true]]", () => x.subset([[0]]).logicalOr(2));
  gives("and with the array on the right", "[[false, true, false, false]]", () =>
    logicalAnd(ints([[1, 1, 0, 0]]), x.subset([[0]])),
  );
  gives("whether two arrays are equal", "false", () => x.equal(x.add(1)).all());
});
