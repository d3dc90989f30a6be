import fs, { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { pathOfUrl, pathSource } from "../../src/source/path-source.js";
import { errorOf } from "../helpers.js";

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 2654435761) >>> 24);
let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "path-source-"));
  path = join(folder, "file");
  writeFileSync(path, bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a path", () => {
  test("is read where it is asked for, in three ways", async () => {
    const source = pathSource(path);
    expect(source).toMatchObject({ name: path, size: bytes.length });
    expect(await source.read(1000, 5000, {})).toEqual(bytes.subarray(1000, 6000));
    const target = new Uint8Array(10);
    await source.readInto?.(99, target, {});
    expect(target).toEqual(bytes.subarray(99, 109));
    source.readSync?.(199_990, target);
    expect(target).toEqual(bytes.subarray(199_990));
    expect((await source.read(200_000, 0, {})).length).toBe(0);
    for (const error of [
      await errorOf(source.read(199_999, 2, {})),
      await errorOf(source.readInto!(199_999, new Uint8Array(2), {})),
      await errorOf(Promise.resolve().then(() => source.readSync?.(199_999, new Uint8Array(2)))),
    ])
      expect(error.code).toBe("FILE_TRUNCATED");
    source.close();
  });

  test("is read to the end where the system gives a part at a time", async () => {
    const source = pathSource(path);
    const { read, readSync } = fs;
    vi.spyOn(fs, "read").mockImplementation(((
      descriptor: number,
      target: Uint8Array,
      start: number,
      length: number,
      position: number,
      done: (error: Error | null, count: number, target: Uint8Array) => void,
    ) => read(descriptor, target, start, Math.min(length, 7), position, done)) as never);
    vi.spyOn(fs, "readSync").mockImplementation(((
      descriptor: number,
      target: Uint8Array,
      start: number,
      length: number,
      position: number,
    ) => readSync(descriptor, target, start, Math.min(length, 7), position)) as never);
    expect(await source.read(1000, 100, {})).toEqual(bytes.subarray(1000, 1100));
    const target = new Uint8Array(100);
    source.readSync?.(1000, target);
    expect(target).toEqual(bytes.subarray(1000, 1100));
    source.close();
  });

  test("whose reads fail: IO, with the original as cause", async () => {
    const source = pathSource(path);
    const cause = new Error("EIO: i/o error");
    vi.spyOn(fs, "read").mockImplementation(((...args: unknown[]) =>
      (args.at(-1) as (e: Error) => void)(cause)) as never);
    const error = await errorOf(source.read(0, 1, {}));
    expect(error).toMatchObject({ code: "IO", cause, message: `${path}: cannot be read: EIO: i/o error` });
    source.close();
  });

  test("that is no file", async () => {
    for (const [where, code] of [
      [join(folder, "missing"), "NOT_FOUND"],
      [join(path, "within"), "NOT_FOUND"],
      [folder, "INVALID_ARGUMENT"],
    ] as const)
      expect((await errorOf(Promise.resolve().then(() => pathSource(where)))).code).toBe(code);
    expect(pathOfUrl(pathToFileURL(path))).toBe(path);
    expect((await errorOf(Promise.resolve().then(() => pathOfUrl(new URL("file://host/x"))))).code).toBe(
      "INVALID_ARGUMENT",
    );
  });

  test("an abort ends a read", async () => {
    const source = pathSource(path);
    await expect(source.read(0, 1, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    const controller = new AbortController();
    const reading = source.read(0, 1, { signal: controller.signal });
    controller.abort("enough");
    await expect(reading).rejects.toBe("enough");
    source.close();
  });

  test("is closed when the reads under way have ended, and not read after that", async () => {
    const close = vi.spyOn(fs, "closeSync");
    const source = pathSource(path);
    const reads = [source.read(0, 100_000, {}), source.read(100_000, 100_000, {})];
    source.close();
    source.close();
    expect(close).not.toHaveBeenCalled();
    expect(await Promise.all(reads)).toEqual([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    expect(close).toHaveBeenCalledTimes(1);
    const error = await errorOf(source.read(0, 1, {}));
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `${path}: the file is closed; open it again to read from it`,
    });
    expect(() => source.readSync?.(0, new Uint8Array(1))).toThrow(/the file is closed/);
  });
});

describe("a path whose file changes while it is open", () => {
  const changes: readonly [string, (path: string) => void, RegExp][] = [
    ["grows", (file) => appendFileSync(file, "x"), /had 200000 bytes and now has 200001, so it was written to while/],
    ["shrinks", (file) => truncateSync(file, 10), /had 200000 bytes and now has 10, so it was written to while/],
    [
      "is written over",
      (file) => {
        fs.writeFileSync(file, bytes);
        const { mtimeMs } = statSync(file);
        // File systems may count in seconds.
        utimesSync(file, mtimeMs / 1000, mtimeMs / 1000 + 2);
      },
      /the file was written to while it was open; open it again/,
    ],
  ];
  test.each(changes)("%s", async (_, change, message) => {
    const file = join(folder, "changing");
    writeFileSync(file, bytes);
    const source = pathSource(file);
    await source.read(0, 100, {});
    change(file);
    for (const error of [
      await errorOf(source.read(0, 100, {})),
      await errorOf(source.read(100_000, 100, {})),
      await errorOf(Promise.resolve().then(() => source.readSync?.(100_000, new Uint8Array(1)))),
    ]) {
      expect(error.code).toBe("IO");
      expect(error.message).toMatch(message);
      expect(error.message.startsWith(`${file}: `)).toBe(true);
    }
    source.close();
    const again = pathSource(file);
    await again.read(0, 10, {});
    again.close();
  });

  test("is replaced by another: the one that was opened stays", async () => {
    const file = join(folder, "replaced");
    writeFileSync(file, bytes);
    const source = pathSource(file);
    writeFileSync(`${file}.new`, "other");
    fs.renameSync(`${file}.new`, file);
    expect(await source.read(1000, 100, {})).toEqual(bytes.subarray(1000, 1100));
    source.close();
  });
});
