import { describe, expect, test } from "vitest";
import { pagedReader } from "../../src/source/page-cache.js";
import { type ByteRange, type RangeReader, rangeReader } from "../../src/source/range-reader.js";
import { errorOf } from "../helpers.js";
import { bytesAt, recordingSource, settled } from "./recording-source.js";

const range = (offset: number, length: number): ByteRange => ({ offset, length });

/** Reads ranges, checks their bytes, and gives the order in which they came. */
async function expectRanges(
  reader: RangeReader,
  ranges: readonly ByteRange[],
  signal?: AbortSignal,
): Promise<number[]> {
  const order: number[] = [];
  await reader.read(
    ranges,
    (index, bytes) => {
      expect(Buffer.compare(bytes, bytesAt(ranges[index]!.offset, ranges[index]!.length))).toBe(0);
      order.push(index);
    },
    { signal },
  );
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from(ranges.keys()));
  return order;
}

/** So many ranges of 10 bytes, far apart. */
const apart = (count: number, start = 0) => Array.from({ length: count }, (_, i) => range(start + i * 100_000, 10));

describe("requests", () => {
  test("are few: neighbours are merged", async () => {
    const source = recordingSource();
    const reader = rangeReader(source);
    await expectRanges(reader, [range(500_000, 100), range(0, 10), range(2 ** 15, 10), range(5, 3), range(0, 10)]);
    expect(source.asked()).toEqual([`0+${2 ** 15 + 10}`, "500000+100"]);
  });

  test("are none for nothing, and for what the pages hold", async () => {
    const source = recordingSource();
    const pages = pagedReader(source);
    await pages.read(0, 10, {});
    const reader = rangeReader(source, { pages });
    await expectRanges(reader, []);
    await expectRanges(reader, [range(99, 0)]);
    await expectRanges(reader, [range(1000, 10), range(2 ** 18 - 20, 10)]);
    expect(source.reads.length).toBe(1);
    await expectRanges(reader, [range(2 ** 18 - 20, 30), range(10, 10)]);
    expect(source.asked().slice(1)).toEqual(["262124+30"]);
  });

  test("waste at most a tenth, and 32 KiB, of what goes through a network", async () => {
    const chunks = Array.from({ length: 48 }, (_, i) => range(i * 30_000, 10_000));
    const far = recordingSource({ distance: "remote" });
    await expectRanges(rangeReader(far), chunks);
    expect(far.bytes()).toBeLessThanOrEqual(528_000 + 2 ** 15);
    expect(far.reads.length).toBeLessThan(48);
    // But not for the price of more than 48 requests.
    const many = recordingSource({ distance: "remote" });
    await expectRanges(
      rangeReader(many),
      Array.from({ length: 250 }, (_, i) => range(i * 30_000, 10)),
    );
    expect(many.reads.length).toBe(48);
    const near = recordingSource();
    await expectRanges(rangeReader(near, { mergedBytes: 2 ** 23 }), chunks);
    expect(near.reads.length).toBe(1);
  });

  test.each([
    ["local", 4],
    ["remote", 6],
  ] as const)("%s: %d at once", async (distance, most) => {
    const source = recordingSource({ held: true, distance });
    const done = expectRanges(rangeReader(source), apart(20));
    for (let i = 0; i < 20; i++) {
      await settled();
      expect(source.reads.length).toBe(Math.min(20, most + i));
      source.reads[i]?.answer();
    }
    await done;
  });

  test("ask for so many bytes at once, and for one larger range alone", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source, { bytesInFlight: 100 });
    const done = expectRanges(reader, [range(0, 60), range(100_000, 40), range(200_000, 1), range(300_000, 500)]);
    await settled();
    expect(source.asked()).toEqual(["0+60", "100000+40"]);
    source.reads[1]?.answer();
    await settled();
    expect(source.asked()).toEqual(["0+60", "100000+40", "200000+1"]);
    source.reads[0]?.answer();
    await settled();
    expect(source.reads.length).toBe(3);
    source.reads[2]?.answer();
    await settled();
    expect(source.reads.length).toBe(4);
    source.reads[3]?.answer();
    await done;
  });

  test("are held back while receivers are busy", async () => {
    const source = recordingSource();
    const reader = rangeReader(source, { bytesInFlight: 20 });
    const finish: (() => void)[] = [];
    let done = false;
    const reading = reader
      .read(apart(5), () => new Promise((resolve) => finish.push(resolve)), {})
      .then(() => {
        done = true;
      });
    await settled();
    expect(source.reads.length).toBe(2);
    finish[1]?.();
    await settled();
    expect(source.reads.length).toBe(3);
    for (let i = 0; i < 5; i++) {
      expect(done).toBe(false);
      finish[i]?.();
      await settled();
    }
    await reading;
  });

  test("of several calls take turns", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source, { requests: 2 });
    const large = expectRanges(reader, apart(10));
    const little = expectRanges(reader, [range(5_000_000, 10)]);
    await settled();
    source.reads[0]?.answer();
    await settled();
    expect(source.asked()).toEqual(["0+10", "100000+10", "200000+10"]);
    source.reads[1]?.answer();
    await settled();
    expect(source.asked().at(-1)).toBe("5000000+10");
    source.reads[3]?.answer();
    await little;
    for (let i = 2; i < 11; i++) {
      source.reads[i]?.answer();
      await settled();
    }
    await large;
  });

  test.each([
    ["local", 2 ** 20],
    ["remote", 2 ** 23],
  ] as const)("%s: ask for %d merged bytes at most", async (distance, most) => {
    const source = recordingSource({ distance });
    const chunks = Array.from({ length: 160 }, (_, i) => range(i * 2 ** 16, 2 ** 16));
    const received: number[] = [];
    await rangeReader(source).read(chunks, (index) => void received.push(index), {});
    expect(Math.max(...source.reads.map(({ length }) => length))).toBe(most);
    expect(source.bytes()).toBe(160 * 2 ** 16);
    expect(received.length).toBe(160);
  });

  test("beyond the end of the file are not made", async () => {
    const source = recordingSource({ size: 1000 });
    const error = await errorOf(expectRanges(rangeReader(source), [range(0, 10), range(999, 2)]));
    expect(error.code).toBe("FILE_TRUNCATED");
    expect(error.message).toMatch(/2 bytes at offset 999 were asked for, but the file has 1000 bytes/);
    expect(source.reads.length).toBe(0);
  });
});

