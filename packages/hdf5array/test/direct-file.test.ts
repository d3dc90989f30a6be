import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { openDirectFile } from "../src/file/direct-file.js";
import type { FallbackFile } from "../src/file/hdf5-file.js";
import { openHdf5File } from "../src/file/open-file.js";
import type { DatasetInfo } from "../src/format/dataset-info.js";
import { metadataChecksum } from "../src/format/metadata-checksum.js";
import type { ByteSource } from "../src/source/byte-source.js";
import { memorySource } from "../src/source/memory-source.js";
import { errorOf, expected } from "./helpers.js";

const packed = (file: string) => new Uint8Array(gunzipSync(readFileSync(fixture("metadata", file))));
const noFallback = () => Promise.reject(new Error("the fallback is used"));

/** Opens bytes with the direct reader alone. */
const openBytes = (bytes: Uint8Array, name = "x.h5") => openDirectFile(memorySource(name, bytes), noFallback, {});

describe("which reader a dataset has", () => {
  /** What only h5wasm can read, and what none can. */
  const byOthers = new Set(["nbit", "virtual"]);
  const refused = new Set(["external", "external link"]);

  test.each(expected.dense.filter(({ feature }) => !refused.has(feature ?? "")))("$name", async (one) => {
    const { file, dataset, feature = "" } = one;
    const hdf5 = await openHdf5File(fixture("hdf5", file), {});
    const { reader } = await hdf5.dataset(`/${dataset}`, {});
    expect(reader).toBe(byOthers.has(feature) ? "h5wasm" : "direct");
    hdf5.close();
  });
});

describe("the fallback", () => {
  const bytes = packed("by-others.h5.gz");

  test("reads strings too", async () => {
    const hdf5 = await openHdf5File(bytes, {});
    expect(await hdf5.strings("/fixed", {})).toEqual({ shape: [3], values: ["abc", "", "defg"] });
    expect(await hdf5.strings("/virtual", {})).toEqual({ shape: [2], values: ["one", "two"] });
    expect(await hdf5.strings("/source", {})).toEqual({ shape: [2], values: ["one", "two"] });
    expect((await errorOf(hdf5.strings("/n-bit", {}))).message).toContain("holds values of type 32-bit integer");
    hdf5.close();
  });

  test("is opened once for all, again after it failed, and closed with the file", async () => {
    const close = vi.fn();
    const other = { dataset: async ({ path }: DatasetInfo) => path, close } as unknown as FallbackFile;
    const open = vi.fn(async () => other);
    open.mockRejectedValueOnce(new Error("not now"));
    const hdf5 = await openDirectFile(memorySource("x.h5", bytes), open, {});
    await expect(hdf5.dataset("/virtual", {})).rejects.toThrow("not now");
    await Promise.all([hdf5.dataset("/virtual", {}), hdf5.dataset("/virtual", {})]);
    await hdf5.dataset("/n-bit", {});
    expect(open).toHaveBeenCalledTimes(2);
    hdf5.close();
    await Promise.resolve();
    await Promise.resolve();
    await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  });

  test("an abort of one who waits for it leaves the others", async () => {
    const other = { dataset: async ({ path }: DatasetInfo) => path, close: () => {} } as unknown as FallbackFile;
    let ready = (_: FallbackFile) => {};
    const open = vi.fn(() => new Promise<FallbackFile>((resolve) => (ready = resolve)));
    const hdf5 = await openDirectFile(memorySource("x.h5", bytes), open, {});
    const controller = new AbortController();
    const first = hdf5.dataset("/virtual", { signal: controller.signal }).catch((error: unknown) => error);
    const second = hdf5.dataset("/virtual", {});
    await vi.waitFor(() => expect(open).toHaveBeenCalled());
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await first).toBe(reason);
    ready(other);
    expect(await second).toBe("/virtual");
    expect(open).toHaveBeenCalledTimes(1);
    hdf5.close();
  });
});

describe("few requests", () => {
  /** A source behind a network, which counts. */
  function counted(bytes: Uint8Array): ByteSource & { requests: number; bytes: number } {
    const { read } = memorySource("x.h5", bytes);
    const source = {
      name: "x.h5",
      size: bytes.length,
      distance: "remote" as const,
      requests: 0,
      bytes: 0,
      async read(offset: number, length: number, options: object) {
        source.requests++;
        source.bytes += length;
        return read(offset, length, options);
      },
      close() {},
    };
    return source;
  }

  test.each(["groups-earliest.h5.gz", "groups-latest.h5.gz", "attributes-latest.h5.gz", "datasets-v108.h5.gz"])(
    "%s: opening it and describing a dataset",
    async (file) => {
      const source = counted(packed(file));
      const hdf5 = await openDirectFile(source, noFallback, {});
      for (const name of (await hdf5.children("/", {})).slice(0, 5)) await hdf5.kind(`/${name}`, {}).catch(() => {});
      expect(source.requests).toBeLessThanOrEqual(3);
      hdf5.close();
    },
  );

  test("what was parsed is kept", async () => {
    const { read, ...rest } = memorySource("x.h5", packed("groups-earliest.h5.gz"));
    const reads = vi.fn(read);
    const hdf5 = await openDirectFile({ ...rest, read: reads }, noFallback, {});
    await hdf5.dataset("/a/b/data", {});
    const before = reads.mock.calls.length;
    await hdf5.dataset("/a/b/data", {});
    // Nodes of the B-trees are looked at again; headers and names are not.
    expect(reads.mock.calls.length - before).toBeLessThan(before / 2);
    hdf5.close();
  });
});

