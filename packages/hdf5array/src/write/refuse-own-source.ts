import { type AnyArray, DelayedArrayError, seeds } from "delayedarray";
import { sourceOf } from "../seeds/source-of.js";
import { builtin } from "../source/builtin.js";
import type { OpfsFileHandle } from "../source/byte-source.js";
import { pathOfUrl } from "../source/path-source.js";
import type { Hdf5Target, WritableFileHandle } from "./hdf5-target.js";

/**
 * Refuses to write into a file that an array has its values from: once it had been written, that array would be of a file
 * that is not there any more.
 *
 * @throws `INVALID_ARGUMENT`
 */
export async function refuseOwnSource(x: AnyArray, target: Hdf5Target): Promise<void> {
  for (const seed of seeds(x)) {
    const source = sourceOf(seed);
    if (source === undefined || !(await isSameFile(source, target))) continue;
    const { path, name } = seed as { readonly path?: string; readonly name?: string };
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `target: the array that is to be written has values from that very file (${path}: "${name}"), which cannot be read and ` +
        "written at once; write to another file",
    );
  }
}

async function isSameFile(source: unknown, target: Hdf5Target): Promise<boolean> {
  const [one, other] = [identityOf(source), identityOf(target)];
  if (one !== undefined && other !== undefined) return one === other;
  const [from, to] = [source as OpfsFileHandle, target as WritableFileHandle];
  if (typeof from !== "object" || typeof to !== "object" || typeof from.getFile !== "function") return false;
  if (from === to) return true;
  return (await (to as { isSameEntry?(entry: unknown): Promise<boolean> }).isSameEntry?.(from)) ?? false;
}

/** What two paths of the same file have in common, whatever links lead to it. */
function identityOf(place: unknown): string | undefined {
  const isUrl = Object.prototype.toString.call(place) === "[object URL]";
  if (isUrl ? (place as URL).protocol !== "file:" : typeof place !== "string") return undefined;
  const fs = builtin<Pick<typeof import("node:fs"), "statSync">>("node:fs");
  try {
    const stat = fs?.statSync(isUrl ? pathOfUrl(place as URL) : (place as string), { bigint: true });
    return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`;
  } catch {
    return undefined; // A file that is not there yet is nobody's source.
  }
}
