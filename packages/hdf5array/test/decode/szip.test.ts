import { describe, expect, test } from "vitest";
import { bytesOf, readJson } from "../../../../tooling/fixtures/read.mjs";
import { szip } from "../../src/decode/codecs/szip.js";

interface Case {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly stored: string;
  readonly values: string;
}

const { cases } = readJson<{ cases: readonly Case[] }>("szip", "expected.json");

describe("szip", () => {
  test.each(cases)("$name", ({ parameters, stored, values }) => {
    const expected = bytesOf(values);
    expect(szip(bytesOf(stored), { parameters, most: expected.length })).toEqual(expected);
  });

  test("a stream cut anywhere is FILE_INVALID, or still has all of its values", async () => {
    for (const { parameters, stored, values } of cases.filter((_, i) => i % 5 === 0)) {
      const bytes = bytesOf(stored);
      const expected = bytesOf(values);
      for (let length = 0; length < bytes.length; length += 7) {
        const outcome = await Promise.resolve()
          .then(() => szip(bytes.subarray(0, length), { parameters, most: expected.length }))
          .catch((error: { code: string }) => error.code);
        if (outcome !== "FILE_INVALID") expect(outcome).toEqual(expected);
      }
    }
  });

  test("a length that is more than what is expected is a fault", () => {
    const { parameters, stored, values } = cases[0]!;
    const most = bytesOf(values).length - 1;
    expect(() => szip(bytesOf(stored), { parameters, most })).toThrow("it becomes more than the expected 199 bytes");
  });
});
