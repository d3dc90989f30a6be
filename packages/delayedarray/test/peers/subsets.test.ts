import { describe } from "vitest";
import {
  applyOverBlocks,
  concatenate,
  ellipsis,
  extractDenseArray,
  ndarray,
  newAxis,
  type SubsetEntry,
  slice,
  wrap,
} from "../../src/index.js";
import { asNumpy, gives, refuses, S, s, x, y } from "./situation.js";

describe("Subsets", () => {
  asNumpy("a slice and an integer", () => x.subset([slice(0, 2), 0]));
  asNumpy("an integer and a slice", () => x.subset([0, slice(1, 3)]));
  asNumpy("a slice and an integer, sparse", () =>
    wrap(S)
      .subset([slice(0, 2), 1])
      .toSparse(),
  );
  asNumpy("a slice and an integer, SciPy", () => s.subset([slice(0, 2), 1]));
  gives("two lists", "[[1, 2], [5, 6]]", () =>
    x.subset([
      [0, 1],
      [1, 2],
    ]),
  );
  gives("two lists of three axes", "[[[15, 13], [19, 17], [23, 21]], [[3, 1], [7, 5], [11, 9]]]", () =>
    y.subset([[1, 0], null, [3, 1]]),
  );
  asNumpy("a mask and an integer", () => x.subset([[false, true, true], 0]));
  refuses("a mask of two axes, delayed", "INVALID_ARGUMENT", () => x.subset([x.greater(9) as unknown as SubsetEntry]));
  refuses("a mask of two axes", "INVALID_ARGUMENT", async () => x.subset([await x.greater(9).toDense()]));
  asNumpy("an ellipsis", () => x.subset([ellipsis, 0]));
  asNumpy("a new axis", () => x.subset([newAxis]).shape);
  asNumpy("an empty list and an integer", async () => (await x.subset([[], 0]).toDense()).shape);
  refuses("more entries than axes", "SHAPE_MISMATCH", () => x.subset([0, 0, 0]));
  refuses("an index out of range, sparse", "INDEX_OUT_OF_RANGE", () => wrap(S).subset([9]));
  refuses("an index out of range, delayed sparse", "INDEX_OUT_OF_RANGE", () => s.subset([9]));
  refuses("a list with an index out of range", "INDEX_OUT_OF_RANGE", () => x.subset([[0, 9]]));
  asNumpy("a negative index, sparse", () => wrap(S).subset([-1]).toSparse());
  asNumpy("a negative index, delayed sparse", () => s.subset([-1]));
  refuses("a boolean as an index", "INVALID_ARGUMENT", () => x.subset([true as unknown as SubsetEntry]));
  asNumpy("an assignment", () => x.set([0, 0], 99).subset([[0]]));
  asNumpy("rows one by one, sparse", () => Array.from({ length: s.length }, (_, i) => s.subset([i])));
});

describe("Shape", () => {
  refuses("a repeated axis", "INVALID_ARGUMENT", () => x.transpose([0, 0]));
  asNumpy("a negative axis of concatenate", async () => (await concatenate([x, x], -1).toDense()).shape);
  asNumpy("a negative axis of concatenate, sparse", async () => (await concatenate([S, S], -1).toSparse()).shape);
  refuses("an axis of concatenate that is not there", "INVALID_ARGUMENT", () => concatenate([x, x], 5));
  asNumpy("a part of arrays of two dtypes", async () => {
    const both = concatenate([ndarray(Int8Array.of(1)), ndarray([0.5])]);
    return (await both.subset([slice(0, 1)]).toDense()).dtype;
  });
  asNumpy("rows below one another", () => x._bioconductor_COMBINE_ROWS([x]).shape);
  asNumpy("columns beside one another", () => x._bioconductor_COMBINE_COLUMNS([x]).shape);
});

describe("Memory", () => {
  const seed = () =>
    ndarray(
      Int32Array.from({ length: 12 }, (_, i) => i),
      [3, 4],
    );

  asNumpy("changing what was realized", async () => {
    const array = seed();
    (await wrap(array).toDense()).data[0] = 99;
    return array.get(0, 0);
  });
  asNumpy("changing what was extracted", async () => {
    const array = seed();
    (await extractDenseArray(array)).data[0] = 99;
    return array.get(0, 0);
  });
  gives("changing a block", "0", async () => {
    const array = seed();
    await applyOverBlocks(array, (_, block) => block.data.fill(99));
    return array.get(0, 0);
  });
});