describe("files that HDF5 refuses", () => {
  const latest = packed("datasets-latest.h5.gz");
  const earliest = packed("datasets-earliest.h5.gz");

  /** A copy with other bytes in its superblock, whose checksum is right again. */
  function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
    const copy = bytes.slice();
    copy.set(values, at);
    if (copy[8]! >= 2) new DataView(copy.buffer).setUint32(44, metadataChecksum(copy.subarray(0, 44)), true);
    return copy;
  }

  test.each<[string, Uint8Array, string, RegExp]>([
    ["marked as open for writing", changed(latest, 11, 1), "IO", /marked as open for writing/],
    ["marked as open for SWMR writing", changed(latest, 11, 5), "IO", /marked as open for writing/],
    ["with unknown marks", changed(latest, 11, 8), "FILE_INVALID", /flags are 8/],
    ["of an unknown version", changed(latest, 8, 4), "FILE_INVALID", /version is 4/],
    ["with addresses of 3 bytes", changed(latest, 9, 3), "FILE_INVALID", /addresses of 3 bytes/],
    ["shorter than it says", latest.subarray(0, latest.length - 1), "FILE_TRUNCATED", /ends too early/],
    ["without an end", changed(latest, 28, 255, 255, 255, 255, 255, 255, 255, 255), "FILE_TRUNCATED", /unknown/],
    ["without a root", changed(latest, 36, 255, 255, 255, 255, 255, 255, 255, 255), "FILE_INVALID", /root group/],
    [
      "with a wrong checksum",
      Uint8Array.from(latest, (byte, i) => (i === 44 ? byte ^ 1 : byte)),
      "FILE_INVALID",
      /checksum/,
    ],
    ["with an extension of an old version", changed(earliest, 32, 0, 1, 0, 0, 0, 0, 0, 0), "FILE_INVALID", /extension/],
    ["with B-trees of no size", changed(earliest, 16, 0, 0), "FILE_INVALID", /size of nodes/],
    ["with another version of free space", changed(earliest, 9, 1), "FILE_INVALID", /version of free space is 1/],
    ["of a family", packed("family-earliest.h5.gz"), "UNSUPPORTED_FEATURE", /family/],
    ["of a family, new", packed("family-latest.h5.gz"), "UNSUPPORTED_FEATURE", /family/],
    ["split", packed("split-earliest.h5.gz"), "UNSUPPORTED_FEATURE", /multi/],
    ["split, new", packed("split-latest.h5.gz"), "UNSUPPORTED_FEATURE", /multi/],
  ])("one %s", async (_, bytes, code, message) => {
    const error = await errorOf(openBytes(bytes));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.message).toContain("x.h5");
  });

  test("marks in older files mean nothing", async () => {
    const file = packed("ranks-v108.h5.gz");
    const at = 2048;
    file[at + 11] = 1;
    new DataView(file.buffer).setUint32(at + 44, metadataChecksum(file.subarray(at, at + 44)), true);
    expect(await (await openBytes(file)).kind("/x", {})).toBe("dataset");
  });

  test("the source is closed when opening fails", async () => {
    const close = vi.fn();
    await errorOf(openDirectFile({ ...memorySource("x.h5", new Uint8Array(600)), close }, noFallback, {}));
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe("damage", () => {
  test("is named with file, object, what and byte", async () => {
    const bytes = packed("groups-latest.h5.gz");
    const good = await openBytes(bytes);
    expect(await good.kind("/a/b", {})).toBe("group");
    const at = indexOf(bytes, "OHDR", 200);
    const bad = bytes.slice();
    bad[at + 12]! ^= 0xff;
    const hdf5 = await openBytes(bad);
    const messages: string[] = [];
    for (const path of ["/x", "/a", "/a/b", "/a/b/data", "/again", "/type", "/empty", "/many", "/eight"]) {
      const outcome = await hdf5.kind(path, {}).catch((error: Error) => error.message);
      if (outcome !== null && !["group", "dataset", "datatype"].includes(outcome)) messages.push(outcome);
    }
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages)
      expect(message).toMatch(new RegExp(`^x.h5: "/.+": object header at byte ${at}: its checksum is 0x\\w{8}, but`));
  });

  function indexOf(bytes: Uint8Array, text: string, from: number): number {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, from, "latin1");
    expect(at).toBeGreaterThan(0);
    return at;
  }
});

describe("closing and aborting", () => {
  test("everything fails once the file is closed", async () => {
    const hdf5 = await openBytes(packed("datasets-v108.h5.gz"));
    const dataset = await hdf5.dataset("/scalar", {});
    hdf5.close();
    hdf5.close();
    for (const work of [
      hdf5.kind("/scalar", {}),
      hdf5.children("/", {}),
      hdf5.dataset("/scalar", {}),
      hdf5.attribute("/scalar", "x", {}),
      hdf5.strings("/strings", {}),
      dataset.read([], () => {}, {}),
    ]) {
      const error = await errorOf(work);
      expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringContaining("the file is closed")]);
    }
  });

  test("a signal stops each kind of work with its reason", async () => {
    const hdf5 = await openBytes(packed("datasets-v108.h5.gz"));
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    for (const work of [
      hdf5.kind("/scalar", { signal }),
      hdf5.children("/", { signal }),
      hdf5.dataset("/scalar", { signal }),
      hdf5.attribute("/scalar", "x", { signal }),
      hdf5.strings("/strings", { signal }),
    ])
      await expect(work).rejects.toBe(reason);
    hdf5.close();
  });

  test("nothing there is NOT_FOUND", async () => {
    const hdf5 = await openBytes(packed("datasets-v108.h5.gz"));
    for (const work of [hdf5.children("/no", {}), hdf5.dataset("/no", {}), hdf5.attribute("/no", "x", {})])
      expect((await errorOf(work)).code).toBe("NOT_FOUND");
    hdf5.close();
  });
});
