import { deflateSync } from "node:zlib";
import type { DelayedArrayError } from "delayedarray";
import { describe, expect, it } from "vitest";
import type { FileSpace } from "../src/format/file-space.js";
import type { ChunkIndexHeader, DataLayout, StoredDataset, StoredFilter } from "../src/format/stored-dataset.js";
import { boxParts, contiguousBoxes, spansWithin } from "../src/read/box-parts.js";
import type { DatasetAccess } from "../src/read/dataset-access.js";
import { openDatasetReader } from "../src/read/dataset-reader.js";
import { DecodeSlots } from "../src/read/decode-slots.js";
import { FillBytes } from "../src/read/fill-bytes.js";
import type { Piece, Span } from "../src/read/piece.js";
import { chunkBatches, chunkSpans, countChunks } from "../src/read/wanted-chunks.js";
import type { ByteSource } from "../src/source/byte-source.js";
import { rangeReader } from "../src/source/range-reader.js";
import { errorOf, random } from "./helpers.js";

const next = random(77);
const below = (limit: number) => Math.floor(next() * limit);

/** Spans on an axis, at random. */
function someSpans(extent: number): Span[] {
  const spans: Span[] = [];
  for (let at = below(3); at < extent; ) {
    const stop = Math.min(extent, at + 1 + below(4));
    spans.push({ start: at, stop });
    at = stop + 1 + below(5);
  }
  return spans;
}

function indicesOf(spans: readonly Span[]): number[] {
  return spans.flatMap(({ start, stop }) => Array.from({ length: stop - start }, (_, i) => start + i));
}

/** Where in an array of a shape the elements are of the outer product of indices. */
function positionsOf(shape: readonly number[], indices: readonly (readonly number[])[]): number[] {
  return indices.reduce<number[]>(
    (positions, own, axis) => positions.flatMap((position) => own.map((index) => position * shape[axis]! + index)),
    [0],
  );
}

const boxIndices = (start: readonly number[], count: readonly number[]) =>
  start.map((from, axis) => Array.from({ length: count[axis]! }, (_, i) => from + i));

const product = (numbers: readonly number[]) => numbers.reduce((result, number) => result * number, 1);

describe("which boxes are read", () => {
  it("parts of a box have the size asked for and follow each other", () => {
    for (let round = 0; round < 200; round++) {
      const count = Array.from({ length: 1 + below(4) }, () => 1 + below(6));
      const limit = 1 + below(40);
      const parts = Array.from(boxParts({ start: count.map(() => 0), count }, limit));
      expect(parts.every((part) => product(part.count) <= limit)).toBe(true);
      const positions = parts.flatMap((part) => positionsOf(count, boxIndices(part.start, part.count)));
      expect(positions).toEqual(Array.from({ length: product(count) }, (_, i) => i));
    }
    expect(Array.from(boxParts({ start: [], count: [] }, 1))).toEqual([{ start: [], count: [] }]);
    expect(Array.from(boxParts({ start: [0, 0], count: [0, 3] }, 1))).toEqual([]);
  });

  it("contiguous boxes hold what spans select, once, and nothing else without a gap", () => {
    for (let round = 0; round < 300; round++) {
      const shape = Array.from({ length: below(4) }, () => 1 + below(12));
      const spans = shape.map(someSpans);
      const wanted = positionsOf(shape, spans.map(indicesOf));
      const gap = round % 3 === 0 ? 0 : below(60);
      const boxes = Array.from(contiguousBoxes(shape, spans, gap, 1 + below(50)));
      const got = boxes.flatMap((box) => {
        const positions = positionsOf(shape, boxIndices(box.start, box.count));
        // In one piece.
        expect(positions).toEqual(positions.map((_, i) => positions[0]! + i));
        return positions;
      });
      expect(new Set(got).size).toBe(got.length);
      if (gap === 0) expect(got).toEqual(wanted);
      else expect(wanted.every((position) => got.includes(position))).toBe(true);
    }
  });

  it("spans within a range", () => {
    const spans = [
      { start: 2, stop: 5 },
      { start: 8, stop: 9 },
      { start: 12, stop: 20 },
    ];
    expect(spansWithin(spans, 4, 13)).toEqual([
      { start: 4, stop: 5 },
      { start: 8, stop: 9 },
      { start: 12, stop: 13 },
    ]);
    expect(spansWithin(spans, 5, 8)).toEqual([]);
    expect(spansWithin(spans, 20, 30)).toEqual([]);
  });

  it("chunks that spans touch, in batches", () => {
    for (let round = 0; round < 200; round++) {
      const shape = Array.from({ length: 1 + below(3) }, () => 1 + below(20));
      const chunk = shape.map((extent) => 1 + below(extent));
      const spans = shape.map(someSpans);
      const numbers = spans.map((list, axis) => chunkSpans(list, chunk[axis]!));
      const touched = spans.map((list, axis) =>
        Array.from(new Set(indicesOf(list).map((index) => Math.floor(index / chunk[axis]!)))),
      );
      expect(numbers.map(indicesOf)).toEqual(touched);
      const all = touched.reduce<number[][]>((rows, own) => rows.flatMap((row) => own.map((n) => [...row, n])), [[]]);
      expect(countChunks(numbers)).toBe(all.length);
      const size = 1 + below(7);
      const batches = Array.from(chunkBatches(numbers, size));
      expect(batches.flatMap(({ numbers: flat }) => Array.from(flat))).toEqual(all.flat());
      expect(batches.slice(0, -1).every((batch) => batch.count === size)).toBe(true);
    }
  });
});