describe("calls at the same time", () => {
  test("share what is planned and what is under way", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source);
    const ranges = apart(20);
    const calls = Array.from({ length: 8 }, () => expectRanges(reader, ranges));
    await settled();
    // A part of what is under way, and of what is planned.
    calls.push(expectRanges(reader, [range(100_003, 4), range(1_900_000, 2), range(1_900_005, 5)]));
    for (let i = 0; i < 20; i++) {
      await settled();
      source.reads[i]?.answer();
    }
    await Promise.all(calls);
    expect(source.reads.length).toBe(20);
  });

  test("do not share what only touches", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source);
    const calls = [expectRanges(reader, [range(100, 10)]), expectRanges(reader, [range(105, 10), range(102, 3)])];
    await settled();
    expect(source.asked()).toEqual(["100+10", "105+10"]);
    for (const read of source.reads) read.answer();
    await Promise.all(calls);
  });

  test("one that aborts leaves the others theirs", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source, { requests: 2 });
    const controller = new AbortController();
    const first = expectRanges(reader, apart(4), controller.signal);
    const second = expectRanges(reader, apart(4).slice(1));
    await settled();
    controller.abort("enough");
    await expect(first).rejects.toBe("enough");
    // Nobody else wanted the first range.
    expect(source.reads.slice(0, 2).map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    for (let i = 1; i < 4; i++) {
      await settled();
      source.reads[i]?.answer();
    }
    await second;
    expect(source.asked()).toEqual(["0+10", "100000+10", "200000+10", "300000+10"]);
  });

  test("one that aborts is not joined any more", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source);
    const controller = new AbortController();
    const first = expectRanges(reader, apart(1), controller.signal);
    controller.abort("enough");
    const second = expectRanges(reader, apart(1));
    await expect(first).rejects.toBe("enough");
    await settled();
    expect(source.reads.length).toBe(2);
    source.reads[1]?.answer();
    await second;
    await expect(expectRanges(reader, apart(1), AbortSignal.abort("before"))).rejects.toBe("before");
  });

  test("all fail with a request that they share, and nothing of it stays", async () => {
    const source = recordingSource({ held: true });
    const reader = rangeReader(source, { requests: 1 });
    const failure = new Error("the network is down");
    const calls = [expectRanges(reader, apart(3)), expectRanges(reader, apart(3))];
    const other = expectRanges(reader, [range(300_000, 10)]);
    await settled();
    source.reads[0]?.answer(failure);
    for (const call of calls) await expect(call).rejects.toBe(failure);
    await settled();
    // What the failed calls had planned is not read.
    expect(source.asked()).toEqual(["0+10", "300000+10"]);
    source.reads[1]?.answer();
    await other;
    const again = expectRanges(reader, apart(1));
    await settled();
    source.reads[2]?.answer();
    await again;
  });
});

