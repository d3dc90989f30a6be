import { deflateSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { type Inflated, TooLongError } from "../../src/decode/inflater.js";
import { zlibInflater } from "../../src/decode/zlib-inflater.js";

const bytesOf = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * i * seed) >> 9);

const inflater = zlibInflater()!;

async function check(inflated: Promise<Inflated>, expected: Uint8Array): Promise<void> {
  const { bytes, release } = await inflated;
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  expect(Buffer.compare(bytes, expected)).toBe(0);
  release();
  release(); // A second time does nothing.
}

test("what is small or cheap is left to this thread", () => {
  expect(inflater.takes(400, 4000)).toBe(false);
  expect(inflater.takes(3000, 8000)).toBe(false);
  expect(inflater.takes(6000, 8000)).toBe(true);
  expect(inflater.takes(0, 2 ** 20)).toBe(true);
});

test.each([1, 30, 100, 5000, 70_000, 262_144, 262_145, 900_000])(
  "results of %i bytes, one after another",
  async (length) => {
    for (let i = 0; i < 70; i++) {
      const bytes = bytesOf(length, i);
      await check(inflater.inflate(deflateSync(bytes, { level: 1 }), length), bytes);
    }
  },
);

test("results of many sizes at once", async () => {
  const lengths = [10, 20_000, 20_000, 64_000, 300_000, 64_000, 1_000_000, 20_000];
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => {
      const bytes = bytesOf(lengths[i % lengths.length]!, i);
      return check(inflater.inflate(deflateSync(bytes, { level: 1 }), bytes.length), bytes);
    }),
  );
});

test("results that are in use stay as they are", async () => {
  const kept: [Inflated, Uint8Array][] = [];
  for (let i = 0; i < 40; i++) {
    const bytes = bytesOf(50_000, i);
    kept.push([await inflater.inflate(deflateSync(bytes), bytes.length), bytes]);
    // Every third is let go, in between others in the same memory.
    if (i % 3 === 0) kept.pop()![0].release();
  }
  await new Promise((resolve) => setTimeout(resolve, 500)); // The streams are closed meanwhile.
  for (const [{ bytes, release }, expected] of kept) {
    expect(Buffer.compare(bytes, expected)).toBe(0);
    release();
  }
});

test("results may be shorter than they may be", async () => {
  for (let i = 0; i < 100; i++) {
    const bytes = bytesOf(i * 37, i);
    await check(inflater.inflate(deflateSync(bytes), 4000), bytes);
  }
});

const good = bytesOf(40_000);
const stream = deflateSync(good);
const flipped = stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte));

test.each<[string, Uint8Array, number, RegExp | typeof TooLongError]>([
  ["no stream", Uint8Array.of(1, 2, 3), 40_000, /incorrect header/],
  ["nothing", new Uint8Array(0), 40_000, /unexpected end of file/],
  ["half a stream", stream.subarray(0, 5000), 40_000, /unexpected end of file/],
  ["all but the checksum", stream.subarray(0, -4), 40_000, /unexpected end of file/],
  ["all but a byte", stream.subarray(0, -1), 40_000, /unexpected end of file/],
  ["another checksum", flipped, 40_000, /incorrect data check/],
  ["more than it may be", stream, 39_999, TooLongError],
  ["far more", deflateSync(new Uint8Array(2 ** 24)), 40_000, TooLongError],
  ["far more, large", deflateSync(new Uint8Array(2 ** 24)), 400_000, TooLongError],
])("%s is an error, also among others", async (_, damaged, most, error) => {
  for (let i = 0; i < 3; i++) {
    const before = Array.from({ length: 20 }, () => check(inflater.inflate(stream, 40_000), good));
    await expect(inflater.inflate(damaged, most)).rejects.toThrow(error);
    await expect(inflater.inflate(damaged, most)).rejects.toThrow(error);
    await Promise.all([...before, check(inflater.inflate(stream, 40_000), good)]);
  }
});

test("what follows a stream does not count", async () => {
  const longer = Buffer.concat([stream, new Uint8Array(50)]);
  for (let i = 0; i < 5; i++) {
    await check(inflater.inflate(longer, 40_000), good);
    await Promise.all([
      check(inflater.inflate(stream, 40_000), good),
      check(inflater.inflate(longer, 40_000), good),
      check(inflater.inflate(stream, 40_000), good),
    ]);
  }
});

test("a runtime without node:zlib", () => {
  vi.stubGlobal("process", { ...process, getBuiltinModule: () => undefined });
  expect(zlibInflater()).toBeUndefined();
  vi.unstubAllGlobals();
});
