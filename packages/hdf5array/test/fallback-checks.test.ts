import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { callH5wasm, loadH5wasm, mount } from "../src/file/h5wasm-module.js";
import { openHdf5File } from "../src/file/open-file.js";
import { BlockReader } from "../src/format/block-reader.js";
import { checkFilterParameters } from "../src/format/filter-parameters.js";
import type { Hdf5Type } from "../src/format/hdf5-type.js";
import { readLayout } from "../src/format/layout-message.js";
import { metadataChecksum } from "../src/format/metadata-checksum.js";
import type { StoredDataset } from "../src/format/stored-dataset.js";
import { Hdf5DenseArray } from "../src/index.js";
import { memorySource } from "../src/source/memory-source.js";
import { errorOf } from "./helpers.js";

const int32: Hdf5Type = { kind: "integer", size: 4, precision: 32, bitOffset: 0, signed: true, littleEndian: true };
const packedInteger: Hdf5Type = { ...int32, precision: 9, littleEndian: false };
const float64: Hdf5Type = { kind: "float", format: "binary64", size: 8, littleEndian: true };
const flags: Hdf5Type = { kind: "enum", base: { ...int32, size: 1, precision: 8 }, members: new Map(), size: 1 };
const text: Hdf5Type = { kind: "string", size: 5, variable: false };

function dataset(type: Hdf5Type, id: number, parameters: readonly number[]): StoredDataset {
  return {
    info: { path: "/a", shape: [20], type, chunks: [10], filters: [{ id, name: "f" }] },
    maxShape: [20],
    layout: {
      kind: "chunked",
      chunkShape: [10],
      elementSize: type.size,
      index: { kind: "btree1", address: null },
      plainEdgeChunks: false,
      version: 3,
    },
    filters: [{ id, name: "f", optional: false, parameters }],
    fill: null,
  };
}

