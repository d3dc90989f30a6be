import { DelayedArrayError } from "delayedarray";
import { describeType, type Hdf5Type } from "../format/hdf5-type.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.js";

/** A path from the root, without repeated or trailing slashes: `/a/b`, and `/` for the root itself. */
export function absolutePath(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;
}

/** The path of a member of a group. */
export function joinPath(group: string, name: string): string {
  return absolutePath(`${group}/${name}`);
}

/** A dataset or group as messages name it: `whee.h5: "/yay"`. */
export function where(file: Pick<Hdf5File, "name">, path: string): string {
  return `${file.name}: "${path}"`;
}

/** The error for values that are asked for as strings and are none. */
export function noStrings(what: string, shape: readonly number[] | null, type: Hdf5Type): DelayedArrayError {
  const found = shape === null ? "no values: its dataspace is null" : `values of type ${describeType(type)}`;
  return new DelayedArrayError("INVALID_ARGUMENT", `${what} holds ${found}, expected strings`);
}

/**
 * Opens a dataset.
 *
 * @throws `NOT_FOUND` naming the nearest group there is and what it holds, `INVALID_ARGUMENT` when something else is there
 */
export async function openDataset(file: Hdf5File, path: string, options: SourceReadOptions): Promise<Hdf5Dataset> {
  const kind = await file.kind(path, options);
  if (kind === null) throw await missing(file, path, options);
  if (kind === "dataset") return file.dataset(path, options);
  const hint = kind === "group" ? await describeGroup(file, path, options) : "";
  throw new DelayedArrayError("INVALID_ARGUMENT", `${where(file, path)} is a ${kind}, expected a dataset${hint}`);
}

/**
 * Checks that a path leads to a group.
 *
 * @throws `NOT_FOUND` naming the nearest group there is and what it holds, `INVALID_ARGUMENT` when something else is there
 */
export async function checkGroup(file: Hdf5File, path: string, options: SourceReadOptions): Promise<void> {
  const kind = await file.kind(path, options);
  if (kind === null) throw await missing(file, path, options);
  if (kind === "group") return;
  const hint = kind === "dataset" ? "; Hdf5DenseArray opens datasets" : "";
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${where(file, path)} is a ${kind}, expected a group that holds a sparse matrix${hint}`,
  );
}

/** The error for a path that leads nowhere: it names the nearest group there is, and what it holds. */
export async function missing(file: Hdf5File, path: string, options: SourceReadOptions): Promise<DelayedArrayError> {
  const parts = path.split("/").filter((part) => part !== "");
  let nearest = "/";
  for (const part of parts.slice(0, -1)) {
    const next = joinPath(nearest, part);
    const kind = await file.kind(next, options);
    if (kind === null) break;
    if (kind !== "group")
      return new DelayedArrayError("NOT_FOUND", `${where(file, path)} does not exist: "${next}" is a ${kind}`);
    nearest = next;
  }
  return new DelayedArrayError(
    "NOT_FOUND",
    `${where(file, path)} does not exist: the group "${nearest}" holds ${listNames(await file.children(nearest, options))}`,
  );
}

async function describeGroup(file: Hdf5File, path: string, options: SourceReadOptions): Promise<string> {
  const names = await file.children(path, options);
  if (["data", "indices", "indptr"].every((name) => names.includes(name))) {
    return "; it looks like a sparse matrix, which Hdf5CompressedSparseMatrix opens";
  }
  return `; it holds ${listNames(names)}`;
}

const LISTED = 20;

/** Names of members, not too many of them. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names
    .slice(0, LISTED)
    .map((name) => `"${name}"`)
    .join(", ");
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown;
}
