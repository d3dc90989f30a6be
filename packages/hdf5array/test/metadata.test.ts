import { readFileSync } from "node:fs";
import { crc32, gunzipSync } from "node:zlib";
import type { DelayedArrayError } from "delayedarray";
import { afterAll, describe, expect, test } from "vitest";
import { bytesOf, fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { openDirectFile } from "../src/file/direct-file.js";
import type { Hdf5File } from "../src/file/hdf5-file.js";
import { undoMetadataFilters } from "../src/file/metadata-filters.js";
import { readStoredDataset } from "../src/format/dataset-header.js";
import type { Hdf5Space } from "../src/format/hdf5-space.js";
import type { Hdf5Type } from "../src/format/hdf5-type.js";
import { resolvePath } from "../src/format/resolve-path.js";
import { openSpace } from "../src/format/superblock.js";
import { memorySource } from "../src/source/memory-source.js";

interface ExpectedAttribute {
  name: string;
  shape: number[] | null;
  type: unknown[];
  base64?: string;
  bytes?: number;
  crc?: number;
  strings?: string[];
}

interface ExpectedObject {
  path: string;
  kind: "group" | "dataset" | "datatype";
  members?: string[] | [number, number];
  shape?: number[] | null;
  maxShape?: (number | null)[] | null;
  chunks?: number[] | null;
  filters?: number[][];
  fill?: string | null;
  type?: unknown[];
  strings?: string[];
  attributes?: ExpectedAttribute[];
}

interface ExpectedFile {
  file: string;
  objects: ExpectedObject[];
  aside: Record<string, string | null>;
}

const { files } = readJson<{ files: ExpectedFile[] }>("metadata", "expected.json");

const opened = new Map<string, Promise<Hdf5File>>();
afterAll(async () => {
  for (const file of opened.values()) (await file).close();
});

function contentOf(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gunzipSync(readFileSync(fixture("metadata", file))));
}

/** The same file without the layer that reads values. */
function openMemory(file: string): Promise<Hdf5Space> {
  const bytes = contentOf(file);
  return openSpace(
    { name: file, size: bytes.length, reader: memorySource(file, bytes), undoFilters: undoMetadataFilters },
    {},
  );
}

/** A file of the fixtures; what the direct reader leaves to others is an error here. */
function open(file: string): Promise<Hdf5File> {
  const known = opened.get(file);
  if (known !== undefined) return known;
  const opening = openDirectFile(
    memorySource(file, contentOf(file)),
    () => Promise.reject(new Error("the fallback is used")),
    {},
  );
  opened.set(file, opening);
  return opening;
}

/** Whether values are of variable length, wholly or in part. */
function isVariable(type: Hdf5Type): boolean {
  switch (type.kind) {
    case "string":
      return type.variable;
    case "compound":
      return type.fields.some((field) => isVariable(field.type));
    case "array":
      return isVariable(type.element);
    default:
      return type.kind === "other" && type.name === "variable-length sequence";
  }
}

/** As the generator's `type_of` has it. */
function listed(type: Hdf5Type): unknown[] {
  const size = isVariable(type) ? 0 : type.size;
  switch (type.kind) {
    case "integer":
      if (type.isBitField) return ["bit field", size, type.littleEndian];
      return [type.kind, size, type.precision, type.bitOffset, type.signed, type.littleEndian];
    case "float":
      // VAX's order is neither.
      return [type.kind, size, type.littleEndian];
    case "string":
      return [type.kind, size, type.variable];
    case "enum":
      return [type.kind, size, listed(type.base), [...type.members]];
    case "compound":
      return [type.kind, size, type.fields.map((field) => [field.name, listed(field.type)])];
    case "array":
      return [type.kind, size, [...type.extents], listed(type.element)];
    case "other":
      return [type.kind, size];
  }
}

/** The generator's number for a list of names. */
function hashed(names: readonly string[]): number {
  return Number(names.reduce((sum, name, i) => sum + BigInt(i + 1) * BigInt(crc32(name)), 0n) % 2n ** 32n);
}

describe.each(files)("$file", ({ file, objects, aside }) => {
  test("every object is of its kind; groups have their members", async () => {
    const hdf5 = await open(file);
    for (const { path, kind, members } of objects) {
      expect([path, await hdf5.kind(path, {})]).toEqual([path, kind]);
      if (members === undefined) continue;
      const names = await hdf5.children(path, {});
      if (typeof members[1] === "number") expect([path, names.length, hashed(names)]).toEqual([path, ...members]);
      else expect([path, names]).toEqual([path, members]);
    }
  });

  test("attributes", async () => {
    const hdf5 = await open(file);
    for (const { path, attributes = [] } of objects) {
      expect(await hdf5.attribute(path, "no such attribute", {})).toBeNull();
      for (const { name, shape, type, base64, bytes, crc, strings } of attributes) {
        const found = await hdf5.attribute(path, name, {});
        const where = `${path} ${name}`;
        expect([where, found?.shape, listed(found!.type)]).toEqual([where, shape, type]);
        if (strings !== undefined) expect([where, found!.value]).toEqual([where, strings]);
        if (base64 !== undefined) expect([where, found!.value]).toEqual([where, bytesOf(base64)]);
        if (bytes !== undefined)
          expect([where, found!.value.length, crc32(found!.value as Uint8Array)]).toEqual([where, bytes, crc]);
      }
    }
  });

  test("datasets", async () => {
    const hdf5 = await open(file);
    for (const { path, kind, shape, chunks, filters, type, strings } of objects) {
      if (kind !== "dataset") continue;
      const { info, reader } = await hdf5.dataset(path, {});
      expect(reader).toBe("direct");
      expect({ ...info, type: listed(info.type), filters: info.filters.map(({ id }) => id) }).toEqual({
        path,
        shape,
        chunks,
        type,
        filters: filters!.map(([id]) => id),
      });
      if (strings !== undefined) expect(await hdf5.strings(path, {})).toEqual({ shape, values: strings });
    }
  });

  test("datasets, as they are stored", async () => {
    const space = await openMemory(file);
    for (const { path, kind, maxShape, filters, fill, type, chunks } of objects) {
      if (kind !== "dataset") continue;
      const header = await resolvePath(space, path, {});
      const stored = await readStoredDataset(space, header!.address, path, {});
      expect(stored.maxShape?.map((most) => (most === Infinity ? null : most)) ?? null).toEqual(maxShape);
      expect(stored.filters.map(({ id, parameters }) => [id, ...parameters])).toEqual(filters);
      expect(stored.layout.kind === "chunked").toBe(chunks !== null);
      if (type![0] === "string") continue;
      // Zeros are what stands where nothing was stored, said or not.
      const zeros = new Uint8Array(stored.info.type.size);
      expect([path, stored.fill ?? zeros]).toEqual([path, fill === null ? zeros : bytesOf(fill!)]);
    }
  });

  test("paths that lead to nothing, or out of the file", async () => {
    const hdf5 = await open(file);
    for (const [path, code] of Object.entries(aside)) {
      const outcome = await hdf5.kind(path, {}).catch((error: unknown) => (error as DelayedArrayError).code);
      expect([path, outcome]).toEqual([path, code]);
    }
  });
});