describe("DecodeSlots", () => {
  it("keeps to the limits, in order; something large runs alone", async () => {
    const slots = new DecodeSlots(3, 100);
    let running = 0;
    let bytes = 0;
    const order: number[] = [];
    const sizes = [40, 40, 40, 10, 10, 10, 10, 500, 1, 1];
    await Promise.all(
      sizes.map((size, i) =>
        slots.use(size, async () => {
          order.push(i);
          running++;
          bytes += size;
          expect(running).toBeLessThanOrEqual(3);
          expect(bytes <= 100 || running === 1).toBe(true);
          await new Promise((resolve) => setTimeout(resolve, below(3)));
          running--;
          bytes -= size;
        }),
      ),
    );
    expect(order).toEqual(sizes.map((_, i) => i));
  });

  it("gives the place back after a failure", async () => {
    const slots = new DecodeSlots(1, 10);
    const failed = new Error("no");
    const results = await Promise.allSettled([
      slots.use(1, () => Promise.reject(failed)),
      slots.use(1, async () => {}),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });
});

it("FillBytes: the fill value again and again", () => {
  const fill = new FillBytes(Uint8Array.from([1, 2, 3]), 3);
  expect(Array.from(fill.of(2))).toEqual([1, 2, 3, 1, 2, 3]);
  expect(Array.from(fill.of(5))).toEqual(Array.from({ length: 15 }, (_, i) => 1 + (i % 3)));
  expect(Array.from(fill.of(1))).toEqual([1, 2, 3]);
  expect(Array.from(new FillBytes(null, 4).of(2))).toEqual(new Array(8).fill(0));
});

/** A file made by hand: `bytes`, of which those before `base` belong to somebody else. */
class HandMade {
  readonly reads: { offset: number; length: number }[] = [];
  readonly access: DatasetAccess;

  constructor(bytes: Uint8Array, options: { base?: number; end?: number; direct?: boolean } = {}) {
    const { base = 0, direct = false } = options;
    const { end = bytes.length - base } = options;
    const read = (offset: number, length: number) => {
      this.reads.push({ offset, length });
      return Promise.resolve(bytes.slice(offset, offset + length));
    };
    const source: ByteSource = {
      name: "hand.h5",
      size: bytes.length,
      read,
      close() {},
      ...(direct && {
        async readInto(offset: number, target: Uint8Array) {
          target.set(await read(offset, target.length));
        },
      }),
    };
    const space: FileSpace = {
      name: "hand.h5",
      offsetSize: 8,
      lengthSize: 8,
      base,
      end,
      chunkTreeK: 32,
      metadata: (address, length) => read(base + address, length),
    };
    this.access = { space, source, ranges: rangeReader(source) };
  }

  get bytesRead(): number {
    return this.reads.reduce((sum, { length }) => sum + length, 0);
  }
}

function dataset(
  shape: readonly number[],
  layout: DataLayout,
  { filters = [], fill = null, size = 2 }: { filters?: StoredFilter[]; fill?: Uint8Array | null; size?: number } = {},
): StoredDataset {
  const type = { kind: "integer", size, precision: size * 8, bitOffset: 0, signed: false, littleEndian: true } as const;
  const chunks = layout.kind === "chunked" ? layout.chunkShape : null;
  return { info: { path: "/x", shape, type, chunks, filters }, maxShape: shape, layout, filters, fill };
}

const chunked = (chunkShape: readonly number[], index: ChunkIndexHeader, more = {}): DataLayout => ({
  kind: "chunked",
  chunkShape,
  elementSize: 2,
  index,
  plainEdgeChunks: false,
  version: 4,
  ...more,
});

/** 0, 1, 2, ... as 16-bit numbers, after some other bytes. */
function counting(count: number, before = 0): Uint8Array {
  const bytes = new Uint8Array(before + count * 2).fill(0xee);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) view.setUint16(before + 2 * i, i % 65536, true);
  return bytes;
}

/** What pieces say of the elements that spans select; a wish that is not fulfilled exactly once is an error. */
function collect(shape: readonly number[], spans: readonly (readonly Span[])[]) {
  const wanted = positionsOf(shape, spans.map(indicesOf));
  const found = new Map<number, number>();
  const isWanted = new Set(wanted);
  return {
    receive({ start, count, bytes }: Piece) {
      expect(bytes.length).toBe(product(count) * 2);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const indices = boxIndices(start, count);
      positionsOf(
        count,
        boxIndices(
          count.map(() => 0),
          count,
        ),
      ).forEach((_, i) => {
        let rest = i;
        let inside = true;
        let position = 0;
        let step = 1;
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          const index = indices[axis]![rest % count[axis]!]!;
          rest = Math.floor(rest / count[axis]!);
          inside &&= index < shape[axis]!;
          position += index * step;
          step *= shape[axis]!;
        }
        if (!inside || !isWanted.has(position)) return;
        expect(found.has(position)).toBe(false);
        found.set(position, view.getUint16(2 * i, true));
      });
    },
    values: () => wanted.map((position) => found.get(position)),
    wanted,
  };
}

