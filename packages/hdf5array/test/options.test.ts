import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "delayedarray";
import { afterAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import * as api from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "options-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = fixture("hdf5", "sparse.h5");
const matrix = ndarray([
  [1, 0],
  [3, 4],
]);
const target = join(folder, "new.h5");

/** What takes options, and an option of its own without its last letter. */
const takers: Record<string, [call: (options: never) => Promise<unknown>, near: string, meant: string]> = {
  "Hdf5DenseArray.open": [(o) => api.Hdf5DenseArray.open(file, "x", o), "nativeOrde", "nativeOrder"],
  "Hdf5CompressedSparseMatrix.open": [
    (o) => api.Hdf5CompressedSparseMatrix.open(file, "csc", o),
    "byColumns",
    "byColumn",
  ],
  openHdf5Array: [(o) => api.openHdf5Array(file, "csc", o), "nativeorder", "nativeOrder"],
  openH5adMatrix: [(o) => api.openH5adMatrix(file, "X", o), "dtypes", "dtype"],
  openTenxMatrix: [(o) => api.openTenxMatrix(file, o), "rowName", "rowNames"],
  openLoomMatrix: [(o) => api.openLoomMatrix(file, o), "layers", "layer"],
  readH5adFrame: [(o) => api.readH5adFrame(file, "obs", o), "column", "columns"],
  listHdf5: [(o) => api.listHdf5(file, o), "dept", "depth"],
  writeHdf5DenseArray: [(o) => api.writeHdf5DenseArray(matrix, target, "x", o), "chunk", "chunks"],
  writeHdf5CompressedSparseMatrix: [
    (o) => api.writeHdf5CompressedSparseMatrix(matrix, target, "x", o),
    "layuot",
    "layout",
  ],
};

describe.each(Object.entries(takers))("options of %s", (name, [call, near, meant]) => {
  const outcome = async (options: unknown): Promise<string> => {
    try {
      await call(options as never);
      return "fine";
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
  };

  test("are refused where there is none of that name, with the one that was probably meant", async () => {
    expect(await outcome({ [near]: true })).toMatch(
      new RegExp(
        `^INVALID_ARGUMENT: ${name}: there is no option ${near} \\(true was given\\).*; did you mean ${meant}\\?$`,
      ),
    );
  });

  test("are an object, whose signal is one", async () => {
    for (const options of [null, 5, "axis", [true]]) expect(await outcome(options)).toMatch(/^INVALID_ARGUMENT: /);
    expect(await outcome({ signal: "stop" })).toContain(`INVALID_ARGUMENT: ${name}: signal "stop"`);
  });

  test("that are undefined are not given", async () => {
    expect(await outcome({ [near]: undefined })).not.toContain("no option");
  });
});
