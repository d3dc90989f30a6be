import { beforeAll, describe, expect, it } from "vitest";
import { tool } from "../process.mjs";
import { makeProject, type Project, platformPackage } from "./project.js";

const portable = `
import { concatenate, DelayedArray, extractSparseArray, log1p, ndarray, print, slice, wrap } from "delayedarray";
import type { DType, NdArray, Seed, SparseNdarray } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";

export async function program(path: string): Promise<number> {
  const array: DelayedArray = await Hdf5DenseArray.open(path, "yay", { nativeOrder: true });
  const matrix = await Hdf5CompressedSparseMatrix.open(path, "group", { shape: [10, 20], byColumn: true });
  const logs: DelayedArray = log1p(array.divide([1, 2, 3])).subset([slice(0, 2), [2, 3]]).T;
  const dense: NdArray = await logs.toDense();
  const sparse: SparseNdarray = await extractSparseArray(matrix, [slice(0, 2), [2, 3]]);
  const doubles: NdArray<"float64"> = ndarray([[1, 2], [3, 4]], undefined, "float64");
  const values: Float64Array = doubles.data;
  const seed: Seed = doubles;
  const dtype: DType = concatenate([wrap(seed), array], 0).dtype;
  await print(logs);
  await matrix.close();
  return values.length + dense.shape.length + sparse.nnz + dtype.length;
}
// @ts-expect-error The name of a dataset is not a number.
export const refused = (path: string) => Hdf5DenseArray.open(path, 1);
`;

const native = `
import { DelayedArray } from "delayedarray";
import { TileDbArray } from "tiledbarray";
import * as libtiledb from "libtiledb";

export async function program(uri: string): Promise<DelayedArray> {
  const array = await TileDbArray.open(uri, { attributeName: "" });
  return array.subset([0]);
}
// @ts-expect-error A name is a string.
export const refused = (uri: string) => TileDbArray.open(uri, { attributeName: 1 });
export const names = Object.keys(libtiledb);
`;

/** What each way to resolve modules asks of a program: strict, and declarations of packages are checked as well. */
const resolutions = [
  { name: ".mts under node16", file: "program.mts", type: "commonjs", module: "node16", moduleResolution: "node16" },
  {
    name: ".ts under nodenext",
    file: "program.ts",
    type: "commonjs",
    module: "nodenext",
    moduleResolution: "nodenext",
  },
  { name: ".ts under bundler", file: "program.ts", type: "module", module: "esnext", moduleResolution: "bundler" },
] as const;

const named = resolutions.map((resolution) => [resolution.name, resolution] as const);

describe("types", () => {
  let web: Project;
  let node: Project;

  beforeAll(() => {
    web = makeProject(["delayedarray", "hdf5array"]);
    const dependencies = { "@types/node": "^20.19.0" };
    node = makeProject(["delayedarray", "hdf5array", "libtiledb", platformPackage, "tiledbarray"], { dependencies });
  });

  function check(
    project: Project,
    program: string,
    { file, type, module, moduleResolution }: (typeof resolutions)[number],
    types: string[],
  ) {
    project.write("package.json", JSON.stringify({ private: true, type }));
    project.write(file, program);
    const compilerOptions = {
      target: "es2022",
      module,
      moduleResolution,
      types,
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: [file] }));
    return project.node(tool("typescript"), "-p", "tsconfig.json");
  }

  it.each(named)("of delayedarray and hdf5array resolve in %s, without Node's own types", (_, resolution) => {
    expect(check(web, portable, resolution, [])).toBe("");
  });

  it.each(named)("of libtiledb and tiledbarray resolve in %s", (_, resolution) => {
    expect(check(node, native, resolution, ["node"])).toBe("");
  });
});
