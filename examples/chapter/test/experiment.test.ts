import { beforeAll, expect, test } from "vitest";
import { decodeArray, readJson } from "../../../tooling/fixtures/read.mjs";
import { experiment } from "../src/experiment.js";
import { withOutput } from "./output.js";

const expected = readJson("pbmc", "expected.json");
const indices: number[] = expected.exact.top.map(({ index }: { index: number }) => index);
const genes: string[] = expected.exact.top.map(({ gene }: { gene: string }) => gene);

let output: string;
let result: Awaited<ReturnType<typeof experiment>>;
beforeAll(async () => {
  // The genes of the file's first corner first: their values in the first five cells are known.
  ({ output, result } = await withOutput(() => experiment([0, 1, 2, 3, 4, ...indices])));
});

test("slicing, combining and cloning read nothing", () => {
  expect(result.readsBefore).toBe(0);
  expect(output).toContain("Reads so far: 0");
  // Six of the fifteen rows and six of the ten columns.
  expect(output).toContain("Read from hdf5: 36 of 535,500 values");
  expect(output).toContain("Read from tiledb: 36 of 535,500 values");
});

test("shapes and names are those of the operations", () => {
  const shapeOf = (one: { numberOfRows(): number; numberOfColumns(): number }) => [
    one.numberOfRows(),
    one.numberOfColumns(),
  ];
  expect(shapeOf(result.all)).toEqual([765, 700]);
  expect(shapeOf(result.some)).toEqual([15, 5]);
  expect(shapeOf(result.wide)).toEqual([15, 10]);
  expect(shapeOf(result.tall)).toEqual([30, 5]);
  expect(shapeOf(result.copy)).toEqual([15, 10]);
  expect(result.copy.assayNames()).toEqual(["hdf5", "tiledb"]);
  expect(result.copy.rowNames()?.slice(5)).toEqual(genes);
  expect(result.copy.columnNames()).toEqual([...expected.cells.first, ...expected.cells.first]);
});

test("a clone is another array with the same values", () => {
  // Not `not.toBe`: to explain itself it goes through both arrays, which are iterable, element by element.
  expect(result.copy.assay("hdf5") === result.wide.assay("hdf5")).toBe(false);
  expect(result.copy.assay("hdf5")).toHaveProperty("shape", [15, 10]);
});

test("values are those of the file, from HDF5 and from TileDB", () => {
  // Cells x genes in the file.
  const corner = decodeArray(expected.corner);
  for (const values of [result.values.hdf5, result.values.tiledb]) {
    for (let gene = 0; gene < 5; gene++) {
      for (let cell = 0; cell < 10; cell++) {
        expect(values.get(gene, cell)).toBe(corner.data[(cell % 5) * 5 + gene]);
      }
    }
  }
  expect(result.values.tiledb.toNested()).toEqual(result.values.hdf5.toNested());
});

test("rows combined are the same rows twice", () => {
  const { hdf5: wide, tall } = result.values;
  for (let row = 0; row < 30; row++) {
    for (let cell = 0; cell < 5; cell++) {
      expect(tall.get(row, cell)).toBe(wide.get(row % 15, cell));
    }
  }
});
