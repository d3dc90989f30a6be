import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { slice, type TypedArray } from "delayedarray";
import { Hdf5DenseArray, type Hdf5Source } from "hdf5array";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { TestServer } from "../../packages/hdf5array/test/http/test-server.js";
import { capture } from "../process.mjs";
import type { LargeCase } from "./large.js";

const folder = inject("largeFolder");
const cases = inject("large");
const GIBIBYTE = 2 ** 30;

/** What a process of its own reads, and how much memory it took for that beyond what it had once the file was open. */
function read({ file, ...one }: LargeCase) {
  const script = fileURLToPath(new URL("read-large.mjs", import.meta.url));
  const { status, stdout, stderr } = capture(process.execPath, [script, join(folder, file), JSON.stringify(one)]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe("files of more than 4 GiB", { timeout: 300_000 }, () => {
  it("are larger than what they take on the disk", () => {
    for (const file of new Set(cases.map((one) => one.file))) {
      const { size, blocks } = statSync(join(folder, file));
      expect(size).toBeGreaterThan(4.5 * GIBIBYTE);
      expect(blocks * 512).toBeLessThan(0.25 * GIBIBYTE);
    }
  });

  it("have arrays of 20 GB with each index of chunks, all that is read of them compressed and behind byte 2^32", () => {
    const huge = cases.filter(({ bytes }) => bytes >= 20e9);
    expect(huge.map(({ file, name }) => `${file} ${name}`)).toEqual([
      "earliest.h5 /B-tree 1",
      "earliest.h5 /bytes/B-tree 1",
      "earliest.h5 /csc",
      "latest.h5 /fixed array",
      "latest.h5 /extensible array",
      "latest.h5 /B-tree 2",
      "latest.h5 /bytes/fixed array",
      "latest.h5 /bytes/extensible array",
      "latest.h5 /csc",
    ]);
    for (const { lowest, packed } of huge.flatMap(({ windows }) => windows)) {
      expect(lowest).toBeGreaterThan(2 ** 32);
      expect(packed).toBe(true);
    }
  });

  it.each(cases.map((one) => [`${one.file} ${one.name}`, one] as const))(
    "%s: what h5py reads, within 200 MB",
    (_, one) => {
      const { digests, summary, memory } = read(one);
      expect(digests).toEqual(one.windows.map(({ digest }) => digest));
      expect(memory).toBeLessThan(200e6);
      if (one.summary === null) return;
      const { bounds, mean, ...exact } = one.summary;
      const elements = bounds.reduce((product, [start, stop]) => product * (stop - start), 1);
      expect(summary).toMatchObject({ ...exact, elements, sumsOfBlocks: exact.sums });
      expect(Math.abs(summary.mean - mean)).toBeLessThanOrEqual(1e-12 * mean);
    },
  );
});

describe("the same, not from a path", { timeout: 300_000 }, () => {
  let server: TestServer;
  let handle: FileHandle;
  let size: number;
  const path = join(folder, "latest.h5");
  const read = async (offset: number, length: number) =>
    new Uint8Array((await handle.read(new Uint8Array(length), 0, length, offset)).buffer);
  beforeAll(async () => {
    server = await TestServer.start();
    handle = await open(path);
    ({ size } = await handle.stat());
  });
  afterAll(async () => {
    await server.close();
    await handle.close();
  });

  it.each<[string, () => Hdf5Source]>([
    ["an object with size and read", () => ({ size, read })],
    [
      "a URL",
      () =>
        server.serve("/latest.h5", async ({ range, response }) => {
          const { start, end } = range(size)!;
          const headers = { "content-range": `bytes ${start}-${end - 1}/${size}`, "content-length": end - start };
          response.writeHead(206, headers).end(await read(start, end - start));
        }),
    ],
  ])("%s", async (_, source) => {
    for (const name of ["/late/contiguous", "/late/single", "/fixed array", "/bytes/extensible array"]) {
      const { windows } = cases.find((one) => one.file === "latest.h5" && one.name === name)!;
      await using array = await Hdf5DenseArray.open(source(), name);
      for (const { bounds, digest } of windows) {
        const { data } = await array.subset(bounds.map((one) => slice(...one))).toDense();
        expect(
          createHash("sha1")
            .update(data as TypedArray)
            .digest("hex"),
        ).toBe(digest);
      }
    }
  });
});
