import { exp, extractDenseArray, type Subset, slice, toSparseArray } from "delayedarray";
import { describe } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { asNumpy, gives, refuses } from "../../delayedarray/test/peers/situation.js";
import { TileDbArray, type TileDbArrayOptions } from "../src/index.js";

/** What `run` gives of an array that is opened for it alone. */
async function using<T>(
  uri: string,
  run: (array: TileDbArray) => Promise<T>,
  options?: TileDbArrayOptions,
): Promise<T> {
  await using array = await TileDbArray.open(fixture("tiledb", `${uri}.tiledb`), options);
  return await run(array);
}

const part = (uri: string, subset: Subset, options?: TileDbArrayOptions) =>
  using(uri, (array) => array.subset(subset).toDense(), options);

const dense = "dense-order-row-row";
const sparse = "sparse-2d-from-0";
const corner = [slice(0, 2), slice(null, 3)];

describe("TileDB", () => {
  asNumpy("all of an array from 1", () =>
    using("dense-dimensions-uint32", async (array) => {
      const all = await array.toDense();
      return [0, 1, 2].map((column) => all.get(0, column));
    }),
  );
  asNumpy("a part of an array from 1", () => part("dense-dimensions-uint32", [slice(1, 3), [2, 5]]));
  asNumpy("a part of an array from -5", () => part("dense-dimensions-int32", [slice(0, 2), [2, 5]]));
  asNumpy("a part of a sparse array from 1", () =>
    using("sparse-2d-from-1", (array) => array.subset([slice(1, 3), slice(1, 5)]).toSparse()),
  );
  asNumpy("one axis, dense", () => part("dense-1d-from-0", [slice(3, 6)]));
  asNumpy("one axis, sparse", () => using("sparse-1d-from-0", async (array) => (await toSparseArray(array)).shape));
  asNumpy("an empty list, dense", async () => (await part(dense, [[]])).shape);
  asNumpy("an empty list, sparse", () => using(sparse, async (array) => (await array.subset([[]]).toSparse()).shape));
  asNumpy("a slice and an integer, TileDB", () => part(dense, [slice(0, 2), 1]));
  asNumpy("indices in any order, TileDB", () => using(dense, (array) => extractDenseArray(array, [[2, 0], [1]])));
  asNumpy("dense values of a sparse array", () => part(sparse, corner));
  asNumpy("a row of a sparse array", () => part(sparse, [0]));
  asNumpy("the transpose of a sparse array", () =>
    using(sparse, (array) => array.T.subset([slice(0, 2), slice(0, 3)]).toDense()),
  );
  asNumpy("a sparse array plus 1", () => using(sparse, (array) => array.add(1).subset(corner).toDense()));
  asNumpy("the exponential of a sparse array", () => using(sparse, (array) => exp(array).subset([0, 0]).toDense()));
  gives("printing a sparse array", "<9 x 12> sparse TileDbArray object of type 'int32'", () =>
    using(sparse, async (array) => (await array.format()).split("\n")[0]),
  );
  asNumpy("all of TileDB sparse", () => using("sparse-duplicates-allowed", (array) => array.all()));
  asNumpy("a sparse array with three axes", () =>
    using("sparse-3d-from-0", async (array) => (await array.toSparse()).shape),
  );
  asNumpy("a part of a sparse array with three axes", () =>
    using("sparse-3d-from-0", (array) => array.subset([null, slice(3, 4), slice(0, 2)]).toSparse()),
  );
  asNumpy("dimensions of unsigned 64-bit integers", () => using("dense-dimensions-uint64", (array) => array.sum()));
  asNumpy("cells at the same coordinates", () => part("sparse-duplicates", [0, 1]));
  gives("cells that were never written", "--", () =>
    using("dense-never-written", (array) => array.sum(), { missing: "mask" }),
  );
  asNumpy("null cells", () => part("dense-nullable", [[0], slice(null, 4)]));
  gives("no attribute named", "[7, 9]", () => using(dense, async (array) => array.shape));
  refuses("no such attribute", "NOT_FOUND", () => part(dense, [], { attributeName: "missing" }));
  refuses("not an array", "FILE_INVALID", () => part("folder", []));
  refuses("a dimension of strings", "DTYPE_UNSUPPORTED", () => part("sparse-string-dimension", []));
});
