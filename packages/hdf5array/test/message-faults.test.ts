// Messages that h5py refuses, each found by a mutant that was read nevertheless.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { undoMetadataFilters } from "../src/file/metadata-filters.js";
import { BlockReader } from "../src/format/block-reader.js";
import { readStoredDataset } from "../src/format/dataset-header.js";
import { readDatatype } from "../src/format/datatype-message.js";
import { readLink } from "../src/format/link-message.js";
import { openSpace } from "../src/format/superblock.js";
import { memorySource } from "../src/source/memory-source.js";
import { errorOf } from "./helpers.js";

const space = { name: "x.h5", base: 0, offsetSize: 8, lengthSize: 8 };
const reader = (what: string, bytes: readonly number[]) => new BlockReader(space, what, 0, Uint8Array.from(bytes));

describe("datatype messages", () => {
  // Class and version, flags, size; then what the class has.
  const text = (padding: number) => [0x13, padding, 0, 0, 6, 0, 0, 0];
  const reference = (kind: number, size: number) => [0x17, kind, 0, 0, size, 0, 0, 0];
  const float32 = (precision: number) => [
    0x11,
    0x20,
    31,
    0,
    4,
    0,
    0,
    0,
    0,
    0,
    precision,
    0,
    23,
    8,
    0,
    23,
    127,
    0,
    0,
    0,
  ];

  test.each([
    ["a padding that there is not", text(3), "the padding of a string is 3, expected 0 to 2"],
    ["a float without bits", float32(0), "a float has no bits"],
    ["a reference to a region, too long", reference(1, 16), "a reference has 16 bytes, expected 12"],
    ["a reference to an object, too short", reference(0, 4), "a reference has 4 bytes, expected 8"],
  ])("%s is FILE_INVALID", async (_, bytes, why) => {
    const { code, message } = await errorOf((async () => readDatatype(reader("datatype message", bytes)))());
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain(why);
  });

  test("the same without the fault", () => {
    expect(readDatatype(reader("datatype message", text(2)))).toMatchObject({ padding: "space-padded", size: 6 });
    expect(readDatatype(reader("datatype message", float32(32)))).toMatchObject({ format: "binary32" });
    expect(readDatatype(reader("datatype message", reference(1, 12)))).toMatchObject({ kind: "other", size: 12 });
  });
});

describe("link messages", () => {
  // Version 1, with a type; the name "a"; then version and flags, file and path.
  const external = (flags: number) => [1, 8, 64, 1, 0x61, 5, 0, flags, 0x66, 0, 0x67, 0];

  test("an external link of unknown flags is FILE_INVALID", async () => {
    const { code, message } = await errorOf((async () => readLink(reader("link message", external(2))))());
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain("an external link of version and flags 2, expected 0");
    expect(readLink(reader("link message", external(0)))).toEqual({
      kind: "external",
      name: "a",
      file: "f",
      target: "g",
    });
  });
});

test("a group is no dataset, whatever else its header has", async () => {
  const bytes = new Uint8Array(gunzipSync(readFileSync(fixture("metadata", "datasets-latest.h5.gz"))));
  const source = memorySource("x.h5", bytes);
  const file = await openSpace(
    { name: "x.h5", size: bytes.length, reader: source, undoFilters: undoMetadataFilters },
    {},
  );
  const { code, message } = await errorOf(readStoredDataset(file, file.facts.root, "/", {}));
  expect(code).toBe("FILE_INVALID");
  expect(message).toContain("it is a group's, not a dataset's");
});
