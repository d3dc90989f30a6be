import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { findSignature } from "../src/format/signature.js";
import { errorOf } from "./helpers.js";

const file = new Uint8Array(readFileSync(fixture("hdf5", "ranks.h5")));
const text = (content: string) => new TextEncoder().encode(content);

/** The file behind a user block of so many bytes. */
function behind(block: number): Uint8Array {
  const bytes = new Uint8Array(block + file.length);
  bytes.set(file, block);
  return bytes;
}

const find = (bytes: Uint8Array) =>
  findSignature("a file", bytes.length, async (from, length) => bytes.subarray(from, from + length));

describe("the signature", () => {
  test.each([0, 512, 1024, 2048, 2 ** 20])("at byte %d", async (block) => {
    expect(await find(behind(block))).toBe(block);
  });

  test("the first one counts", async () => {
    const bytes = behind(2048);
    bytes.set(file.subarray(0, 8), 1024);
    expect(await find(bytes)).toBe(1024);
  });

  test("in user-block.h5", async () => {
    expect(await find(new Uint8Array(readFileSync(fixture("hdf5", "user-block.h5"))))).toBe(1024);
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      "an error page",
      text("\n<!DOCTYPE html><title>404"),
      /starts with 0a 3c .* \(an HTML or XML page, perhaps a server's/,
    ],
    ["S3's error", text('<?xml version="1.0"?><Error><Code>NoSuchKey</Code>'), /an HTML or XML page/],
    ["gzip", gzipSync(file), /starts with 1f 8b 08 .* \(a gzip file: decompress it first\)/],
    ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:"), /`git lfs pull`/],
    ["zip", text("PK\u0003\u0004rest"), /a zip file/],
    ["classic netCDF", text("CDF\u0001rest"), /a classic netCDF file/],
    ["JSON", text('{"message":"Not found"}'), /\(JSON\)/],
    ["anything else", text("MZ, say"), /starts with 4d 5a 2c 20 73 61 79$/],
    ["at a place where HDF5 does not look", behind(100), /not an HDF5 file: it starts with 00 00/],
    ["nothing", new Uint8Array(0), /not an HDF5 file: it is empty/],
  ])("%s", async (_name, bytes, message) => {
    const error = await errorOf(find(bytes));
    expect(error.code).toBe("FILE_INVALID");
    expect(error.message).toMatch(message);
  });

  test("of which the file has a part", async () => {
    const error = await errorOf(find(file.subarray(0, 5)));
    expect(error.code).toBe("FILE_TRUNCATED");
  });
});
