import { describe, expect, test } from "vitest";
import { fixedStrings } from "../src/format/fixed-strings.js";
import { textOf, textToZero } from "../src/format/text.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("text", () => {
  test("keeps what elsewhere is a byte order mark", () => {
    expect(textOf(bytes("\ufeffname"))).toBe("\ufeffname");
    expect(textToZero(bytes("\ufeffa\0b"))).toBe("\ufeffa");
  });

  test("has U+FFFD for what is not UTF-8", () => {
    expect(textOf(Uint8Array.of(0x61, 0xe6, 0xbc, 0x62))).toBe("a\ufffdb");
  });
});

describe("strings of a fixed size", () => {
  // What h5py gives for each of these.
  test.each([
    ["null-terminated", ["a", "ab  ", "abcd", ""]],
    ["null-padded", ["a\0b", "ab  ", "abcd", ""]],
    ["space-padded", ["a\0b", "ab", "abcd", ""]],
  ] as const)("that are %s", (padding, expected) => {
    expect(fixedStrings(bytes("a\0b\0ab  abcd\0\0\0\0"), 4, padding)).toEqual(expected);
  });
});
