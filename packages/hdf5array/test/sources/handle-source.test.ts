import { describe, expect, test } from "vitest";
import type { Hdf5Source, OpfsFileHandle, OpfsSyncAccessHandle } from "../../src/index.js";
import { openSource } from "../../src/source/open-source.js";
import { errorOf } from "../helpers.js";

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);

/** Stands in for a browser's; those are tried in Chromium. */
function fileHandle(getFile: () => Promise<Blob>): OpfsFileHandle {
  return { kind: "file", name: "stored.h5", getFile };
}

function syncHandle(data: Uint8Array, most = 300): OpfsSyncAccessHandle & { data: Uint8Array } {
  return {
    data,
    getSize() {
      return this.data.length;
    },
    read(target, { at = 0 } = {}) {
      const part = this.data.subarray(at, at + Math.min(target.length, most));
      target.set(part);
      return part.length;
    },
  };
}

describe("a handle of a file", () => {
  test("gives the file's bytes", async () => {
    const source = await openSource(
      fileHandle(async () => new File([bytes], "stored.h5")),
      {},
    );
    expect(source).toMatchObject({ name: "stored.h5", size: 1000, distance: "local" });
    expect(await source.read(100, 50, {})).toEqual(bytes.subarray(100, 150));
    source.close();
    expect((await errorOf(source.read(100, 50, {}))).message).toMatch(/the file is closed/);
  });

  test.each([
    ["NotFoundError", "NOT_FOUND"],
    ["NotAllowedError", "IO"],
  ])("that gives %s", async (name, code) => {
    const cause = new DOMException("no", name);
    const error = await errorOf(
      openSource(
        fileHandle(() => Promise.reject(cause)),
        {},
      ),
    );
    expect(error).toMatchObject({ code, cause, message: "stored.h5: the file cannot be had from its handle: no" });
  });

  test("whose file changes: IO, as the browser says", async () => {
    const blob = new File([bytes], "stored.h5");
    const source = await openSource(
      fileHandle(async () => blob),
      {},
    );
    const cause = new DOMException("The file was modified", "NotReadableError");
    blob.slice = () => ({ arrayBuffer: () => Promise.reject(cause) }) as never;
    const error = await errorOf(source.read(0, 10, {}));
    expect(error).toMatchObject({ code: "IO", cause });
    expect(error.message).toBe("stored.h5: reading 10 bytes at offset 0 failed: The file was modified");
  });

  test("an abort does not wait for the file", async () => {
    const controller = new AbortController();
    const opening = openSource(
      fileHandle(() => new Promise(() => {})),
      { signal: controller.signal },
    );
    controller.abort("enough");
    await expect(opening).rejects.toBe("enough");
  });
});

describe("a handle that reads at once", () => {
  test("gives the file's bytes, waiting or not", async () => {
    const source = await openSource(syncHandle(bytes), {});
    expect(source).toMatchObject({ name: "<FileSystemSyncAccessHandle>", size: 1000 });
    expect(await source.read(0, 1000, {})).toEqual(bytes);
    const target = new Uint8Array(500);
    await source.readInto?.(500, target, {});
    expect(target).toEqual(bytes.subarray(500));
    source.readSync?.(1, target);
    expect(target).toEqual(bytes.subarray(1, 501));
    expect((await errorOf(source.read(501, 500, {}))).code).toBe("FILE_TRUNCATED");
    await expect(source.read(0, 1, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    await expect(source.readInto!(0, target, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    source.close();
    expect((await errorOf(source.read(0, 1, {}))).message).toMatch(/the file is closed/);
  });

  test("whose file changes", async () => {
    const handle = syncHandle(bytes);
    const source = await openSource(handle, {});
    handle.data = bytes.subarray(0, 900);
    expect((await errorOf(source.read(0, 10, {}))).message).toMatch(/had 1000 bytes and now has 900/);
    const error = await errorOf(source.read(950, 10, {}));
    expect(error.code).toBe("FILE_TRUNCATED");
    expect(error.message).toMatch(/ends at byte 950, but had 1000 bytes/);
  });

  test("that is closed", async () => {
    const cause = new DOMException("The access handle was already closed", "InvalidStateError");
    const closed = () => {
      throw cause;
    };
    expect(await errorOf(openSource({ getSize: closed, read: closed }, {}))).toMatchObject({ code: "IO", cause });
    const source = await openSource({ getSize: () => 10, read: closed }, {});
    expect(await errorOf(source.read(0, 1, {}))).toMatchObject({ code: "IO", cause });
  });
});

test.each<[string, unknown]>([
  ["a folder's handle", { kind: "directory", name: "folder" }],
  ["a handle without size", { read() {} }],
  ["null", null],
])("%s is no source", async (_, source) => {
  const error = await errorOf(openSource(source as Hdf5Source, {}));
  expect(error.code).toBe("INVALID_ARGUMENT");
  expect(error.message).toMatch(/a file handle, bytes, or an object with size and read/);
});
