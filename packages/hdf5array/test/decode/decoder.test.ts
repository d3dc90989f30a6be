import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../../../tooling/fixtures/read.mjs";
import type { Decoder } from "../../src/decode/decoder.js";
import type { Hdf5Type, IntegerType } from "../../src/format/hdf5-type.js";
import { inRuntime } from "./runtimes.js";

const { halves } = readJson<{ halves: string }>("chunks", "expected.json");

const integer = (size: number, signed: boolean, littleEndian: boolean): IntegerType => ({
  kind: "integer",
  size,
  precision: size * 8,
  bitOffset: 0,
  signed,
  littleEndian,
});
const float = (size: number, littleEndian: boolean, format?: "bfloat16"): Hdf5Type => ({
  kind: "float",
  format: format ?? (size === 2 ? "binary16" : size === 4 ? "binary32" : "binary64"),
  size,
  littleEndian,
});
const booleans = (size: number): Hdf5Type => ({
  kind: "enum",
  size,
  base: integer(size, true, true),
  members: new Map([
    ["FALSE", 0],
    ["TRUE", 1],
  ]),
});

/** Any number of whole elements, in memory of any alignment, some more than the stage takes at once. */
const elements = (size: number) =>
  fc
    .record({
      count: fc.oneof(fc.nat(40), fc.nat(40_000)),
      pattern: fc.uint8Array({ minLength: 1, maxLength: 100 }),
      offset: fc.nat(9),
    })
    .map(({ count, pattern, offset }) => {
      const bytes = new Uint8Array(offset + count * size);
      for (let i = offset; i < bytes.length; i++) bytes[i] = pattern[i % pattern.length]! ^ (i >> 13);
      return bytes.subarray(offset);
    });

describe.each(["WebAssembly and zlib", "zlib alone"] as const)("with %s", (runtime) => {
  let decoderOf: (type: Hdf5Type, where: string) => Decoder;
  let convertedDecoder: (decoder: Decoder, dtype: "float64") => Decoder;

  beforeAll(async () => {
    const load = () => import("../../src/decode/decoder.js");
    const module = await inRuntime(runtime, load, ({ decoderOf }) =>
      decoderOf(float(2, true), "x").decode(new Uint8Array(2)),
    );
    ({ decoderOf, convertedDecoder } = module);
  });

  const decode = (type: Hdf5Type, bytes: Uint8Array) => decoderOf(type, "x").decode(bytes);

  test.each([true, false])("every half-precision number as NumPy widens it (little-endian: %s)", (littleEndian) => {
    const bytes = new Uint8Array(2 ** 17);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 2 ** 16; i++) view.setUint16(2 * i, i, littleEndian);
    const values = decode(float(2, littleEndian), bytes);
    expect(values).toBeInstanceOf(Float32Array);
    expect(createHash("sha1").update(new Uint8Array(values.buffer)).digest("hex")).toBe(halves);
  });

  test.each<
    [
      string,
      number,
      (littleEndian: boolean) => Hdf5Type,
      (view: DataView, at: number, little: boolean) => number | bigint,
    ]
  >([
    ["int16", 2, (little) => integer(2, true, little), (view, at, little) => view.getInt16(at, little)],
    ["uint16", 2, (little) => integer(2, false, little), (view, at, little) => view.getUint16(at, little)],
    ["int32", 4, (little) => integer(4, true, little), (view, at, little) => view.getInt32(at, little)],
    ["uint32", 4, (little) => integer(4, false, little), (view, at, little) => view.getUint32(at, little)],
    ["int64", 8, (little) => integer(8, true, little), (view, at, little) => view.getBigInt64(at, little)],
    ["uint64", 8, (little) => integer(8, false, little), (view, at, little) => view.getBigUint64(at, little)],
    ["float32", 4, (little) => float(4, little), (view, at, little) => view.getFloat32(at, little)],
    ["float64", 8, (little) => float(8, little), (view, at, little) => view.getFloat64(at, little)],
    ["bfloat16", 2, (little) => float(2, little, "bfloat16"), bfloat16At],
  ])("%s of both orders, in any number, from any alignment", (_, size, typeOf, at) => {
    fc.assert(
      fc.property(elements(size), fc.boolean(), (bytes, littleEndian) => {
        const before = Buffer.from(bytes);
        const values = decode(typeOf(littleEndian), bytes);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (values.length * size !== bytes.length || before.compare(bytes) !== 0) return false;
        for (let i = 0; i < values.length; i++)
          if (!Object.is(values[i], at(view, i * size, littleEndian))) return false;
        return true;
      }),
      { numRuns: 60 },
    );
  });

  test.each([1, 2])("booleans of %i bytes: any bit that is set", (size) => {
    fc.assert(
      fc.property(elements(size), (bytes) => {
        const values = decode(booleans(size), bytes);
        if (values.length * size !== bytes.length) return false;
        for (let i = 0; i < values.length; i++) {
          const isSet = bytes.subarray(i * size, (i + 1) * size).some((byte) => byte !== 0);
          if (values[i] !== Number(isSet)) return false;
        }
        return true;
      }),
      { numRuns: 60 },
    );
  });

  test.each([true, false])("integers of 64 bits as float64 are rounded once (signed: %s)", (signed) => {
    const type = integer(8, signed, true);
    const converted = convertedDecoder(decoderOf(type, "x"), "float64");
    fc.assert(
      fc.property(elements(8), (bytes) => {
        const values = converted.decode(bytes);
        const integers = decode(type, bytes);
        if (!(values instanceof Float64Array) || values.length !== integers.length) return false;
        for (let i = 0; i < values.length; i++) if (values[i] !== Number(integers[i])) return false;
        return true;
      }),
      { numRuns: 60 },
    );
    const hard = BigInt64Array.of(2n ** 53n + 1n, 2n ** 53n + 3n, 2n ** 62n + 257n, -1n, 0n);
    const expected = Array.from(hard, (value) => Number(signed ? value : BigInt.asUintN(64, value)));
    expect(Array.from(converted.decode(new Uint8Array(hard.buffer)) as Float64Array)).toEqual(expected);
  });

  test("values of an earlier call stay as they are", () => {
    const first = decode(integer(2, true, false), Uint8Array.of(0, 1, 0, 2));
    decode(integer(2, true, false), Uint8Array.of(9, 9, 9, 9));
    expect(Array.from<unknown>(first)).toEqual([1, 2]);
  });
});

function bfloat16At(view: DataView, at: number, littleEndian: boolean): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint16(0, view.getUint16(at, littleEndian));
  return bytes.getFloat32(0);
}
