import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TooLongError } from "../../src/decode/inflater.js";
import { workerInflater } from "../../src/decode/worker-inflater.js";
import { threads, WebWorker } from "./runtimes.js";

const LARGE = 300_000;
const bytes = Uint8Array.from({ length: LARGE }, (_, i) => (i * i) >> 11);
const stream = deflateSync(bytes);

beforeEach(() => {
  vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Workers that have begun. */
async function begun() {
  vi.stubGlobal("Worker", WebWorker);
  const inflater = workerInflater()!;
  await vi.waitFor(() => expect(inflater.takes(0, LARGE)).toBe(true), { timeout: 20_000 });
  return inflater;
}

test("small streams start no worker", async () => {
  const Worker = vi.fn();
  vi.stubGlobal("Worker", Worker);
  expect(workerInflater()!.takes(5000, 40_000)).toBe(false);
  expect(Worker).not.toHaveBeenCalled();
});

test("workers take nothing before they have begun", async () => {
  vi.stubGlobal("Worker", WebWorker);
  const inflater = workerInflater()!;
  expect(inflater.takes(0, LARGE)).toBe(false);
  await vi.waitFor(() => expect(inflater.takes(0, LARGE)).toBe(true), { timeout: 20_000 });
  expect(threads.size).toBeGreaterThan(0);
});

test("many streams at once, each with its own result, in memory that goes round", async () => {
  const inflater = await begun();
  const seen = new Set<ArrayBufferLike>();
  await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const part = bytes.subarray(i * 1000);
      const { bytes: result, release } = await inflater.inflate(deflateSync(part), part.length);
      expect(Buffer.compare(result, part)).toBe(0);
      seen.add(result.buffer);
      release();
    }),
  );
  expect(threads.size).toBeLessThanOrEqual(4);
  expect(stream.length).toBeGreaterThan(0); // What was given is still there.
});

test("damaged streams are errors, and the worker goes on", async () => {
  const inflater = await begun();
  await expect(inflater.inflate(stream.subarray(0, 1000), LARGE)).rejects.toThrow("it ends too early");
  await expect(inflater.inflate(stream, LARGE - 1)).rejects.toThrow(TooLongError);
  const flipped = stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte));
  await expect(inflater.inflate(flipped, LARGE)).rejects.toThrow("its checksum is wrong");
  expect((await inflater.inflate(stream, LARGE)).bytes).toHaveLength(LARGE);
});

test("workers end when there is nothing to do, and begin again", async () => {
  const others = new Set(threads);
  const inflater = await begun();
  const own = [...threads].filter((thread) => !others.has(thread));
  expect(own.length).toBeGreaterThan(0);
  vi.useFakeTimers();
  await inflater.inflate(stream, LARGE);
  vi.advanceTimersByTime(6000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(own.filter((thread) => threads.has(thread))).toEqual([]), { timeout: 20_000 });
  expect(inflater.takes(0, LARGE)).toBe(false);
  await vi.waitFor(() => expect(inflater.takes(0, LARGE)).toBe(true), { timeout: 20_000 });
  expect((await inflater.inflate(stream, LARGE)).bytes).toHaveLength(LARGE);
});

test("a runtime without workers", () => {
  vi.stubGlobal("Worker", undefined);
  expect(workerInflater()).toBeUndefined();
});

test("workers that the page's policy forbids: refused at once", () => {
  const Worker = vi.fn(
    class {
      constructor() {
        throw new DOMException("no", "SecurityError");
      }
    },
  );
  vi.stubGlobal("Worker", Worker);
  const inflater = workerInflater()!;
  for (let i = 0; i < 3; i++) expect(inflater.takes(0, LARGE)).toBe(false);
  expect(Worker).toHaveBeenCalledTimes(1);
});

/** Workers of which nothing comes but what a test says. */
function puppets() {
  const all: Puppet[] = [];
  class Puppet {
    onmessage: (event: { data: unknown }) => void = () => {};
    onerror: (event: { preventDefault(): void }) => void = () => {};
    terminate = vi.fn();
    postMessage = vi.fn();
    constructor() {
      all.push(this);
    }
  }
  vi.stubGlobal("Worker", Puppet);
  return all;
}

test("workers that the page's policy forbids: refused later", async () => {
  const all = puppets();
  const inflater = workerInflater()!;
  expect(inflater.takes(0, LARGE)).toBe(false);
  const preventDefault = vi.fn();
  all[0]!.onerror({ preventDefault });
  expect(preventDefault).toHaveBeenCalled();
  expect(all.every(({ terminate }) => terminate.mock.calls.length === 1)).toBe(true);
  expect(inflater.takes(0, LARGE)).toBe(false);
  expect((await inflater.inflate(stream, LARGE)).bytes).toHaveLength(LARGE);
});

test("what workers that fail have been given is inflated all the same", async () => {
  const all = puppets();
  const inflater = workerInflater()!;
  inflater.takes(0, LARGE);
  all[0]!.onmessage({ data: "ready" });
  expect(inflater.takes(0, LARGE)).toBe(true);
  const results = Array.from({ length: 5 }, () => inflater.inflate(stream, LARGE));
  await pause(0);
  expect(all[0]!.postMessage).toHaveBeenCalledTimes(3); // the module and two streams; the others wait
  all[0]!.onerror({ preventDefault() {} });
  for (const result of results) expect(Buffer.compare((await result).bytes, bytes)).toBe(0);
});