// What h5py 3.16 writes for chunks of 10 elements.
const good: [string, Hdf5Type, number, number[]][] = [
  ["szip of int32", int32, 4, [169, 8, 32, 30]],
  ["szip of float64", float64, 4, [169, 8, 64, 30]],
  ["szip of an enum", flags, 4, [169, 8, 8, 30]],
  ["n-bit of 9 bits", packedInteger, 5, [8, 0, 10, 1, 4, 1, 9, 0]],
  ["n-bit of float64", float64, 5, [8, 1, 10, 1, 8, 0, 64, 0]],
  ["n-bit of text", text, 5, [5, 0, 10, 4, 5]],
  ["scale-offset of int32", int32, 6, [2, 0, 10, 0, 4, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["scale-offset of float64", float64, 6, [0, 2, 10, 1, 8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["deflate, which is looked at elsewhere", int32, 1, [99]],
];

describe("parameters of filters that the fallback undoes", () => {
  test.each(good)("%s", (_, type, id, parameters) => {
    expect(() => checkFilterParameters(dataset(type, id, parameters), "x")).not.toThrow();
  });

  test.each([
    ["szip: bits", int32, 4, [169, 8, 16, 30]],
    ["szip: no pixels in a block", int32, 4, [169, 0, 32, 30]],
    ["szip: an odd block", int32, 4, [169, 7, 32, 30]],
    ["szip: a line of too many blocks", int32, 4, [169, 8, 32, 1025]],
    ["n-bit: elements", packedInteger, 5, [8, 0, 11, 1, 4, 1, 9, 0]],
    ["n-bit: precision", packedInteger, 5, [8, 0, 10, 1, 4, 1, 10, 0]],
    ["n-bit: too few", packedInteger, 5, [8, 0, 10]],
    ["scale-offset: elements", int32, 6, [2, 0, 2 ** 31, 0, 4, 1, 0, 1]],
    ["scale-offset: order", int32, 6, [2, 0, 10, 0, 4, 1, 1, 1]],
    ["scale-offset: sign", int32, 6, [2, 0, 10, 0, 4, 0, 0, 1]],
    ["scale-offset: integers of floats", float64, 6, [2, 0, 10, 0, 8, 1, 0, 1]],
    ["scale-offset: none", int32, 6, []],
  ] as [string, Hdf5Type, number, number[]][])("%s is FILE_INVALID", async (_, type, id, parameters) => {
    const check = async () => checkFilterParameters(dataset(type, id, parameters), 'x.h5: "/a"');
    const { code, message } = await errorOf(check());
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain(
      `x.h5: "/a": the parameters of filter ${id} (f) are ${parameters.join(", ") || "missing"}`,
    );
  });
});

test("HDF5 opens the file that it is asked for, and none that this file leads to", async () => {
  const module = await loadH5wasm();
  const [mine, theirs] = ["mine.h5", "theirs.h5"].map((name) =>
    mount(module, memorySource(name, new Uint8Array(readFileSync(fixture("hdf5", "ranks.h5"))))),
  );
  const open = (path: string) => callH5wasm(module, mine!.path, () => module.open(path, 0, false, -1, -1));
  const { value, diagnosis } = open(mine!.path);
  expect([typeof value, diagnosis]).toEqual(["bigint", ""]);
  for (const other of [theirs!.path, "/dev/null", "/dev/stdin"]) {
    expect(open(other).diagnosis).toMatch(/No such file/);
  }
  callH5wasm(module, mine!.path, () => module.close_file(value!));
  // Others who use h5wasm in the same program are not hindered.
  module.FS.open(theirs!.path, 0);
  for (const { unmount } of [mine!, theirs!]) unmount();
});

describe("virtual datasets", () => {
  const bytes = new Uint8Array(gunzipSync(readFileSync(fixture("metadata", "circles.h5.gz"))));

  test.each([
    ["outer", [0, 1, 2, 3, 4, 5]],
    ["inner", [0, 1, 2, 3, 4, 5]],
    ["regular", [0, 2, 4]],
  ])("%s has the values of its source", async (name, values) => {
    await using array = await Hdf5DenseArray.open(bytes, name);
    expect((await array.toDense()).toNested()).toEqual(values);
  });

  test.each([
    ["itself", '"/itself" from "/itself"'],
    ["a", '"/a" from "/b" from "/c" from "/a"'],
    ["c", '"/c" from "/a" from "/b" from "/c"'],
  ])("%s, which has its values from itself, is FILE_INVALID", async (name, way) => {
    const { code, message } = await errorOf(Hdf5DenseArray.open(bytes, name));
    expect(code).toBe("FILE_INVALID");
    expect(message).toContain(`has its values from itself: ${way}`);
  });

  test("a damaged mapping is FILE_INVALID, whatever is changed and even if its checksum is right", async () => {
    const { start, length } = mappingOf(bytes, "source");
    let refused = 0;
    for (let at = 0; at < length; at++) {
      for (const [value, again] of [
        [bytes[start + at]! ^ 0x40, false],
        [0xff, true],
      ] as const) {
        const damaged = bytes.slice();
        damaged[start + at] = value;
        if (again) {
          const view = new DataView(damaged.buffer);
          view.setUint32(start + length - 4, metadataChecksum(damaged.subarray(start, start + length - 4)), true);
        }
        const file = await openHdf5File(damaged, {});
        // Where nothing that matters was changed there is a dataset.
        const outcome = await file.dataset("/inner", {}).then(
          () => "dataset",
          (error: { code: string }) => error.code,
        );
        file.close();
        if (again) expect(["dataset", "FILE_INVALID", "UNSUPPORTED_FEATURE"]).toContain(outcome);
        else expect(outcome).toBe("FILE_INVALID");
        if (outcome !== "dataset") refused++;
      }
    }
    expect(refused).toBeGreaterThan(length);
  });

  test("the layout says where the mapping is", () => {
    const space = { name: "x.h5", base: 0, offsetSize: 8, lengthSize: 8 };
    const message = Uint8Array.of(4, 3, 0x10, 0x20, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0);
    expect(readLayout(new BlockReader(space, "data layout message", 0, message))).toEqual({
      kind: "virtual",
      mapping: { address: 0x2010, index: 7 },
    });
  });
});

/** Where the object of the global heap is that names a dataset: the mapping of "inner", in this file. */
function mappingOf(bytes: Uint8Array, name: string): { start: number; length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Each object has its number, references and size before it.
  for (let at = buffer.indexOf("GCOL") + 16; at + 16 < bytes.length; ) {
    const length = Number(view.getBigUint64(at + 8, true));
    const start = at + 16;
    if (buffer.subarray(start, start + length).includes(`${name}\0`)) return { start, length };
    at = start + Math.ceil(length / 8) * 8;
  }
  throw new Error(`no mapping names ${name}`);
}
