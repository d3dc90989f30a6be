import { readFileSync } from "node:fs";
import { gunzipSync, inflateSync } from "node:zlib";
import { DelayedArrayError } from "delayedarray";
import { describe, expect, it } from "vitest";
import { fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { ChunkBatch } from "../src/format/chunk-index/chunk-batch.js";
import { openChunkIndex } from "../src/format/chunk-index/locate-chunks.js";
import { readStoredDataset } from "../src/format/dataset-header.js";
import type { Hdf5Space } from "../src/format/hdf5-space.js";
import { metadataChecksum } from "../src/format/metadata-checksum.js";
import { resolvePath } from "../src/format/resolve-path.js";
import type { StoredDataset } from "../src/format/stored-dataset.js";
import { openSpace } from "../src/format/superblock.js";
import type { DatasetAccess } from "../src/read/dataset-access.js";
import { openDatasetReader } from "../src/read/dataset-reader.js";
import { chunkBatches } from "../src/read/wanted-chunks.js";
import type { ByteSource } from "../src/source/byte-source.js";
import { memorySource } from "../src/source/memory-source.js";
import { pagedReader } from "../src/source/page-cache.js";
import { rangeReader } from "../src/source/range-reader.js";
import { errorOf, random } from "./helpers.js";

interface Listed {
  readonly dataset: string;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly kind: string;
  readonly list: string;
}

interface ListedFile {
  readonly file: string;
  readonly datasets: readonly Listed[];
}

const { files } = readJson("chunk-index", "expected.json") as { files: readonly ListedFile[] };
const cases = files.flatMap(({ file, datasets }) =>
  datasets.map((one) => ({ file, ...one, name: `${file} ${one.dataset}` })),
);

const bytesOf = new Map<string, Uint8Array>();
function contentOf(file: string): Uint8Array {
  let bytes = bytesOf.get(file);
  if (bytes === undefined) {
    bytes = new Uint8Array(gunzipSync(readFileSync(fixture("chunk-index", file))));
    bytesOf.set(file, bytes);
  }
  return bytes;
}

/** Keys of chunks by their numbers, with address, size and mask, as h5py says. */
function expectedChunks({ shape, list }: Listed): Map<string, number[]> {
  const words = new BigInt64Array(new Uint8Array(inflateSync(Buffer.from(list, "base64"))).buffer);
  const width = shape.length + 3;
  const chunks = new Map<string, number[]>();
  for (let i = 0; i < words.length; i += width) {
    const row = Array.from(words.subarray(i, i + width), Number);
    chunks.set(row.slice(0, shape.length).join(","), row.slice(shape.length));
  }
  return chunks;
}

async function open(source: ByteSource, dataset: string): Promise<{ access: DatasetAccess; stored: StoredDataset }> {
  const pages = pagedReader(source);
  const undoFilters = () => Promise.reject(new Error("no heap with filters"));
  const { name, size } = source;
  const space: Hdf5Space = await openSpace({ name, size, reader: pages, undoFilters }, {});
  const header = await resolvePath(space, `/${dataset}`, {});
  const stored = await readStoredDataset(space, header!.address, `/${dataset}`, {});
  return { access: { space, source, ranges: rangeReader(source, { pages }) }, stored };
}

async function locateAll(
  { access, stored }: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<Map<string, number[]>> {
  const index = openChunkIndex(access.space, stored);
  const chunks = new Map<string, number[]>();
  const { shape, chunks: extents } = stored.info;
  const spans = shape!.map((extent, axis) => [{ start: 0, stop: Math.ceil(extent / extents![axis]!) }]);
  for (const batch of chunkBatches(spans, size)) {
    await index.locate(batch, {});
    for (let i = 0; i < batch.count; i++) {
      if (batch.addresses[i]! < 0) continue;
      const key = batch.numbers.subarray(i * batch.rank, (i + 1) * batch.rank).join(",");
      chunks.set(key, [access.space.base + batch.addresses[i]!, batch.sizes[i]!, batch.filterMasks[i]!]);
    }
  }
  return chunks;
}

describe("indexes of chunks", () => {
  it("are of every kind", () => {
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(
      new Set(["btree1", "btree2", "extensible-array", "fixed-array", "implicit", "single"]),
    );
  });

  it.each(cases)("$name: where every chunk is ($kind)", async (one) => {
    const opened = await open(memorySource(one.file, contentOf(one.file)), one.dataset);
    const { layout } = opened.stored;
    if (layout.kind !== "chunked") throw new Error(layout.kind);
    expect(layout.index.kind).toBe(one.kind);
    expect(layout.chunkShape).toEqual(one.chunks);
    const expected = expectedChunks(one);
    expect(await locateAll(opened, 1000)).toEqual(expected);
  });

  it.each(cases)("$name: single chunks, here and there", async (one) => {
    const opened = await open(memorySource(one.file, contentOf(one.file)), one.dataset);
    const index = openChunkIndex(opened.access.space, opened.stored);
    const expected = expectedChunks(one);
    const most = one.shape.map((extent, axis) => Math.ceil(extent / one.chunks[axis]!));
    for (let i = 0; i < 40; i++) {
      const numbers = most.map((count, axis) => (i * i * 7919 + i * 31 + axis * 17) % count);
      const batch = new ChunkBatch(numbers.length, Float64Array.from(numbers));
      await index.locate(batch, {});
      const found = batch.addresses[0]! < 0 ? undefined : [batch.addresses[0], batch.sizes[0], batch.filterMasks[0]];
      expect(found, batch.describe(0)).toEqual(expected.get(numbers.join(",")));
    }
  });

  it.each(cases)("$name: the values", async (one) => {
    const { access, stored } = await open(memorySource(one.file, contentOf(one.file)), one.dataset);
    const { shape, chunks } = one;
    const expected = expectedChunks(one);
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = new Uint8Array(size);
    const seen = new Uint8Array(size);
    const reader = openDatasetReader(access, stored);
    await reader.read(
      shape.map((extent) => [{ start: 0, stop: extent }]),
      ({ start, count, bytes }) => {
        bytes.forEach((value, i) => {
          let rest = i;
          let position = 0;
          let step = 1;
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            const index = start[axis]! + (rest % count[axis]!);
            rest = Math.floor(rest / count[axis]!);
            if (index >= shape[axis]!) return;
            position += index * step;
            step *= shape[axis]!;
          }
          values[position] = value;
          seen[position]! += 1;
        });
      },
      {},
    );
    expect(seen.every((times) => times === 1)).toBe(true);
    // Everything is the fill value, and the chunks of the list are laid over it.
    const right = new Uint8Array(size).fill(77);
    for (const key of expected.keys()) {
      const first = key.split(",").map((number, axis) => Number(number) * chunks[axis]!);
      const last = first.map((index, axis) => Math.min(shape[axis]!, index + chunks[axis]!));
      const at = first.slice();
      for (let axis = 0; axis >= 0; ) {
        const position = at.reduce((sum, index, k) => sum * shape[k]! + index, 0);
        right[position] = at.reduce((sum, index, k) => sum + index * 3 ** k, 1) % 251;
        axis = shape.length - 1;
        while (axis >= 0 && ++at[axis]! === last[axis]) {
          at[axis] = first[axis]!;
          axis--;
        }
      }
    }
    expect(Buffer.compare(values, right)).toBe(0);
  });

  it("damaged: every bit that is wrong is found, in indexes that have checksums", async () => {
    const { file, datasets } = files.find((one) => one.file === "new.h5.gz")!;
    const bytes = contentOf(file).slice();
    const next = random(9);
    let found = 0;
    for (let round = 0; round < 100; round++) {
      const at = Math.floor(next() * bytes.length);
      const bit = 1 << Math.floor(next() * 8);
      bytes[at]! ^= bit;
      for (const one of datasets) {
        try {
          const opened = await open(memorySource(file, bytes), one.dataset);
          expect(await locateAll(opened, 1000)).toEqual(expectedChunks(one));
        } catch (error) {
          expect(error, `bit ${bit} of byte ${at}`).toBeInstanceOf(DelayedArrayError);
          found++;
        }
      }
      bytes[at]! ^= bit;
    }
    expect(found).toBeGreaterThan(100);
  });

  it.each(["TREE", "BTHD", "BTIN", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB"])(
    "a damaged %s is FILE_INVALID with the byte at which it begins",
    async (signature) => {
      const isOld = signature === "TREE";
      for (const { file, datasets } of files.filter((one) => one.file.startsWith(isOld ? "old" : "new"))) {
        const bytes = contentOf(file).slice();
        const buffer = Buffer.from(bytes.buffer);
        const messages = new Set<string>();
        const begins: number[] = [];
        // The trees of groups are another matter.
        for (let at = buffer.indexOf(signature); at >= 0; at = buffer.indexOf(signature, at + 1))
          if (isOld ? bytes[at + 4] === 1 : !signature.startsWith("BT") || bytes[at + 5]! >= 10) begins.push(at);
        for (const at of begins) bytes[at + (isOld ? 7 : 5)]! ^= 0x81;
        for (const one of datasets) {
          try {
            await locateAll(await open(memorySource(file, bytes), one.dataset), 1000);
          } catch (error) {
            const { code, message } = error as DelayedArrayError;
            expect(code).toBe("FILE_INVALID");
            messages.add(message);
          }
        }
        for (const message of messages) {
          expect(message).toContain(file);
          expect(begins).toContain(Number(/\(at byte (\d+)\)$/.exec(message)?.[1]));
        }
        if (file.includes("large") || !["BTIN", "EASB", "EADB"].includes(signature))
          expect(messages.size).toBeGreaterThan(0);
      }
    },
  );

  // HDF5 shifts words of 64 bits by these numbers, and finds no page where others would.
  it.each([
    ["FAHD", 7, 64, "says page bits 64, expected at most 63"],
    ["EAHD", 11, 66, "page bits 66, which do not fit together"],
  ])("an %s with more bits of a page than there can be is FILE_INVALID", async (signature, place, bits, why) => {
    const { file, datasets } = files.find((one) => one.file === "new.h5.gz")!;
    const bytes = contentOf(file).slice();
    const buffer = Buffer.from(bytes.buffer);
    const length = signature === "FAHD" ? 24 : 68;
    for (let at = buffer.indexOf(signature); at >= 0; at = buffer.indexOf(signature, at + 1)) {
      bytes[at + place] = bits;
      buffer.writeUInt32LE(metadataChecksum(bytes.subarray(at, at + length)), at + length);
    }
    const kind = signature === "FAHD" ? "fixed-array" : "extensible-array";
    const some = datasets.filter((one) => one.kind === kind && expectedChunks(one).size > 0);
    expect(some.length).toBeGreaterThan(0);
    for (const { dataset } of some) {
      const { code, message } = await errorOf(
        open(memorySource(file, bytes), dataset).then((opened) => locateAll(opened, 1000)),
      );
      expect(code).toBe("FILE_INVALID");
      expect(message).toContain(why);
    }
  });
});
