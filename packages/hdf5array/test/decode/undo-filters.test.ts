import { deflateSync, inflateSync } from "node:zlib";
import { DelayedArrayError } from "delayedarray";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bytesOf, readJson } from "../../../../tooling/fixtures/read.mjs";
import type { withDecodedChunk } from "../../src/decode/undo-filters.js";
import type { StoredFilter } from "../../src/format/stored-dataset.js";
import { inRuntime, runtimes, WebWorker } from "./runtimes.js";

interface Case {
  readonly name: string;
  readonly filters: readonly (readonly number[])[];
  readonly mask: number;
  readonly stored: string;
  readonly written: number;
  readonly refused?: true;
  readonly odd?: true;
}

const { cases, values } = readJson<{ cases: readonly Case[]; values: readonly string[] }>("chunks", "expected.json");
const written = values.map((base64) => new Uint8Array(inflateSync(bytesOf(base64))));

const filter = (id: number, ...parameters: number[]): StoredFilter => ({ id, name: "", optional: false, parameters });
const GZIP = filter(1, 4);
const SHUFFLE = filter(2, 4);
const FLETCHER32 = filter(3);

const pipelineOf = (one: Case) => one.filters.map(([id, ...parameters]) => filter(id!, ...parameters));

/** Cases by the filters that they have gone through. */
function pipelinesOf(list: readonly Case[]): [string, Case[]][] {
  const by = new Map<string, Case[]>();
  for (const one of list) {
    const filters = one.name.slice(one.name.indexOf(", ") + 2);
    by.set(filters, [...(by.get(filters) ?? []), one]);
  }
  return [...by];
}

/** Undoes filters as they are undone for readers that keep no reference. */
async function decoded(
  decode: typeof withDecodedChunk,
  stored: Uint8Array,
  filters: readonly StoredFilter[],
  chunkBytes: number,
  mask = 0,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  let result: Uint8Array | undefined;
  const use = (bytes: Uint8Array) => {
    expect(result).toBeUndefined();
    result = bytes.slice();
  };
  await decode(stored, filters, mask, chunkBytes, "file.h5: chunk [7]", use, { signal });
  return result!;
}

const refused = (code: string, message: RegExp | string = "") =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const NOTHING = "nothing was thrown";

