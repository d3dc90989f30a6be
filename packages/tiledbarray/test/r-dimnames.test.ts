import { deflateSync } from "node:zlib";
import { DelayedArrayError } from "delayedarray";
import { Pacer } from "delayedarray/internal";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../tooling/fixtures/read.mjs";
import { packDimnames, unpackDimnames } from "../src/r-dimnames.js";

interface Packed {
  name: string;
  packed: number[];
  dimnames: (string[] | null)[];
}

const cases = readJson<Packed[]>("tiledb-dimnames.json");

const codeOf = (packed: Uint8Array, rank = 2) => {
  try {
    unpackDimnames(packed, rank, "an array");
    return "none";
  } catch (error) {
    return error instanceof DelayedArrayError ? `${error.code}: ${error.message}` : String(error);
  }
};

describe("dimnames that R has packed", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, { packed, dimnames }) => {
    expect(unpackDimnames(Uint8Array.from(packed), dimnames.length, "an array")).toEqual(dimnames);
  });

  test("are what we pack, too", async () => {
    // Up to how they are compressed, and the version of R that wrote them.
    for (const { dimnames } of cases) {
      expect(unpackDimnames(await packDimnames(dimnames), dimnames.length, "an array")).toEqual(dimnames);
    }
  });
});

test("many names are packed with turns for timers, whatever letters they are of", async () => {
  const names = Array.from({ length: 400_000 }, (_, i) => `${i % 3 === 0 ? "Zelle № " : "cell"}${i}`);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const packed = await packDimnames([null, names], new Pacer(undefined, 2));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  const [none, found] = unpackDimnames(packed, 2, "an array");
  expect(none).toBeNull();
  expect(found?.length).toBe(names.length);
  expect(found?.findIndex((name, i) => name !== names[i])).toBe(-1);
});

describe("damaged dimnames", () => {
  test("are FILE_INVALID", async () => {
    const whole = await packDimnames([["a", "b"], null]);
    expect(codeOf(Uint8Array.of(1, 2, 3))).toContain(
      "FILE_INVALID: an array: its dimnames, in the metadata, cannot be read",
    );
    expect(codeOf(whole.subarray(0, 12))).toContain("FILE_INVALID");
    expect(codeOf(whole, 3)).toContain("expected a list of 3");
    expect(codeOf(Uint8Array.from(deflateSync(Buffer.from("A\n0123456789"))))).toContain('the format is "A\\n"');
  });

  test("wherever a byte differs, or it ends", () => {
    const bytes = Buffer.from("580a0000000200040000000203000000001300000002", "hex");
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 255]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        expect(codeOf(Uint8Array.from(deflateSync(damaged)))).toContain("FILE_INVALID");
      }
    }
  });
});