const whole = (shape: readonly number[]) => shape.map((extent) => [{ start: 0, stop: extent }]);

describe("values in one piece", () => {
  it("whatever is selected, from a file with a user block", async () => {
    for (let round = 0; round < 100; round++) {
      const shape = Array.from({ length: below(4) }, () => 1 + below(10));
      const file = new HandMade(counting(product(shape), 100), { base: 60 });
      const reader = openDatasetReader(
        file.access,
        dataset(shape, { kind: "contiguous", address: 40, size: 2 * product(shape) }),
      );
      const spans = shape.map(someSpans);
      const { receive, values, wanted } = collect(shape, spans);
      await reader.read(spans, receive, {});
      expect(values()).toEqual(wanted);
    }
  });

  it.each([true, false])("a box into its place (from a source that reads straight into memory: %s)", async (direct) => {
    const shape = [7, 300, 400];
    const file = new HandMade(counting(product(shape), 8), { direct });
    const reader = openDatasetReader(
      file.access,
      dataset(shape, { kind: "contiguous", address: 8, size: 2 * product(shape) }),
    );
    for (const [start, count] of [
      [[0, 0, 0], shape],
      [
        [2, 0, 0],
        [3, 300, 400],
      ],
      [
        [1, 5, 0],
        [2, 200, 400],
      ],
      [
        [1, 5, 17],
        [2, 3, 100],
      ],
      [
        [6, 299, 399],
        [1, 1, 1],
      ],
    ] as const) {
      const target = new Uint16Array(product(count));
      const progress: number[] = [];
      await reader.readInto!({ start, count }, new Uint8Array(target.buffer), {
        onProgress: ({ bytes }) => progress.push(bytes),
      });
      expect(Array.from(target)).toEqual(positionsOf(shape, boxIndices(start, count)).map((i) => i % 65536));
      expect(progress.at(-1)).toBe(target.byteLength);
    }
  });

  it("compact", async () => {
    const shape = [5, 6];
    const file = new HandMade(new Uint8Array(8));
    const bytes = counting(30);
    const spans = shape.map(someSpans);
    const { receive, values, wanted } = collect(shape, spans);
    await openDatasetReader(file.access, dataset(shape, { kind: "compact", bytes })).read(spans, receive, {});
    expect(values()).toEqual(wanted);
    const short = openDatasetReader(file.access, dataset(shape, { kind: "compact", bytes: bytes.subarray(2) }));
    expect((await errorOf(short.read(whole(shape), () => {}, {}))).code).toBe("FILE_INVALID");
    expect(file.reads).toEqual([]);
  });

  it("never written: the fill value, however large the dataset", async () => {
    const file = new HandMade(new Uint8Array(8));
    const fill = Uint8Array.from([7, 1]);
    const shape = [2 ** 40, 3];
    const stored = dataset(shape, { kind: "contiguous", address: null, size: 0 }, { fill });
    const pieces: Piece[] = [];
    const spans = [
      [
        { start: 5, stop: 7 },
        { start: 2 ** 39, stop: 2 ** 39 + 1 },
      ],
      [{ start: 1, stop: 3 }],
    ];
    await openDatasetReader(file.access, stored).read(spans, (piece) => pieces.push(piece), {});
    expect(pieces.map(({ start, count }) => [start, count])).toEqual([
      [
        [5, 0],
        [2, 3],
      ],
      [
        [2 ** 39, 0],
        [1, 3],
      ],
    ]);
    expect(Array.from(pieces[0]!.bytes)).toEqual([7, 1, 7, 1, 7, 1, 7, 1, 7, 1, 7, 1]);
  });

  it("that should lie beyond the file's end are FILE_TRUNCATED, with the byte", async () => {
    const stored = dataset([100], { kind: "contiguous", address: 8, size: 200 });
    for (const [bytes, options] of [
      [new Uint8Array(150), {}],
      [new Uint8Array(1000), { end: 150 }],
    ] as const) {
      const error = await errorOf(
        openDatasetReader(new HandMade(bytes, options).access, stored).read(whole([100]), () => {}, {}),
      );
      expect(error.code).toBe("FILE_TRUNCATED");
      expect(error.message).toMatch(/hand\.h5: the values of "\/x": 200 bytes from byte 8 on .* ends at byte 150/);
    }
  });
});