/** What a promise rejects with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => NOTHING,
    (error: unknown) => error,
  );
}

describe.each(runtimes)("with %s", (runtime) => {
  let decode: typeof withDecodedChunk;

  beforeAll(async () => {
    const load = () => import("../../src/decode/undo-filters.js");
    const first = (module: Awaited<ReturnType<typeof load>>) =>
      decoded(module.withDecodedChunk, deflateSync(new Uint8Array(4)), [GZIP], 4);
    decode = (await inRuntime(runtime, load, first)).withDecodedChunk;
    if (!runtime.includes("workers")) return;
    // They take some time to begin.
    const large = deflateSync(new Uint8Array(200_000));
    const given = WebWorker.given;
    while (WebWorker.given === given) {
      await decoded(decode, large, [GZIP], 200_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  afterAll(() => {
    vi.unstubAllGlobals();
  });

  const taken = cases.filter(({ refused, odd }) => !refused && !odd);
  test.each(pipelinesOf(taken))("chunks are read as HDF5 does: %s", async (_, list) => {
    for (const one of list) {
      const expected = written[one.written]!;
      const stored = bytesOf(one.stored);
      const result = decoded(decode, stored, pipelineOf(one), expected.length, one.mask);
      if (runtime === "neither" && one.name.startsWith("zeros behind")) {
        // The runtime's stream may take offence at what HDF5 ignores.
        const error = await errorOf(result);
        if (error !== NOTHING) expect(error, one.name).toEqual(refused("FILE_INVALID"));
      } else {
        expect(Buffer.compare(await result, expected), one.name).toBe(0);
      }
      expect(Buffer.compare(stored, bytesOf(one.stored)), one.name).toBe(0);
    }
  });

  const notTaken = cases.filter(({ refused, odd }) => refused || odd);
  test.each(pipelinesOf(notTaken))("chunks are refused, as HDF5 does or had better: %s", async (_, list) => {
    for (const one of list) {
      const { length } = written[one.written]!;
      const error = await errorOf(decoded(decode, bytesOf(one.stored), pipelineOf(one), length, one.mask));
      expect(error, one.name).toBeInstanceOf(DelayedArrayError);
      expect(error, one.name).toEqual(refused("FILE_INVALID", /^file\.h5: chunk \[7\]/));
    }
  });

  test("chunks of every size at the same time", async () => {
    const large = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * i) >> 9);
    const sizes = [0.5, 1, 5, 50, 300, 1500, 3000].map((kilo) => large.subarray(0, 1000 * kilo + 1));
    const stored = sizes.map((bytes) => deflateSync(bytes));
    const jobs = Array.from({ length: 60 }, (_, i) => (i * 11) % sizes.length);
    const results = await Promise.all(jobs.map((k) => decoded(decode, stored[k]!, [GZIP], sizes[k]!.length)));
    results.forEach((bytes, i) => {
      expect(Buffer.compare(bytes, sizes[jobs[i]!]!)).toBe(0);
    });
  });

  test("any bytes, element sizes and pipelines", async () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 }));
    const pattern = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const step = fc.oneof(
      fc.constant(GZIP),
      fc.constant(FLETCHER32),
      fc.integer({ min: 1, max: 20 }).map((size) => filter(2, size)),
      fc.integer({ min: 21, max: 5000 }).map((size) => filter(2, size)),
    );
    await fc.assert(
      fc.asyncProperty(
        length,
        pattern,
        fc.array(step, { maxLength: 4 }),
        fc.nat(15),
        async (length, pattern, filters, mask) => {
          // Longer ones than the stage are repetitions, so that deflate has something to do.
          const bytes = Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length]! ^ (i >> 12));
          const stored = encoded(bytes, filters, mask);
          expect(Buffer.compare(await decoded(decode, stored, filters, bytes.length, mask), bytes)).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("an error of the receiver is passed on", async () => {
    const use = () => {
      throw new RangeError("no room");
    };
    const stored = deflateSync(new Uint8Array(100));
    expect(await errorOf(decode(stored, [GZIP], 0, 100, "x", use, {}))).toEqual(new RangeError("no room"));
  });

  test("what is aborted hands nothing over", async () => {
    const bytes = new Uint8Array(5_000_000);
    const stored = deflateSync(bytes);
    const reason = new Error("stopped");
    expect(await errorOf(decoded(decode, stored, [GZIP], bytes.length, 0, AbortSignal.abort(reason)))).toBe(reason);
    const controller = new AbortController();
    const result = decoded(decode, stored, [GZIP], bytes.length, 0, controller.signal);
    controller.abort(reason);
    expect(await errorOf(result)).toBe(reason);
  });

  test("timers have their turn during many chunks, and can stop it", async () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) >> 9);
    const stored = deflateSync(bytes);
    const controller = new AbortController();
    const stop = setTimeout(() => controller.abort(), 50);
    const begin = performance.now();
    const endless = async () => {
      while (performance.now() - begin < 20_000)
        await decode(stored, [GZIP], 0, bytes.length, "x", () => {}, { signal: controller.signal });
    };
    const error = await errorOf(endless());
    clearTimeout(stop);
    expect(error).toEqual(expect.objectContaining({ name: "AbortError" }));
  });

  test("a stream that would fill memory stops at the size of a chunk", async () => {
    const bomb = deflateSync(new Uint8Array(2 ** 27));
    const before = process.memoryUsage().arrayBuffers;
    const error = await errorOf(decoded(decode, bomb, [SHUFFLE, GZIP], 100_000));
    expect(error).toEqual(refused("FILE_INVALID", "inflates to more than the expected 100000 bytes"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 23);
  });
});

describe("what no writer stores", () => {
  const chunk = deflateSync(new Uint8Array(16));
  let decode: typeof withDecodedChunk;

  beforeAll(async () => {
    decode = (await import("../../src/decode/undo-filters.js")).withDecodedChunk;
  });

  test.each<[string, readonly StoredFilter[], RegExp]>([
    ["a level above 9", [filter(1, 10)], /filter 1 \(.*\) has the parameters \[10\], expected a level from 0 to 9/],
    ["no level", [filter(1)], /parameters \[\], expected a level/],
    ["two levels", [filter(1, 4, 4)], /parameters \[4, 4\]/],
    ["no size of elements", [filter(2)], /parameters \[\], expected the bytes of an element/],
    ["elements of no size", [filter(2, 0)], /parameters \[0\]/],
  ])("%s", async (_, filters, message) => {
    expect(await errorOf(decoded(decode, chunk, filters, 16))).toEqual(refused("FILE_INVALID", message));
  });

  test("a parameter of a filter that was left out does not matter", async () => {
    expect(await decoded(decode, new Uint8Array(16), [filter(1, 10)], 16, 1)).toEqual(new Uint8Array(16));
  });

  test("another filter", async () => {
    const error = await errorOf(decoded(decode, chunk, [filter(32013, 1), GZIP], 16));
    expect(error).toEqual(refused("UNSUPPORTED_FEATURE", /filter 32013 .*expected deflate \(1\), shuffle \(2\)/));
  });

  test.each([0, 1, 3, 4])("a checksum over nothing: %i bytes", async (length) => {
    const error = await errorOf(decoded(decode, new Uint8Array(length), [FLETCHER32], 16));
    expect(error).toEqual(refused("FILE_INVALID", `has ${length} bytes, too few for values and a checksum`));
  });

  test.each([15, 17])("%i bytes without a filter, of 16", async (length) => {
    const error = await errorOf(decoded(decode, new Uint8Array(length), [GZIP], 16, 1));
    expect(error).toEqual(refused("FILE_INVALID", `has ${length} bytes once its filters are undone, expected 16`));
  });
});

/** Filters applied by the book. */
function encoded(bytes: Uint8Array, filters: readonly StoredFilter[], mask: number): Uint8Array {
  let out = bytes;
  filters.forEach(({ id, parameters }, i) => {
    if ((mask >>> i) & 1) return;
    if (id === 1) out = deflateSync(out, { level: parameters[0]! });
    else if (id === 2) out = shuffled(out, parameters[0]!);
    else out = withChecksum(out);
  });
  return out;
}

function shuffled(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (count <= 1) return bytes;
  return bytes.map((byte, i) => (i < count * size ? bytes[(i % count) * size + Math.floor(i / count)]! : byte));
}

/** One word at a time, each sum kept below 65536 by adding the carry back in. */
function withChecksum(bytes: Uint8Array): Uint8Array {
  let [low, high] = [0, 0];
  for (let i = 0; i < bytes.length; i += 2) {
    low += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    low = (low & 0xffff) + (low >>> 16);
    high += low;
    high = (high & 0xffff) + (high >>> 16);
  }
  return Buffer.concat([bytes, Uint8Array.of(low & 0xff, low >>> 8, high & 0xff, high >>> 8)]);
}