describe("memory", () => {
  /** A local source that fills what it is given, and notes which memory that was. */
  function filling() {
    const source = recordingSource();
    const targets: ArrayBufferLike[] = [];
    const readInto = async (offset: number, target: Uint8Array): Promise<void> => {
      targets.push(target.buffer);
      await settled();
      target.set(bytesAt(offset, target.length));
    };
    return { ...source, targets, readInto };
  }
  const large = (index: number) => range(index * 10_000, 1000);

  test("is used again when all who look at it are done", async () => {
    const source = filling();
    const reader = rangeReader(source, { mergedBytes: 1000, gapBytes: 0, requests: 1 });
    const ranges = Array.from({ length: 10 }, (_, i) => large(i));
    await Promise.all([expectRanges(reader, ranges), expectRanges(reader, ranges)]);
    expect(new Set(source.targets).size).toBeLessThan(4);
    expect(source.targets.length).toBe(10);
    expect(source.reads.length).toBe(0);
  });

  test("is not while a receiver is busy, or after it has failed", async () => {
    const source = filling();
    const reader = rangeReader(source, { mergedBytes: 1000, gapBytes: 0 });
    let finish: () => void = () => {};
    const kept: Uint8Array[] = [];
    const busy = reader.read(
      [large(0)],
      (_, bytes) => {
        kept.push(bytes);
        return new Promise((resolve) => (finish = resolve));
      },
      {},
    );
    const failing = reader.read([large(1)], () => Promise.reject(new Error("damaged")), {});
    await expect(failing).rejects.toThrow("damaged");
    await expectRanges(reader, [large(2), large(3), large(4)]);
    expect(kept).toEqual([bytesAt(0, 1000)]);
    finish();
    await busy;
    await settled();
    await expectRanges(reader, [large(5), large(6), large(7), large(8)]);
    const uses = (memory: ArrayBufferLike | undefined) => source.targets.filter((other) => other === memory).length;
    expect(uses(source.targets[0])).toBeGreaterThan(1);
    expect(uses(source.targets[1])).toBe(1);
  });

  test("is not more than twice of what is asked for", async () => {
    const source = filling();
    const reader = rangeReader(source, { mergedBytes: 1000, gapBytes: 0 });
    await expectRanges(reader, [range(0, 10), range(5000, 500), range(10_000, 501), range(20_000, 1001)]);
    expect(source.targets.map(({ byteLength }) => byteLength)).toEqual([10, 500, 1000, 1001]);
  });
});

describe("a receiver that fails", () => {
  test.each([
    [
      "at once",
      () => () => {
        throw new Error("damaged");
      },
    ],
    [
      "later",
      () => async () => {
        await settled();
        throw new Error("damaged");
      },
    ],
  ])("%s: fails its call, is not called again, and leaves other calls alone", async (_, make) => {
    const source = recordingSource();
    const reader = rangeReader(source, { requests: 1, bytesInFlight: 10 });
    let count = 0;
    const fail = make();
    const failing = reader.read(
      apart(5),
      (index) => {
        count++;
        return index === 1 ? fail() : undefined;
      },
      {},
    );
    const other = expectRanges(reader, apart(5));
    await expect(failing).rejects.toThrow("damaged");
    await other;
    expect(count).toBe(2);
    await expectRanges(reader, apart(5));
  });

  test("for what the pages hold", async () => {
    const source = recordingSource();
    const pages = pagedReader(source);
    await pages.read(0, 10, {});
    const reader = rangeReader(source, { pages });
    const failing = reader.read([range(0, 10), range(1_000_000, 10)], () => Promise.reject(new Error("damaged")), {});
    await expect(failing).rejects.toThrow("damaged");
    const throwing = reader.read(
      [range(0, 10), range(1_000_000, 10)],
      () => {
        throw new Error("at once");
      },
      {},
    );
    await expect(throwing).rejects.toThrow("at once");
    await settled();
    expect(source.reads.slice(1).every(({ signal }) => signal?.aborted)).toBe(true);
    await expectRanges(reader, [range(0, 10), range(1_000_000, 10)]);
  });

  test("after an abort, of which the receiver does not know yet: the reason is the signal's", async () => {
    const source = recordingSource();
    const reader = rangeReader(source);
    const controller = new AbortController();
    let fail: (error: Error) => void = () => {};
    const reading = reader.read(apart(1), () => new Promise((_, reject) => (fail = reject)), {
      signal: controller.signal,
    });
    await settled();
    controller.abort("enough");
    fail(new Error("late"));
    await expect(reading).rejects.toBe("enough");
  });
});
