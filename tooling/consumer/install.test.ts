import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, readJson } from "../fixtures/read.mjs";
import { makeProject, platformPackage } from "./project.js";

const chapter = readJson("chapter", "expected.json");

const printHdf5 = `
import { print } from "delayedarray";
import { Hdf5DenseArray } from "hdf5array";
const array = await Hdf5DenseArray.open(${JSON.stringify(fixture("chapter", "whee.h5"))}, "yay");
await print(array);
`;

const printTileDb = `
import { print } from "delayedarray";
import { TileDbArray } from "tiledbarray";
const array = await TileDbArray.open("dense.tiledb", { attributeName: "" });
await print(array);
`;

/** Opening an array may touch its folder, so a program gets its own. */
function copyTileDb(folder: string): void {
  cpSync(fixture("chapter", "dense.tiledb"), join(folder, "dense.tiledb"), { recursive: true });
}

describe("each backend alone", () => {
  it("hdf5array opens and prints a file without any of TileDB installed", () => {
    const project = makeProject(["delayedarray", "hdf5array"]);
    for (const name of ["koffi", "libtiledb", platformPackage, "tiledbarray"]) expect(project.has(name)).toBe(false);
    project.write("print.js", printHdf5);
    expect(project.node("print.js")).toBe(`${chapter.whee.text}\n`);
  });

  it("tiledbarray opens and prints an array without h5wasm installed", () => {
    const project = makeProject(["delayedarray", "libtiledb", platformPackage, "tiledbarray"]);
    for (const name of ["h5wasm", "hdf5array"]) expect(project.has(name)).toBe(false);
    copyTileDb(project.folder);
    project.write("print.js", printTileDb);
    expect(project.node("print.js")).toBe(`${chapter.dense_tiledb.text}\n`);
  });
});

describe("all tarballs at once", () => {
  const all = ["delayedarray", "hdf5array", "libtiledb", platformPackage, "tiledbarray"];

  it.each([
    ["with --ignore-scripts", ["--ignore-scripts"]],
    ["with scripts", []],
  ])("install %s and work side by side", (_, npm) => {
    const project = makeProject(all, { npm });
    for (const name of all) expect(project.has(name)).toBe(true);
    copyTileDb(project.folder);
    project.write("hdf5.js", printHdf5);
    project.write("tiledb.js", printTileDb);
    expect(project.node("hdf5.js") + project.node("tiledb.js")).toBe(
      `${chapter.whee.text}\n${chapter.dense_tiledb.text}\n`,
    );
  });
});

describe("require()", () => {
  it("loads every package, and its subpaths, from CommonJS", () => {
    const names = ["delayedarray", "hdf5array", "libtiledb", platformPackage, "tiledbarray"];
    const project = makeProject(names, { type: "commonjs" });
    const loaded = [
      "delayedarray",
      "delayedarray/internal",
      "delayedarray/testing",
      "hdf5array",
      "libtiledb",
      "tiledbarray",
    ];
    project.write(
      "load.js",
      `for (const name of ${JSON.stringify(loaded)}) console.log(name, Object.keys(require(name)).length > 0);
       console.log(require("hdf5array").Hdf5DenseArray.prototype instanceof require("delayedarray").DelayedArray);`,
    );
    expect(project.node("load.js")).toBe(`${loaded.map((name) => `${name} true\n`).join("")}true\n`);
  });
});
