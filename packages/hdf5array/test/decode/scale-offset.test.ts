import { describe, expect, test } from "vitest";
import { bytesOf, readJson } from "../../../../tooling/fixtures/read.mjs";
import { scaleOffset } from "../../src/decode/codecs/scale-offset.js";

interface Case {
  readonly name: string;
  readonly parameters: readonly number[];
  /** `null` where HDF5 stores integers as they are. */
  readonly bits: number | null;
  readonly stored: string;
  readonly values: string;
}

const { cases } = readJson<{ cases: readonly Case[] }>("scale-offset", "expected.json");

/** Where the parameters have the size of an element. */
const SIZE = 4;
const BITS_IN_BYTE = 8;

describe("scale-offset", () => {
  test.each(cases)("$name", ({ parameters, stored, values }) => {
    const expected = bytesOf(values);
    expect(scaleOffset(bytesOf(stored), { parameters, most: expected.length })).toEqual(expected);
  });

  test("among these are values of no bits, of all bits, of more than 32, and plain ones", () => {
    const isWhole = ({ parameters, bits }: Case) => bits === parameters[SIZE]! * BITS_IN_BYTE;
    expect(cases.some(({ bits }) => bits === 0)).toBe(true);
    expect(cases.some(isWhole)).toBe(true);
    expect(cases.some((one) => (one.bits ?? 0) > 32 && !isWhole(one))).toBe(true);
    expect(cases.some(({ bits }) => bits === null)).toBe(true);
  });

  test("a chunk cut anywhere is FILE_INVALID, or still has all of its values", async () => {
    for (const { parameters, stored, values } of cases.filter((_, i) => i % 5 === 0)) {
      const bytes = bytesOf(stored);
      const expected = bytesOf(values);
      for (let length = 0; length < bytes.length; length += 7) {
        const outcome = await Promise.resolve()
          .then(() => scaleOffset(bytes.subarray(0, length), { parameters, most: expected.length }))
          .catch((error: { code: string }) => error.code);
        if (outcome !== "FILE_INVALID") expect(outcome).toEqual(expected);
      }
    }
  });

  test("more bits than an element has are a fault", () => {
    const { parameters, stored, values } = cases[0]!;
    const bytes = bytesOf(stored);
    bytes[0] = parameters[SIZE]! * BITS_IN_BYTE + 1;
    expect(() => scaleOffset(bytes, { parameters, most: bytesOf(values).length })).toThrow(
      "its values have 9 bits, at most 8 can be",
    );
  });

  test("more bits than an element has cannot be asked for", () => {
    const { parameters, stored, values } = cases.find(({ bits }) => bits === null)!;
    const request = { parameters: parameters.with(1, parameters[1]! + 1), most: bytesOf(values).length };
    expect(() => scaleOffset(bytesOf(stored), request)).toThrow("its parameters are 2, 9, 60, 0, 1");
  });

  test("more elements than are expected are a fault", () => {
    const { parameters, stored, values } = cases[0]!;
    const most = bytesOf(values).length - 1;
    expect(() => scaleOffset(bytesOf(stored), { parameters, most })).toThrow(
      "it becomes more than the expected 59 bytes",
    );
  });
});
