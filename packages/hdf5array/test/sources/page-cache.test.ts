import { describe, expect, test } from "vitest";
import { memorySource } from "../../src/source/memory-source.js";
import { type PagedReader, pagedReader } from "../../src/source/page-cache.js";
import { errorOf } from "../helpers.js";
import { bytesAt, recordingSource, settled } from "./recording-source.js";

/** Pages of 100 bytes, so that the tests can be read. */
const small = { pageBytes: 100, firstBytes: [100], cacheBytes: 1000, requestBytes: 400 };

async function expectRead(reader: PagedReader, offset: number, length: number): Promise<void> {
  expect(Buffer.compare(await reader.read(offset, length, {}), bytesAt(offset, length))).toBe(0);
}

describe("pages", () => {
  test("are 64 KiB, and the first request asks for 256 KiB", async () => {
    const source = recordingSource();
    const reader = pagedReader(source);
    await expectRead(reader, 8, 8);
    await expectRead(reader, 2 ** 18 - 1, 1);
    await expectRead(reader, 2 ** 18 + 5, 1);
    await expectRead(reader, 1_000_000, 100);
    expect(source.asked()).toEqual(["0+262144", "262144+65536", "983040+65536"]);
  });

  test("of a remote file: the next two requests ask for much around what is needed", async () => {
    const source = recordingSource({ distance: "remote", beginning: bytesAt(0, 2 ** 18) });
    const reader = pagedReader(source);
    const mebibyte = 2 ** 20;
    await expectRead(reader, 2 * mebibyte, 1);
    await expectRead(reader, 4 * mebibyte, 1);
    await expectRead(reader, 6 * mebibyte, 1);
    expect(source.asked()).toEqual([
      `${2 * mebibyte - 2 ** 17}+${2 ** 18}`,
      `${4 * mebibyte - 2 ** 17}+${2 ** 18}`,
      `${6 * mebibyte}+${2 ** 16}`,
    ]);
    // At the end of a file, and beside what is there already.
    const short = recordingSource({ distance: "remote", beginning: bytesAt(0, 2 ** 18), size: 2 ** 18 + 3 * 2 ** 17 });
    const other = pagedReader(short);
    await expectRead(other, short.size - 1, 1);
    await expectRead(other, 2 ** 18, 1);
    expect(short.asked()).toEqual([`${2 ** 18 + 2 ** 17}+${2 ** 18}`, `${2 ** 18}+${2 ** 17}`]);
  });

  test("are asked for once", async () => {
    const source = recordingSource();
    const reader = pagedReader(source, small);
    expect(reader.cached(250, 10)).toBeUndefined();
    await expectRead(reader, 250, 10);
    await expectRead(reader, 200, 100);
    expect(reader.cached(250, 10)).toEqual(bytesAt(250, 10));
    expect(reader.cached(250, 51)).toBeUndefined();
    expect(reader.cached(199, 2)).toBeUndefined();
    expect(source.asked()).toEqual(["200+100"]);
  });

  test("that lie side by side come in one request, up to a size; those at hand are not asked for", async () => {
    const source = recordingSource();
    const reader = pagedReader(source, small);
    await expectRead(reader, 310, 1);
    await expectRead(reader, 50, 400);
    expect(source.asked()).toEqual(["300+100", "0+300", "400+100"]);
    await expectRead(reader, 1000, 499);
    expect(source.asked().slice(3)).toEqual(["1000+400", "1400+100"]);
  });

  test("end with the file", async () => {
    const source = recordingSource({ size: 250 });
    const reader = pagedReader(source, small);
    await expectRead(reader, 240, 10);
    await expectRead(reader, 0, 250);
    expect(source.asked()).toEqual(["200+50", "0+200"]);
    expect((await errorOf(reader.read(240, 11, {}))).code).toBe("FILE_TRUNCATED");
    expect((await errorOf(reader.read(-1, 1, {}))).code).toBe("INVALID_ARGUMENT");
    expect((await reader.read(250, 0, {})).length).toBe(0);
  });

  test("that opening has read already are used", async () => {
    const source = recordingSource({ beginning: bytesAt(0, 250), size: 1000 });
    const reader = pagedReader(source, small);
    await expectRead(reader, 0, 200);
    expect(source.asked()).toEqual([]);
    // The third page is not whole.
    await expectRead(reader, 210, 10);
    expect(source.asked()).toEqual(["200+100"]);
    const whole = recordingSource({ beginning: bytesAt(0, 250), size: 250 });
    await expectRead(pagedReader(whole, small), 0, 250);
    expect(whole.asked()).toEqual([]);
  });

  test("used longest ago are dropped, and their memory with them", async () => {
    const source = recordingSource();
    const reader = pagedReader(source, small);
    for (let page = 0; page < 10; page++) await expectRead(reader, page * 100, 1);
    await expectRead(reader, 0, 1);
    await expectRead(reader, 1000, 1);
    expect(source.reads.length).toBe(11);
    expect(reader.cached(0, 100)).toBeDefined();
    expect(reader.cached(100, 1)).toBeUndefined();
    expect(reader.cached(200, 1)).toBeDefined();
    await expectRead(reader, 2000, 300);
    for (let offset = 2000; offset < 2300; offset += 100) {
      expect(reader.cached(offset, 1)?.buffer.byteLength).toBe(100);
    }
  });

  test("are left alone by what is larger than the cache should hold", async () => {
    const source = recordingSource();
    const reader = pagedReader(source, small);
    await expectRead(reader, 0, 1);
    await expectRead(reader, 150, 700);
    expect(source.asked()).toEqual(["0+100", "150+700"]);
    expect(reader.cached(0, 1)).toBeDefined();
    expect(reader.cached(200, 1)).toBeUndefined();
  });

  test("are no help for a file in memory", async () => {
    const bytes = bytesAt(0, 1000);
    const reader = pagedReader(memorySource("<bytes>", bytes));
    const part = await reader.read(10, 20, {});
    expect(part.buffer).toBe(bytes.buffer);
    expect(reader.cached(10, 20)).toBeUndefined();
    expect((await errorOf(reader.read(990, 11, {}))).code).toBe("FILE_TRUNCATED");
  });
});

