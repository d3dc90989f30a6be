import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Context, expandCurrentDomain } from "libtiledb";

type Ranges = Parameters<typeof expandCurrentDomain>[1];

/** Folders of an array, in the order in which what is new in them is moved: cells are there before they are counted. */
const FOLDERS = ["__fragments", "__schema", "__commits", "__meta"] as const;
const EMPTY_FOLDERS = ["__fragment_meta", "__labels"] as const;

/** Whether an array on this machine is laid out as TileDB has done since 2.8, so that it can be added to from beside it. */
export function canStage(path: string): boolean {
  return existsSync(join(path, "__schema")) && existsSync(join(path, "__commits"));
}

/**
 * Adds to an array of this machine what is first written beside it, into an array of the same schema, and then moved in: a
 * process that is killed meanwhile leaves the array as it was.
 *
 * @param currentDomain - that the array has afterwards, if it changes
 * @param write - writes into the array whose path it is given
 */
export async function writeStaged(
  path: string,
  currentDomain: Ranges | undefined,
  context: Context,
  write: (path: string) => Promise<void>,
): Promise<void> {
  // Beside where the array really is, of which a link may be on another disk.
  const home = await realpath(path);
  const staging = `${home}.${randomBytes(6).toString("hex")}.new`;
  try {
    for (const folder of [...FOLDERS, ...EMPTY_FOLDERS]) await mkdir(join(staging, folder), { recursive: true });
    await cp(join(home, "__schema"), join(staging, "__schema"), { recursive: true });
    if (currentDomain !== undefined) await expandCurrentDomain(staging, currentDomain, { context });
    await write(staging);
    await moveIn(staging, home);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Moves what the array does not have yet; all of it or nothing. */
async function moveIn(staging: string, path: string): Promise<void> {
  const moved: [from: string, to: string][] = [];
  try {
    for (const folder of FOLDERS) {
      await mkdir(join(path, folder), { recursive: true });
      for (const name of await readdir(join(staging, folder))) {
        const [from, to] = [join(staging, folder, name), join(path, folder, name)];
        if (existsSync(to)) continue;
        await rename(from, to);
        moved.push([from, to]);
      }
    }
  } catch (error) {
    for (const [from, to] of moved.reverse()) await rename(to, from);
    throw error;
  }
}
