import { DelayedArrayError } from "delayedarray";
import { builtin, noFiles } from "../source/builtin.js";
import { pathOfUrl } from "../source/path-source.js";
import { FileStorage, type WritingFileSystem, writeFailure } from "./file-storage.js";
import type { Transaction } from "./transaction.js";

type Paths = Pick<typeof import("node:path"), "basename" | "dirname" | "join" | "resolve">;

/** What tells whether a file is still the same. */
interface Identity {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
}

/**
 * Writes to a file beside the one at a path, which it replaces in the end.
 *
 * @throws `NOT_FOUND` for a folder that does not exist, `INVALID_ARGUMENT` for a folder or another protocol, `IO`
 */
export async function pathTransaction(target: string | URL, what: string): Promise<Transaction> {
  const given = typeof target === "string" ? checkPath(target, what) : pathOfUrl(checkProtocol(target, what));
  const fs = builtin<WritingFileSystem>("node:fs");
  const paths = builtin<Paths>("node:path");
  if (fs === undefined || paths === undefined) throw noFiles(given);
  // Where a link leads, so that it stays one. The full path, since the current folder may be another one in the end.
  const path = realPath(fs, paths.resolve(given));
  const before = identify(fs, given, path);
  const beside = paths.join(paths.dirname(path), `.${paths.basename(path)}.${randomName()}.tmp`);
  const isNew = before === null || before.size === 0n;
  const storage = await openBeside(fs, given, isNew ? null : path, beside);
  let ended = false;
  return {
    name: given,
    isNew,
    storage,
    async commit() {
      if (before !== null) attemptQuietly(() => fs.fchmodSync(storage.descriptor, Number(before.mode) & 0o7777));
      storage.complete();
      storage.close();
      checkUnchanged(given, before, identify(fs, given, path));
      try {
        fs.renameSync(beside, path);
      } catch (cause) {
        throw writeFailure(given, "cannot be put in its place", cause);
      }
      ended = true;
      // The name is safe once the folder is. Not every system lets a folder be opened.
      attemptQuietly(() => {
        const folder = fs.openSync(paths.dirname(path), "r");
        try {
          fs.fsyncSync(folder);
        } finally {
          fs.closeSync(folder);
        }
      });
      return target;
    },
    async discard() {
      if (ended) return;
      ended = true;
      storage.close();
      attemptQuietly(() => fs.unlinkSync(beside));
    },
  };
}

function checkPath(path: string, what: string): string {
  if (path === "") throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: target: the path is empty`);
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return path;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: target: ${JSON.stringify(path)} is a URL, expected a path; for a file: URL give new URL(…)`,
  );
}

function checkProtocol(url: URL, what: string): URL {
  if (url.protocol === "file:") return url;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: target: ${url.href} cannot be written, only file: URLs can`,
  );
}

function realPath(fs: WritingFileSystem, path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}

function identify(fs: WritingFileSystem, name: string, path: string): Identity | null {
  let found: ReturnType<typeof fs.statSync>;
  try {
    found = fs.statSync(path);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT") return null;
    throw writeFailure(name, "cannot be examined", cause);
  }
  if (found!.isDirectory())
    throw new DelayedArrayError("INVALID_ARGUMENT", `${name}: is a folder, expected the path of a file`);
  return fs.statSync(path, { bigint: true });
}

function checkUnchanged(name: string, before: Identity | null, after: Identity | null): void {
  const same =
    before === null || after === null
      ? before === after
      : before.size === after.size && before.mtimeNs === after.mtimeNs && before.ino === after.ino;
  if (same) return;
  const change = before === null ? "made" : after === null ? "deleted" : "written to";
  throw new DelayedArrayError("IO", `${name}: the file was ${change} by others meanwhile, and is left as they left it`);
}

/** A new file, or a copy: one that shares what it has with the old file where the file system can do that. */
async function openBeside(
  fs: WritingFileSystem,
  name: string,
  original: string | null,
  beside: string,
): Promise<FileStorage> {
  try {
    if (original !== null)
      await fs.promises.copyFile(original, beside, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
    const descriptor = fs.openSync(beside, original === null ? "wx+" : "r+");
    return new FileStorage(fs, name, descriptor);
  } catch (cause) {
    attemptQuietly(() => fs.unlinkSync(beside));
    throw cause instanceof DelayedArrayError ? cause : writeFailure(name, "cannot be made", cause);
  }
}

function randomName(): string {
  return globalThis.crypto.randomUUID().slice(0, 13);
}

function attemptQuietly(work: () => void): void {
  try {
    work();
  } catch {
    // It is not needed.
  }
}