describe("blocks that lie anywhere", () => {
  const scattered = (reader: PagedReader, offsets: readonly number[], signal?: AbortSignal) =>
    Promise.all(
      offsets.map(async (offset) => {
        expect(await reader.read(offset, 20, { isScattered: true, signal })).toEqual(bytesAt(offset, 20));
      }),
    );
  const remote = () => recordingSource({ distance: "remote", beginning: bytesAt(0, 100) });

  test("come with their page if that is one", async () => {
    const source = remote();
    const reader = pagedReader(source, { ...small, firstBytes: [100, 300] });
    await scattered(reader, [50, 510, 570]);
    expect(source.asked()).toEqual(["500+100"]);
    await scattered(reader, [520, 550]);
    expect(source.reads.length).toBe(1);
  });

  test("come alone if their pages are many, and stay at hand", async () => {
    const source = remote();
    const reader = pagedReader(source, { ...small, pageBytes: 2 ** 16, cacheBytes: 1200 });
    await expectRead(reader, 0, 1);
    const offsets = [20, 1_000_000, 1_000_050, 2_000_000, 3_000_000];
    await scattered(reader, [...offsets, 2_000_000]);
    expect(source.asked().slice(1)).toEqual(["1000000+70", "2000000+20", "3000000+20"]);
    await scattered(reader, offsets);
    expect(reader.cached(3_000_000, 20)).toEqual(bytesAt(3_000_000, 20));
    expect(reader.cached(3_000_000, 21)).toBeUndefined();
    expect(source.reads.length).toBe(4);
    // There is room for 300 bytes of them.
    await scattered(reader, [1_000_000, ...Array.from({ length: 13 }, (_, i) => 4_000_000 + i * 100_000)]);
    expect(reader.cached(1_000_000, 20)).toBeDefined();
    expect(reader.cached(3_000_000, 20)).toBeDefined();
    expect(reader.cached(2_000_000, 20)).toBeUndefined();
  });

  test("are shared by all who want them at the same time", async () => {
    const source = remote();
    const reader = pagedReader(source, small);
    const offsets = [100_000, 200_000];
    const signals = [undefined, new AbortController().signal, new AbortController().signal];
    await Promise.all(signals.map((signal) => scattered(reader, offsets, signal)));
    expect(source.asked()).toEqual(["100000+20", "200000+20"]);
  });

  test("fail, and are aborted, without harm to others", async () => {
    const source = recordingSource({ distance: "remote", held: true });
    const reader = pagedReader(source, small);
    const controller = new AbortController();
    const aborted = scattered(reader, [100_000, 200_000, 300_000], controller.signal);
    const other = scattered(reader, [100_000, 200_000]);
    await settled();
    await settled();
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    expect(source.reads.map(({ signal }) => signal?.aborted)).toEqual([false, false, true]);
    for (const read of source.reads) read.answer();
    await other;
    const failing = scattered(reader, [400_000, 500_000]);
    await settled();
    await settled();
    source.reads.at(-1)?.answer(new Error("the network is down"));
    await expect(failing).rejects.toThrow("the network is down");
    const again = scattered(reader, [400_000, 500_000]);
    await settled();
    await settled();
    for (const read of source.reads) read.answer();
    await again;
    const early = scattered(reader, [600_000, 700_000], controller.signal);
    await expect(early).rejects.toBe("enough");
  });

  test("are read by pages where a read costs little", async () => {
    const source = recordingSource();
    const reader = pagedReader(source, small);
    await scattered(reader, [1000, 2000, 3000]);
    expect(source.asked()).toEqual(["1000+100", "2000+100", "3000+100"]);
  });
});

