import { describe, expect, test } from "vitest";
import { decoderOf } from "../src/decode/decoder.js";
import { takeBits } from "../src/decode/partial-bits.js";
import { boxesOf } from "../src/file/boxes.js";
import { typeOfRead } from "../src/file/h5wasm-type.js";
import { diagnosed, withoutEnumOrder } from "../src/file/hdf5-diagnosis.js";
import { absolutePath, joinPath } from "../src/file/locate.js";
import type { Hdf5Type, IntegerType } from "../src/format/hdf5-type.js";
import { random } from "./helpers.js";

/** An integer of the file; little-endian, signed and with all of its bits unless something else is said. */
const integer = (size: number, more: Partial<IntegerType> = {}): IntegerType => ({
  kind: "integer",
  size,
  precision: size * 8,
  bitOffset: 0,
  signed: true,
  littleEndian: true,
  ...more,
});

const span = (start: number, stop: number) => ({ start, stop });

describe("boxesOf: how spans are divided into pieces", () => {
  const boxes = (...args: Parameters<typeof boxesOf>) => [...boxesOf(...args)];

  test("whole chunks, last axis first, up to the limit", () => {
    expect(boxes([[span(0, 100)], [span(0, 100)]], [10, 10], 1000)).toHaveLength(10);
    expect(boxes([[span(0, 100)], [span(0, 100)]], [10, 10], 1000)[0]).toEqual({ start: [0, 0], count: [10, 100] });
    expect(boxes([[span(0, 100)], [span(0, 100)]], [10, 10], 500)[1]).toEqual({ start: [0, 50], count: [10, 50] });
    expect(boxes([[span(0, 100)], [span(0, 100)]], [10, 10], 1e6)).toEqual([{ start: [0, 0], count: [100, 100] }]);
  });

  test("cuts lie on chunk boundaries also when a span starts within a chunk", () => {
    expect(boxes([[span(7, 95)]], [10], 20)).toEqual([
      { start: [7], count: [13] },
      { start: [20], count: [20] },
      { start: [40], count: [20] },
      { start: [60], count: [20] },
      { start: [80], count: [15] },
    ]);
  });

  test("a chunk larger than the limit stays whole", () => {
    expect(boxes([[span(0, 250)]], [100], 10).map(({ count }) => count)).toEqual([[100], [100], [50]]);
  });

  test("0-d, and nothing", () => {
    expect(boxes([], null, 10)).toEqual([{ start: [], count: [] }]);
    expect(boxes([[span(0, 5)], []], null, 10)).toEqual([]);
  });

  test("each element is in exactly one box, and no box but of one chunk is beyond the limit", () => {
    const next = random(11);
    for (let round = 0; round < 300; round++) {
      const shape = Array.from({ length: 1 + Math.floor(next() * 3) }, () => 1 + Math.floor(next() * 12));
      const chunks = next() < 0.5 ? null : shape.map((extent) => 1 + Math.floor(next() * (extent + 2)));
      const spans = shape.map((extent) => {
        const cuts = Array.from({ length: 5 }, () => Math.floor(next() * (extent + 1))).sort((a, b) => a - b);
        return [span(cuts[0]!, cuts[1]!), span(cuts[2]!, cuts[3]!)].filter(({ start, stop }) => stop > start);
      });
      const limit = 1 + Math.floor(next() * 40);
      const seen = new Map<string, number>();
      for (const { start, count } of boxesOf(spans, chunks, limit)) {
        let points: number[][] = [[]];
        count.forEach((extent, axis) => {
          points = points.flatMap((point) => Array.from({ length: extent }, (_, i) => [...point, start[axis]! + i]));
        });
        const chunk = (chunks ?? shape.map(() => 1)).reduce((product, extent) => product * extent, 1);
        expect(points.length).toBeLessThanOrEqual(Math.max(limit, chunk));
        for (const point of points) seen.set(point.join(), (seen.get(point.join()) ?? 0) + 1);
      }
      const wanted = spans.reduce(
        (product, axis) => product * axis.reduce((sum, { start, stop }) => sum + stop - start, 0),
        1,
      );
      expect(seen.size).toBe(wanted);
      expect([...seen.values()].every((times) => times === 1)).toBe(true);
    }
  });
});

