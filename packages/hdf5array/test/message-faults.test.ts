// Messages that h5py refuses, each found by a mutant that was read nevertheless.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { undoMetadataFilters } from "../src/file/metadata-filters.js";
import { BlockReader } from "../src/format/block-reader.js";
import { readStoredDataset } from "../src/format/dataset-header.js";
import { readDatatype } from "../src/format/datatype-message.js";
import { Hdf5Space } from "../src/format/hdf5-space.js";
import { readLink } from "../src/format/link-message.js";
import { readObjectHeader } from "../src/format/object-header.js";
import { ParsedCache } from "../src/format/parsed-cache.js";
import { openSpace } from "../src/format/superblock.js";
import { memorySource } from "../src/source/memory-source.js";
import { errorOf } from "./helpers.js";

const space = { name: "x.h5", base: 0, offsetSize: 8, lengthSize: 8 };
const reader = (what: string, bytes: readonly number[]) => new BlockReader(space, what, 0, Uint8Array.from(bytes));

/** A file of nothing but these bytes. */
function spaceOf(bytes: Uint8Array<ArrayBuffer>): Hdf5Space {
  const facts = {
    ...{ name: "x.h5", size: bytes.length, end: bytes.length, base: 0, root: 0, extension: null },
    ...{ offsetSize: 8, lengthSize: 8, symbolNodeK: 16, groupTreeK: 4, chunkTreeK: 32, sharedHeaps: [] },
  };
  const reader = memorySource("x.h5", bytes);
  return new Hdf5Space(facts, { reader, undoFilters: undoMetadataFilters, parsed: new ParsedCache() });
}

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

describe("types that hold a type of a later version", () => {
  // As `h5py.h5t.decode` reads these messages, after the bytes 3 and 0.
  const head = (kind: number, version: number, count: number, size: number) => [
    version * 16 + kind,
    count,
    0,
    0,
    size,
    0,
    0,
    0,
  ];
  const int8 = (version: number) => [...head(0, version, 8, 1), 0, 0, 8, 0];
  const ascii = (name: string) => [...name].map((letter) => letter.charCodeAt(0));
  const plain = (name: string) => [...ascii(name), 0];
  /** Filled up to a multiple of eight bytes, as before version 3. */
  const padded = (name: string) => [...ascii(name), ...new Array<number>(8 - (name.length % 8)).fill(0)];
  const read = (bytes: readonly number[]) => readDatatype(reader("datatype message", bytes));

  const yesOrNo = (version: number, ofBase: number, name: (text: string) => number[]) =>
    read([...head(8, version, 2, 1), ...int8(ofBase), ...name("no"), ...name("yes"), 0, 1]);

  test("the names of an enum are as the later version has them", async () => {
    const members = new Map([
      ["no", 0],
      ["yes", 1],
    ]);
    expect(yesOrNo(1, 1, padded)).toMatchObject({ kind: "enum", members });
    expect(yesOrNo(1, 3, plain)).toMatchObject({ kind: "enum", members });
    expect(yesOrNo(3, 1, plain)).toMatchObject({ kind: "enum", members });
    const { code, message } = await errorOf((async () => yesOrNo(1, 3, padded))());
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain("a member of an enum has no name");
  });

  // A name, where it is, no dimensions, and the type.
  const old = (name: string, at: number) => [...padded(name), at, ...new Array<number>(31).fill(0)];
  const recent = (name: string, at: number) => [...plain(name), at];

  test("the fields of a compound are as the compound's own version has them", async () => {
    const fields = [
      { name: "a", offset: 0 },
      { name: "b", offset: 1 },
    ];
    const pair = head(6, 1, 2, 2);
    expect(read([...pair, ...old("a", 0), ...int8(1), ...old("b", 1), ...int8(1)])).toMatchObject({ fields });
    expect(read([...pair, ...old("a", 0), ...int8(3), ...old("b", 1), ...int8(1)])).toMatchObject({ fields });
    expect(read([...head(6, 3, 2, 2), ...recent("a", 0), ...int8(1), ...recent("b", 1), ...int8(3)])).toMatchObject({
      fields,
    });
    const mixed = [...pair, ...old("a", 0), ...int8(3), ...recent("b", 1), ...int8(1)];
    expect((await errorOf((async () => read(mixed))())).code).toBe("FILE_INVALID");
  });
});

describe("object headers", () => {
  // Version 1: messages, references, bytes; then a message that says where the header goes on.
  const header = (continuation: number) => [
    1,
    0,
    2,
    0,
    1,
    0,
    0,
    0,
    24,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    ...message(16, continuation),
  ];
  const message = (type: number, to: number) => [
    type,
    0,
    16,
    0,
    0,
    0,
    0,
    0,
    to,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    24,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const nothing = [0, 0, 16, 0, 0, 0, 0, 0, ...new Array<number>(16).fill(0)];
  const FIRST = 0;
  const SECOND = 40;
  const bytes = Uint8Array.from([...header(80), ...header(80), ...nothing, ...nothing]);

  test("a continuation that two headers claim is FILE_INVALID for the second", async () => {
    const file = spaceOf(bytes);
    expect(await readObjectHeader(file, FIRST, {})).toMatchObject({ address: FIRST, messages: [] });
    const { code, message } = await errorOf(readObjectHeader(file, SECOND, {}));
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain(
      "x.h5: object header's continuation at byte 80: it belongs to the object header at byte 0, too",
    );
    // The first one, however often it is read.
    expect(await readObjectHeader(file, FIRST, {})).toMatchObject({ address: FIRST });
  });
});

test("a dataset without a fill value message has no fill value", async () => {
  const message = (type: number, body: readonly number[]) => [type, 0, body.length, 0, 0, 0, 0, 0, ...body];
  const eight = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];
  const nowhere = new Array<number>(8).fill(255);
  const dataspace = message(1, [1, 1, ...new Array<number>(6).fill(0), ...eight(4)]);
  const int8 = message(3, [0x10, 8, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
  const contiguous = message(8, [3, 1, ...nowhere, ...eight(4), 0, 0, 0, 0, 0, 0]);
  const zeros = message(5, [2, 2, 2, 1, 0, 0, 0, 0]);
  const stored = (...messages: number[][]) => {
    const content = messages.flat();
    const header = [1, 0, messages.length, 0, 1, 0, 0, 0, ...eight(content.length), ...content];
    return readStoredDataset(spaceOf(Uint8Array.from(header)), 0, "/a", {});
  };
  expect(await stored(dataspace, int8, contiguous)).toMatchObject({ fill: null, hasNoFill: true });
  expect(await stored(dataspace, int8, contiguous, zeros)).toMatchObject({ fill: null, hasNoFill: false });
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
