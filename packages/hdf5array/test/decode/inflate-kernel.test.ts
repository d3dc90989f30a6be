import { deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { workspace } from "../../src/decode/workspace.js";

/** Most bytes of output; zlib's own limit in these tests. */
const ROOM = 100_000;

const space = workspace(ROOM, 2)!;

/** What the kernel makes of a stream; `null` where it refuses. What it must not touch is looked at. */
function inflated(stream: Uint8Array): Uint8Array | null {
  const { region, length } = space.inflate(stream, ROOM);
  if (length > ROOM) throw new Error(`${length} bytes of ${ROOM}`);
  return length < 0 ? null : space.region(region, length);
}

/** What zlib makes of it. */
function byZlib(stream: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(stream, { maxOutputLength: ROOM, chunkSize: ROOM + 1 });
  } catch {
    return null;
  }
}

const equal = (a: Uint8Array | null, b: Uint8Array | null) =>
  a === null || b === null ? a === b : Buffer.compare(a, b) === 0;

/** Bytes as deflate meets them: noise, few values, a single one, periods, numbers, and mixtures of old and new. */
const bytes = fc
  .record({
    kind: fc.constantFrom("noise", "few", "one", "period", "numbers", "copies"),
    length: fc.oneof(fc.nat(300), fc.nat(5000), fc.nat(90_000)),
    seed: fc.integer(),
  })
  .map(({ kind, length, seed }) => {
    let state = seed;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state >>> 8;
    };
    const out = new Uint8Array(length);
    const parameter = 1 + (next() % 40);
    for (let i = 0; i < length; i++) {
      if (kind === "noise") out[i] = next();
      else if (kind === "few") out[i] = (next() >> 4) % 5;
      else if (kind === "one") out[i] = parameter;
      else if (kind === "period") out[i] = (i % parameter) * 7;
      else if (kind === "numbers") out[i] = i % 4 === 0 ? next() >> 9 : i % 4 === 1 ? (next() >> 9) % 3 : 0;
      else out[i] = i < 50 || next() % 50 === 0 ? next() : out[i - 1 - (next() % Math.min(i, 40))]!;
    }
    return out;
  });

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.integer({ min: 0, max: 4 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
});

test("whatever zlib deflates", () => {
  fc.assert(
    fc.property(bytes, options, (bytes, options) => equal(inflated(deflateSync(bytes, options)), bytes)),
    { numRuns: 400 },
  );
});

const damage = fc.oneof(
  fc.record({ kind: fc.constant("flip"), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut"), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("insert"), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("append"), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("header"), at: fc.double({ min: 0, max: 0.01, noNaN: true }), bit: fc.nat(7) }),
);

test("what zlib refuses is refused, what it takes is taken", () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      bytes,
      options,
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (bytes, options, list, mend) => {
        let stream: Uint8Array = deflateSync(bytes, options);
        for (const { kind, at, bit } of list) {
          const i = Math.min(stream.length - 1, 2 + Math.floor(at * stream.length));
          if (i < 2) break;
          if (kind === "cut") stream = stream.subarray(0, i);
          else if (kind === "insert")
            stream = Buffer.concat([stream.subarray(0, i), Uint8Array.of(bit * 37), stream.subarray(i)]);
          else if (kind === "append") stream = Buffer.concat([stream, new Uint8Array(bit + 1).fill(bit * 37)]);
          else stream = stream.map((byte, k) => (k === i ? byte ^ (1 << bit) : byte));
        }
        if (mend) stream = mended(stream);
        const expected = byZlib(stream);
        if (expected === null) refused++;
        else taken++;
        return equal(inflated(stream), expected);
      },
    ),
    { numRuns: 1500 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
});

/** The stream with a window of 32 KiB and the checksum of what it holds, as far as it holds anything. */
function mended(stream: Uint8Array): Uint8Array {
  let info: { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
  try {
    info = inflateRawSync(stream.subarray(2), { info: true, maxOutputLength: ROOM }) as unknown as typeof info;
  } catch {
    return stream;
  }
  let [low, high] = [1, 0];
  for (const byte of info.buffer) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  const body = stream.subarray(2, 2 + info.engine.bytesWritten);
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), body, Uint8Array.of(high >> 8, high, low >> 8, low)]);
}

test("any bytes at all", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const stream = Buffer.concat([Uint8Array.of(0x78, 0x9c), bytes]);
      return equal(inflated(stream), byZlib(stream));
    }),
    { numRuns: 1500 },
  );
});

test.each(["a block with fixed codes", "a block with codes of its own", "stored blocks"])(
  "%s, byte by byte shorter",
  (kind) => {
    const options =
      kind === "stored blocks" ? { level: 0 } : kind === "a block with fixed codes" ? { strategy: 4 } : {};
    const stream = deflateSync(
      Uint8Array.from({ length: 600 }, (_, i) => (i * i) % 251),
      options,
    );
    for (let length = 0; length < stream.length; length++) expect(inflated(stream.subarray(0, length))).toBeNull();
    expect(inflated(stream)).not.toBeNull();
  },
);

test("what does not fit is refused before it goes beyond", () => {
  for (const bytes of [new Uint8Array(ROOM + 1), Uint8Array.from({ length: ROOM + 1 }, (_, i) => (i * i) >> 7)]) {
    for (const level of [0, 1, 9]) {
      expect(inflated(deflateSync(bytes, { level }))).toBeNull();
      expect(equal(inflated(deflateSync(bytes.subarray(1), { level })), bytes.subarray(1))).toBe(true);
    }
  }
});
