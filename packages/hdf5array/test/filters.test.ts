import { createHash } from "node:crypto";
import { DelayedArrayError } from "delayedarray";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytesOf,
  type DecodedArray,
  decodeArray,
  type EncodedArray,
  fixture,
  readJson,
} from "../../../tooling/fixtures/read.mjs";
import { withDecodedChunk } from "../src/decode/undo-filters.js";
import type { StoredFilter } from "../src/format/stored-dataset.js";
import { Hdf5DenseArray } from "../src/index.js";
import { errorOf } from "./helpers.js";

interface Expected {
  readonly values: Readonly<Record<string, EncodedArray>>;
  readonly cases: readonly { name: string; file: string; dataset: string; values: string }[];
  readonly refused: readonly { dataset: string; id: number; name: string }[];
  readonly damaged: readonly {
    name: string;
    filters: readonly (readonly number[])[];
    bytes: number;
    chunks: readonly { stored: string; sha1?: string }[];
  }[];
}

const { values, cases, refused, damaged } = readJson<Expected>("filters", "expected.json");
const written: Record<string, DecodedArray> = Object.fromEntries(
  Object.entries(values).map(([name, encoded]) => [name, decodeArray(encoded)]),
);

describe("datasets compressed by hdf5plugin and PyTables", () => {
  test.each(cases)("$name", async ({ file, dataset, values: name }) => {
    const expected = written[name]!;
    await using array = await Hdf5DenseArray.open(fixture("filters", file), dataset);
    const { dtype, shape, data } = await array.toDense();
    expect({ dtype, shape }).toEqual({ dtype: expected.dtype, shape: expected.shape });
    expect(data).toEqual(expected.data);
  });

  test("many at the same time", async () => {
    const some = cases.filter((_, i) => i % 5 === 0);
    const arrays = await Promise.all(
      some.map(async ({ file, dataset }) => {
        await using array = await Hdf5DenseArray.open(fixture("filters", file), dataset);
        return await array.toDense();
      }),
    );
    arrays.forEach(({ data }, i) => {
      expect(data).toEqual(written[some[i]!.values]!.data);
    });
  });

  test("a part of one", async () => {
    await using array = await Hdf5DenseArray.open(fixture("filters", "plugins.h5"), "zstd 3");
    const name = cases.find(({ dataset }) => dataset === "zstd 3")!.values;
    const { data } = written[name]!;
    const part = await array.subset([[1, 0], ...array.shape.slice(1).map(() => 0)]).toDense();
    const stride = array.shape.slice(1).reduce((product, extent) => product * extent, 1);
    expect([...part.data]).toEqual([data[stride], data[0]]);
  });
});

describe("filters that are not available", () => {
  test.each(refused)("$name: the message names number and name, and what reads it", async ({ dataset, id, name }) => {
    const error = await errorOf(Hdf5DenseArray.open(fixture("filters", "plugins.h5"), dataset));
    expect(error).toMatchObject({ code: "UNSUPPORTED_FEATURE" });
    expect(error.message).toContain(`"/${dataset}" is compressed with filter ${id} (${name}), which is not available`);
    expect(error.message).toContain("pip install h5py hdf5plugin");
  });
});

const filter = ([id, ...parameters]: readonly number[]): StoredFilter => ({
  id: id!,
  name: "f",
  optional: false,
  parameters,
});

/** The bytes that a chunk becomes. */
async function decoded(
  stored: Uint8Array,
  filters: readonly (readonly number[])[],
  bytes: number,
): Promise<Uint8Array> {
  let result = new Uint8Array(0);
  const use = (elements: Uint8Array) => {
    result = elements.slice();
  };
  await withDecodedChunk(stored, filters.map(filter), 0, bytes, "x.h5: chunk [0, 0]", use, {});
  return result;
}

describe("damaged chunks", () => {
  test.each(damaged)("$name: they are refused, or read as HDF5 reads them", async ({ filters, bytes, chunks }) => {
    for (const { stored, sha1 } of chunks) {
      const given = bytesOf(stored);
      const result = await decoded(given, filters, bytes).catch((error: unknown) => error);
      expect(given).toEqual(bytesOf(stored));
      if (result instanceof Uint8Array) expect(createHash("sha1").update(result).digest("hex")).toBe(sha1);
      else {
        expect(result).toBeInstanceOf(DelayedArrayError);
        expect(["FILE_INVALID", "UNSUPPORTED_FEATURE"]).toContain((result as DelayedArrayError).code);
        expect((result as DelayedArrayError).message).toMatch(/^x\.h5: chunk \[0, 0\]/);
      }
    }
  });

  test.each(damaged)("$name: whatever bytes there are, the size is right or the chunk is refused", async (one) => {
    const chunk = fc.constantFrom(...one.chunks.map(({ stored }) => bytesOf(stored)));
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(chunk, changes, fc.nat(20), async (stored, list, cut) => {
        const changed = stored.slice(0, Math.max(1, stored.length - cut));
        for (const [at, byte] of list) changed[at % Math.min(changed.length, 200)] = byte;
        const result = await decoded(changed, one.filters, one.bytes).catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result.length).toBe(one.bytes);
        else expect(result).toBeInstanceOf(DelayedArrayError);
      }),
      { numRuns: 100 },
    );
  });
});
