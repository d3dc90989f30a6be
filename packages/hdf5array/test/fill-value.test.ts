import { describe, expect, test } from "vitest";
import { BlockReader } from "../src/format/block-reader.js";
import { readFillValue, readOldFillValue } from "../src/format/fill-value-message.js";
import type { StoredDataset } from "../src/format/stored-dataset.js";
import { openDatasetReader } from "../src/read/dataset-reader.js";
import { memorySource } from "../src/source/memory-source.js";
import { rangeReader } from "../src/source/range-reader.js";
import { errorOf } from "./helpers.js";

const space = { name: "x.h5", base: 0, offsetSize: 8, lengthSize: 8 };
const reader = (...bytes: number[]) => new BlockReader(space, "fill value message", 0, Uint8Array.from(bytes));

// Version, time of allocation, time of writing (0 at allocation, 1 never, 2 if set), whether it is defined, size.
describe("fill value messages", () => {
  test.each([
    ["version 2, a value", [2, 2, 2, 1, 2, 0, 0, 0, 7, 8], { bytes: [7, 8], isUndefined: false }],
    ["version 2, zeros", [2, 2, 2, 1, 0, 0, 0, 0], { bytes: null, isUndefined: false }],
    ["version 2, none", [2, 2, 2, 0], { bytes: null, isUndefined: true }],
    ["version 1, none by its size", [1, 2, 0, 1, 255, 255, 255, 255], { bytes: null, isUndefined: true }],
    ["version 2, a value that is never written", [2, 2, 1, 1, 1, 0, 0, 0, 7], { bytes: null, isUndefined: false }],
    ["version 2, none, never written", [2, 2, 1, 0], { bytes: null, isUndefined: false }],
    ["version 3, a value", [3, 0x2a, 1, 0, 0, 0, 9], { bytes: [9], isUndefined: false }],
    ["version 3, zeros", [3, 0x0a], { bytes: null, isUndefined: false }],
    ["version 3, none", [3, 0x1a], { bytes: null, isUndefined: true }],
  ])("%s", (_, bytes, expected) => {
    const found = readFillValue(reader(...bytes));
    expect({ ...found, bytes: found.bytes && [...found.bytes] }).toEqual(expected);
  });

  test("the first form of the message", () => {
    expect(readOldFillValue(reader(1, 0, 0, 0, 5))).toEqual({ bytes: Uint8Array.of(5), isUndefined: false });
    expect(readOldFillValue(reader(0, 0, 0, 0))).toEqual({ bytes: null, isUndefined: true });
  });

  test.each([
    ["a value and none", [3, 0x3a, 1, 0, 0, 0, 9]],
    ["an unknown flag", [3, 0x4a]],
    ["a negative size", [2, 2, 2, 1, 254, 255, 255, 255]],
    ["a value that is too long", [3, 0x2a, 2, 0, 0, 0, 9]],
    ["a value of no bytes", [3, 0x2b, 0, 0, 0, 0]],
    ["an unknown time of writing", [3, 0x2e, 1, 0, 0, 0, 9]],
    ["an unknown time of writing, as version 2 has it", [2, 2, 3, 1, 1, 0, 0, 0, 9]],
    ["version 4", [4, 0x0a]],
  ])("%s is FILE_INVALID", (_, bytes) => {
    expect(() => readFillValue(reader(...bytes))).toThrow(/x\.h5: fill value message at byte/);
  });
});

describe("a dataset that was never written, with an undefined fill value", () => {
  const source = memorySource("x.h5", new Uint8Array(64));
  const layouts: StoredDataset["layout"][] = [
    { kind: "contiguous", address: null, size: 8 },
    {
      kind: "chunked",
      chunkShape: [2],
      elementSize: 2,
      index: { kind: "btree1", address: null },
      plainEdgeChunks: false,
      version: 3,
    },
  ];
  test.each(layouts)("$kind: reading values fails, reading none does not", async (layout) => {
    const type = { kind: "integer", size: 2, precision: 16, bitOffset: 0, signed: true, littleEndian: true } as const;
    const info = { path: "/a", shape: [4], type, chunks: null, filters: [] };
    const stored = { info, maxShape: [4], layout, filters: [], fill: null, hasNoFill: true };
    const access = {
      space: { ...space, end: 64, chunkTreeK: 32, metadata: () => Promise.reject(new Error("nothing to read")) },
      ranges: rangeReader(source),
      source,
    };
    const { read } = openDatasetReader(access, stored);
    await read([[]], () => expect.unreachable(), {});
    const { code, message } = await errorOf(read([[{ start: 0, stop: 1 }]], () => expect.unreachable(), {}));
    expect(code).toBe("FILE_INVALID");
    expect(message).toBe('x.h5: "/a" was never written, and its fill value is undefined: it has no values');
  });
});
