import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DelayedArrayError } from "delayedarray";
import { checkFragmentMetadata, type DenseFragment } from "./fragment-metadata.js";
import { Damage, genericTiles } from "./generic-tile.js";

/** Larger files are left to TileDB, so that opening takes little memory; they are rare. */
const LARGEST = 2 ** 28;

/** Names of fragments among what a file with many of them says. */
const NAMES = /__\d+_\d+_[0-9a-f]{32}(?:_\d+)?/g;

/** Files that are read at the same time. */
const TOGETHER = 16;

/** Folders of files that are nothing but tiles. */
const PLAIN = ["__schema", join("__schema", "__enumerations"), "__meta"];

/** Between which times fragments are read; both ends are included. */
export interface Times {
  readonly timestampStart?: bigint;
  readonly timestamp?: bigint;
}

/**
 * Looks through the metadata of an array in the local file system before TileDB does: what a damaged file says of sizes and
 * places TileDB takes as it is, and runs out of memory or ends the process. What is not local TileDB reads unchecked.
 *
 * @returns what else is to be checked of dense fragments, once the array's domain is known
 * @throws `FILE_INVALID` or `FILE_TRUNCATED`, naming the file
 */
export async function checkFiles(uri: string, times: Times): Promise<ReadonlyMap<string, DenseFragment>> {
  const folder = localFolder(uri);
  const dense = new Map<string, DenseFragment>();
  if (folder === undefined) return dense;
  const plain = await Promise.all(PLAIN.map((one) => filesIn(folder, one)));
  const tasks = [
    ...plain.flat().map((file) => () => checkFile(uri, folder, file, damageOfTiles)),
    ...(await fragmentsIn(folder, times)).map(
      (name) => () => checkFragment(uri, folder, join("__fragments", name), dense),
    ),
  ];
  for (let i = 0; i < tasks.length; i += TOGETHER) {
    await Promise.all(tasks.slice(i, i + TOGETHER).map((check) => check()));
  }
  return dense;
}

/** The folder that a URI names, if it is one of the local file system. */
export function localFolder(uri: string): string | undefined {
  if (uri.startsWith("file://")) {
    try {
      return fileURLToPath(uri);
    } catch {
      return undefined;
    }
  }
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(uri) ? undefined : uri;
}

/** Files in a folder, without what a vacuum leaves; none if there is no such folder. */
export async function filesIn(folder: string, inside: string): Promise<string[]> {
  const entries = await entriesOf(join(folder, inside));
  return entries
    .filter((one) => one.isFile() && !one.name.endsWith(".vac") && !one.name.startsWith("."))
    .map(({ name }) => join(inside, name));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** Names of those fragments that TileDB will read: they are complete, and were written at the times that are asked for. */
export async function fragmentsIn(folder: string, { timestampStart = 0n, timestamp }: Times): Promise<string[]> {
  const [fragments, commits] = await Promise.all(
    ["__fragments", "__commits"].map((one) => entriesOf(join(folder, one))),
  );
  const joined = commits!.filter(({ name }) => name.endsWith(".con"));
  const lists = await Promise.all(
    joined.map(({ name }) => readFile(join(folder, "__commits", name), "latin1").catch(() => "")),
  );
  const complete = new Set([
    ...commits!.filter(({ name }) => name.endsWith(".wrt")).map(({ name }) => name.slice(0, -4)),
    ...lists.flatMap((list) => list.match(NAMES) ?? []),
  ]);
  return fragments!
    .map(({ name }) => name)
    .filter((name) => {
      const [, first, last] = /^__(\d+)_(\d+)_/.exec(name) ?? [];
      if (first === undefined || last === undefined) return false;
      if (BigInt(last) < timestampStart || (timestamp !== undefined && BigInt(first) > timestamp)) return false;
      return complete.has(name);
    });
}

async function checkFragment(
  uri: string,
  folder: string,
  fragment: string,
  dense: Map<string, DenseFragment>,
): Promise<void> {
  const sizes = new Map<string, number>();
  for (const file of await filesIn(folder, fragment)) {
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (found !== undefined) sizes.set(basename(file), found.size);
  }
  const file = join(fragment, "__fragment_metadata.tdb");
  await checkFile(uri, folder, file, (bytes) => {
    const found = checkFragmentMetadata(bytes, sizes);
    if (found instanceof Damage) return found;
    if (found !== undefined) dense.set(file, found);
    return undefined;
  });
}

function damageOfTiles(bytes: Buffer): Damage | undefined {
  if (bytes.length === 0) return new Damage("it is empty", true);
  const tiles = genericTiles(bytes);
  return tiles instanceof Damage ? tiles : undefined;
}

async function checkFile(
  uri: string,
  folder: string,
  file: string,
  check: (bytes: Buffer) => Damage | undefined,
): Promise<void> {
  const path = join(folder, file);
  let bytes: Buffer;
  try {
    if ((await stat(path)).size > LARGEST) return;
    bytes = await readFile(path);
  } catch {
    return; // TileDB will say what it makes of that.
  }
  const damage = check(bytes);
  if (damage === undefined) return;
  throw damagedFile(uri, file, damage.what, damage.isTruncation);
}

/** The error for a damaged file of an array. */
export function damagedFile(uri: string, file: string, what: string, isTruncation = false): DelayedArrayError {
  const code = isTruncation ? "FILE_TRUNCATED" : "FILE_INVALID";
  return new DelayedArrayError(code, `${uri}: the file ${file} is damaged: ${what}`);
}
