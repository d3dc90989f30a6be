import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixture } from "../../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray } from "../../src/index.js";
import { readerSource } from "../../src/source/reader-source.js";

test("a reader may give Buffers of Node's, whose slice is no copy", async () => {
  const bytes = Buffer.from([1, 2, 3, 4]);
  const reader = {
    size: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  const read = await readerSource("<reader>", reader).read(1, 2, {});
  expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype);
  read.slice().reverse();
  expect([...bytes]).toEqual([1, 2, 3, 4]);
});

test("what a reader gives is not changed by reading an array", async () => {
  const path = fixture("hdf5", "dtypes.h5");
  const bytes = readFileSync(path);
  const before = Buffer.from(bytes);
  const reader = {
    size: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  for (const name of ["big/float64", "big/int16", "big/float16"]) {
    await using array = await Hdf5DenseArray.open(reader, name);
    await using expected = await Hdf5DenseArray.open(path, name);
    expect((await array.toDense()).data).toEqual((await expected.toDense()).data);
  }
  expect(bytes.equals(before)).toBe(true);
});
