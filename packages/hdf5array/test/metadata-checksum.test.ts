import { describe, expect, it } from "vitest";
import { metadataChecksum } from "../src/format/metadata-checksum.js";

/** As the self test of lookup3.c gives them (`driver5`). */
const KNOWN: readonly (readonly [string, number])[] = [
  ["", 0xdeadbeef],
  ["Four score and seven years ago", 0x17770551],
];

describe("the checksum of metadata", () => {
  it.each(KNOWN)("of %j", (text, checksum) => {
    expect(metadataChecksum(new TextEncoder().encode(text))).toBe(checksum);
  });
});