describe("chunks", () => {
  const shape = [10, 9];
  const chunk = [4, 2];
  const count = 3 * 5;
  const implicit = chunked(chunk, { kind: "implicit", address: 16 });
  /** The number that stands at an element, when chunks follow each other and count on. */
  const valueAt = (position: number) => {
    const [row, column] = [Math.floor(position / 9), position % 9];
    const number = Math.floor(row / 4) * 5 + Math.floor(column / 2);
    return number * 8 + (row % 4) * 2 + (column % 2);
  };

  it("whatever is selected, and only the chunks that hold it", async () => {
    for (let round = 0; round < 50; round++) {
      const file = new HandMade(counting(count * 8, 16 + 24), { base: 24 });
      const spans = shape.map(someSpans);
      const { receive, values, wanted } = collect(shape, spans);
      const progress: { done: number; total: number }[] = [];
      const options = { onProgress: (one: { done: number; total: number }) => progress.push(one) };
      await openDatasetReader(file.access, dataset(shape, implicit)).read(spans, receive, options);
      expect(values()).toEqual(wanted.map(valueAt));
      const touched = spans.map((list, axis) => new Set(indicesOf(list).map((i) => Math.floor(i / chunk[axis]!))));
      const total = touched[0]!.size * touched[1]!.size;
      expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
      expect(progress.every((one) => one.total === total)).toBe(true);
    }
  });

  const deflate: StoredFilter = { id: 1, name: "deflate", optional: true, parameters: [6] };
  const packed = deflateSync(counting(8));

  it("a single one, with a filter and with its filter left out", async () => {
    for (const [stored, filterMask] of [
      [packed, 0],
      [counting(8), 1],
    ] as const) {
      const file = new HandMade(stored);
      const layout = chunked(chunk, { kind: "single", address: 0, size: stored.length, filterMask });
      const spans = whole([4, 2]);
      const { receive, values } = collect([4, 2], spans);
      await openDatasetReader(file.access, dataset([4, 2], layout, { filters: [deflate] })).read(spans, receive, {});
      expect(values()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it("at the edge without filters, where the layout says so", async () => {
    const bytes = new Uint8Array([...packed, ...counting(8)]);
    for (const [rows, plainEdgeChunks, address, size] of [
      [4, true, 0, packed.length],
      [3, true, packed.length, 16],
      [3, false, 0, packed.length],
    ] as const) {
      const layout = chunked(chunk, { kind: "single", address, size, filterMask: 0 }, { plainEdgeChunks });
      const spans = whole([rows, 2]);
      const { receive, values, wanted } = collect([rows, 2], spans);
      const stored = dataset([rows, 2], layout, { filters: [deflate] });
      await openDatasetReader(new HandMade(bytes).access, stored).read(spans, receive, {});
      expect(values()).toEqual(wanted);
    }
  });

  it("a large one without filters is read in part", async () => {
    const large = [3000, 1000];
    const file = new HandMade(counting(product(large), 16));
    const layout = chunked(large, { kind: "implicit", address: 16 });
    const spans = [[{ start: 1000, stop: 1002 }], [{ start: 5, stop: 700 }]];
    const { receive, values, wanted } = collect(large, spans);
    await openDatasetReader(file.access, dataset(large, layout)).read(spans, receive, {});
    expect(values()).toEqual(wanted.map((i) => i % 65536));
    expect(file.bytesRead).toBeLessThan(5000);
  });

  it("never written: the fill value, also of chunks without end", async () => {
    const fill = Uint8Array.from([9, 0]);
    for (const extent of [3, 2 ** 40]) {
      const layout = chunked([extent, 2], { kind: "btree1", address: null });
      const shape = [2 ** 50, 4];
      const start = 2 ** 45 - 1;
      const spans = [[{ start, stop: start + 3 }], [{ start: 1, stop: 2 }]];
      const seen: number[] = [];
      const reader = openDatasetReader(new HandMade(new Uint8Array(8)).access, dataset(shape, layout, { fill }));
      await reader.read(spans, (piece) => seen.push(product(piece.count), piece.bytes[0]!), {});
      expect(seen.reduce((sum, n, i) => (i % 2 === 0 ? sum + n : sum), 0)).toBeLessThan(20);
      expect(seen.filter((_, i) => i % 2 === 1).every((value) => value === 9)).toBe(true);
    }
  });

  const refused = (
    layout: DataLayout,
    bytes: Uint8Array,
    filters: StoredFilter[] = [deflate],
    options = {},
    extents: readonly number[] = [4, 2],
  ) =>
    errorOf(
      (async () =>
        openDatasetReader(new HandMade(bytes, options).access, dataset(extents, layout, { filters })).read(
          whole(extents),
          () => {},
          {},
        ))(),
    );
  const single = (size: number, address = 0) => chunked(chunk, { kind: "single", address, size, filterMask: 0 });

  it("that cannot be are refused before memory is taken for them", async () => {
    const cases: [string, Promise<DelayedArrayError>, string, RegExp][] = [
      ["larger than the file", refused(single(2 ** 40), packed), "FILE_TRUNCATED", /chunk \(0, 0\) of "\/x" at byte 0/],
      ["beyond its end", refused(single(packed.length, 5), packed), "FILE_TRUNCATED", /ends at byte/],
      [
        "beyond what belongs to it",
        refused(single(packed.length), packed, [deflate], { end: 3 }),
        "FILE_TRUNCATED",
        /byte 3$/,
      ],
      ["of no bytes", refused(single(0), packed), "FILE_INVALID", /0 bytes, expected some/],
      ["of a wrong size", refused(single(15), counting(8), []), "FILE_INVALID", /15 bytes, expected 16/],
      [
        "of too many bytes to come from so few",
        refused(
          chunked([2 ** 20, 2 ** 20], { kind: "single", address: 0, size: packed.length, filterMask: 0 }),
          packed,
          [deflate],
          {},
          [2 ** 20, 2 ** 20],
        ),
        "FILE_INVALID",
        /cannot be the 2199023255552 bytes/,
      ],
      [
        "one of several that is said to be the only one",
        refused(single(packed.length), packed, [deflate], {}, [8, 2]),
        "FILE_INVALID",
        /chunk \(1, 0\) cannot be/,
      ],
    ];
    for (const [name, failing, code, message] of cases) {
      const error = await failing;
      expect([name, error.code]).toEqual([name, code]);
      expect(error.message).toMatch(message);
      expect(error.message).toContain("hand.h5");
    }
  });

  it("a damaged stream says which chunk, and where", async () => {
    const damaged = packed.slice();
    damaged[8]! ^= 0xff;
    const error = await refused(single(packed.length), damaged);
    expect(error.code).toBe("FILE_INVALID");
    expect(error.message).toMatch(/hand\.h5: chunk \(0, 0\) of "\/x" at byte 0/);
  });

  it("an abort, or an error of the receiver, ends the read at once", async () => {
    const reason = new Error("enough");
    const extents = [400, 9];
    const chunks = 100 * 5;
    const layout = chunked(chunk, { kind: "implicit", address: 0 });
    for (const how of ["abort", "throw"]) {
      const file = new HandMade(counting(chunks * 8));
      const controller = new AbortController();
      let pieces = 0;
      const reading = openDatasetReader(file.access, dataset(extents, layout)).read(
        whole(extents),
        () => {
          pieces++;
          if (how === "throw") throw reason;
          controller.abort(reason);
        },
        { signal: controller.signal },
      );
      await expect(reading).rejects.toBe(reason);
      expect(pieces).toBe(1);
    }
  });

  it("shape and chunks of different ranks are refused", async () => {
    expect((await refused(implicit, packed, [], {}, [4])).code).toBe("FILE_INVALID");
  });
});