describe("decoders", () => {
  const decode = (type: Hdf5Type, ...bytes: number[]) => {
    const { dtype, decode } = decoderOf(type, "x");
    return [dtype, ...Array.from<unknown>(decode(Uint8Array.from(bytes)))];
  };

  test("integers of either order, from memory of any alignment", () => {
    expect(decode(integer(2), 1, 2)).toEqual(["int16", 0x0201]);
    expect(decode(integer(2, { littleEndian: false }), 1, 2)).toEqual(["int16", 0x0102]);
    expect(decode(integer(8, { signed: false, littleEndian: false }), 1, 0, 0, 0, 0, 0, 0, 2)).toEqual([
      "uint64",
      2n ** 56n + 2n,
    ]);
    const shifted = new Uint8Array([9, 1, 0, 0, 0]).subarray(1);
    expect(Array.from<unknown>(decoderOf(integer(4), "x").decode(shifted))).toEqual([1]);
  });

  test("enums: h5py's booleans by their names, others as integers", () => {
    const members = new Map([
      ["FALSE", 0],
      ["TRUE", 1],
    ]);
    expect(decode({ kind: "enum", size: 1, base: integer(1), members }, 0, 1, 255)).toEqual(["bool", 0, 1, 1]);
    expect(decode({ kind: "enum", size: 2, base: integer(2, { littleEndian: false }), members }, 0, 1, 1, 0)).toEqual([
      "bool",
      1,
      1,
    ]);
    expect(
      decode({ kind: "enum", size: 2, base: integer(2, { littleEndian: false }), members: new Map([["A", 1]]) }, 1, 44),
    ).toEqual(["int16", 300]);
    expect(
      decode({ kind: "enum", size: 1, base: integer(1), members: new Map([...members, ["MAYBE", 2]]) }, 2),
    ).toEqual(["int8", 2]);
  });

  test("integers of which some bits count", () => {
    const twelve = { size: 2, precision: 12, bitOffset: 0 };
    expect(Array.from<unknown>(takeBits(Int16Array.from([0x07ff, 0x0800, 0x0fff]), integer(2, twelve)))).toEqual([
      2047, -2048, -1,
    ]);
    expect(Array.from<unknown>(takeBits(Uint16Array.from([0xf800]), integer(2, { ...twelve, signed: false })))).toEqual(
      [0x800],
    );
    expect(
      Array.from<unknown>(takeBits(Int16Array.from([0x7ff0, -16]), integer(2, { ...twelve, bitOffset: 4 }))),
    ).toEqual([2047, -1]);
    expect(Array.from<unknown>(takeBits(BigInt64Array.from([0xffn]), integer(8, { precision: 8 })))).toEqual([-1n]);
  });

  test.each<[Hdf5Type, RegExp]>([
    [{ kind: "string", size: 4, variable: true }, /variable-length string/],
    [{ kind: "string", size: 4, variable: false }, /string of 4 bytes/],
    [integer(3), /24-bit integer/],
    [integer(16, { signed: false }), /128-bit unsigned integer/],
    [{ kind: "float", size: 16, format: "other", littleEndian: true }, /128-bit float of an unusual format/],
    [{ kind: "other", size: 8, name: "reference" }, /type reference/],
    [
      {
        kind: "compound",
        size: 8,
        fields: [
          { name: "a", type: integer(4), offset: 0 },
          { name: "b", type: integer(2), offset: 4 },
        ],
      },
      /compound \{a: 32-bit integer, b: 16-bit integer\}/,
    ],
  ])("%o is refused by name", (type, message) => {
    expect(() => decoderOf(type, "x")).toThrow(
      expect.objectContaining({ code: "DTYPE_UNSUPPORTED", message: expect.stringMatching(message) }),
    );
  });
});

test("what h5wasm's reads give: numbers in little-endian order, enums as they are", () => {
  const base = integer(2, { littleEndian: false });
  const members = new Map([["A", 1]]);
  expect(typeOfRead(base)).toEqual(integer(2));
  expect(typeOfRead({ kind: "float", size: 4, format: "binary32", littleEndian: false })).toMatchObject({
    littleEndian: true,
  });
  expect(typeOfRead({ kind: "enum", size: 2, base, members })).toEqual({ kind: "enum", size: 2, base, members });
  // HDF5 would turn every value into -1.
  expect(typeOfRead({ kind: "enum", size: 2, base, members: new Map() })).toMatchObject({ kind: "other" });
  expect(typeOfRead({ kind: "string", size: 3, variable: false })).toMatchObject({ size: 3 });
});

describe("what HDF5 prints", () => {
  const stack = (...messages: string[]) =>
    `HDF5-DIAG: Error detected in HDF5 (2.0.0):\n${messages.map((message, i) => `  #00${i}: H5X.c line 7 in H5${i}(): ${message}\n    major: m\n    minor: n\n`).join("")}`;

  test.each([
    [stack("can't open", "truncated file: eof = 96, sblock->base_addr = 0, stored_eof = 800"), "FILE_TRUNCATED"],
    [stack("can't read data", "required filter 'lzf' is not registered"), "UNSUPPORTED_FEATURE"],
    [stack("can't read data", "unable to open external raw data file"), "UNSUPPORTED_FEATURE"],
    [stack("can't read data", "inflate() failed"), "FILE_INVALID"],
    [stack("can't open", "file is already open for write"), "IO"],
    [stack("can't", "bad object header version number"), "FILE_INVALID"],
    ["RuntimeError: memory access out of bounds", "FILE_INVALID"],
  ])("%#", (diagnosis, code) => {
    const error = diagnosed("file: x", diagnosis);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^file: x: /);
    expect((error.cause as Error).message).toBe(diagnosis.trim());
  });

  test("the refusal to reorder an enum is no failure; anything beside it is", () => {
    const refusal = stack("can't set order", "operation not allowed after enum members are defined").replace(
      "in H50()",
      "in H5Tset_order()",
    );
    const failure = stack("can't read data");
    expect(withoutEnumOrder(refusal)).toBe("");
    expect(withoutEnumOrder(refusal + failure)).toBe(failure);
    expect(withoutEnumOrder(failure)).toBe(failure);
  });
});

test("paths", () => {
  expect(["yay", "/yay/", "//a//b", "", "/"].map(absolutePath)).toEqual(["/yay", "/yay", "/a/b", "/", "/"]);
  expect(joinPath("/", "x")).toBe("/x");
  expect(joinPath("/a/b", "x/y")).toBe("/a/b/x/y");
});