describe("readers at the same time", () => {
  test("share requests", async () => {
    const source = recordingSource({ held: true });
    const reader = pagedReader(source, small);
    const reads = [expectRead(reader, 110, 10), expectRead(reader, 150, 100), expectRead(reader, 120, 10)];
    await settled();
    expect(source.asked()).toEqual(["100+100", "200+100"]);
    for (const read of source.reads) read.answer();
    await Promise.all(reads);
  });

  test("one that aborts leaves the others their request", async () => {
    const source = recordingSource({ held: true });
    const reader = pagedReader(source, small);
    const controller = new AbortController();
    const aborted = reader.read(110, 10, { signal: controller.signal });
    const other = expectRead(reader, 120, 10);
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    expect(source.reads[0]?.signal?.aborted).toBe(false);
    source.reads[0]?.answer();
    await other;
    expect(source.reads.length).toBe(1);
  });

  test("the last one that aborts ends the request; who comes later makes a new one", async () => {
    const source = recordingSource({ held: true });
    const reader = pagedReader(source, small);
    const controllers = [new AbortController(), new AbortController()];
    const reads = controllers.map(({ signal }) => reader.read(110, 10, { signal }));
    for (const controller of controllers) controller.abort("enough");
    for (const read of reads) await expect(read).rejects.toBe("enough");
    // Before the request itself has ended.
    const later = expectRead(reader, 110, 10);
    expect(source.reads.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    source.reads[1]?.answer();
    await later;
    expect(reader.cached(110, 10)).toBeDefined();
    await expect(reader.read(110, 10, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
  });

  test("get the same failure, which is not kept", async () => {
    const source = recordingSource({ held: true });
    const reader = pagedReader(source, small);
    const failure = new Error("the network is down");
    const reads = [reader.read(110, 10, {}), reader.read(120, 10, {})];
    source.reads[0]?.answer(failure);
    for (const read of reads) await expect(read).rejects.toBe(failure);
    const again = expectRead(reader, 110, 10);
    source.reads[1]?.answer();
    await again;
    expect(source.asked()).toEqual(["100+100", "100+100"]);
  });

  test("one part of a read that fails fails the read, and leaves no rejection unhandled", async () => {
    const source = recordingSource({ held: true });
    const reader = pagedReader(source, { ...small, requestBytes: 100 });
    const read = reader.read(100, 300, {});
    source.reads[1]?.answer(new Error("second"));
    await expect(read).rejects.toThrow("second");
    source.reads[0]?.answer(new Error("first"));
    source.reads[2]?.answer();
    await settled();
    expect(reader.cached(300, 100)).toBeDefined();
  });
});
