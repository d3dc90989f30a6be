import { DelayedArrayError } from "delayedarray";
import { ArrayHandle, type Context, deleteFragments, expandCurrentDomain, Vfs } from "libtiledb";
import { type AppendPlace, placeToAppend } from "./append-place.js";
import { joinDimnames, putDimnames, readDimnames } from "./array-dimnames.js";
import { type ReadAttribute, storedAttribute } from "./attribute.js";
import { translateError } from "./errors.js";
import { explain } from "./explain.js";
import { joinFragments } from "./join-fragments.js";
import { localPath } from "./local-path.js";
import { openChecked } from "./open-array.js";
import { regionOf } from "./region.js";
import { writeBlocks } from "./write-blocks.js";
import type { WriteInput } from "./write-input.js";
import type { WriteTileDbArrayOptions } from "./write-options.js";
import { refuseCurrentDomain, refuseEncrypted } from "./write-schema.js";
import { canStage, writeStaged } from "./write-staged.js";

/**
 * Adds an array to one that there is. When it fails, the array is as it was: nothing has been moved into it yet, or, where
 * arrays are elsewhere, the fragments that were written are deleted, and it is as large as before.
 */
export async function writeAppended(
  x: WriteInput,
  uri: string,
  options: WriteTileDbArrayOptions,
  context: Context,
  where: string,
): Promise<void> {
  const { signal, consolidate = false, concurrency = 2, bufferSize, onProgress } = options;
  const before = await openExisting(uri, context, where);
  let place: AppendPlace;
  let dimnames: Awaited<ReturnType<typeof readDimnames>>;
  let attribute: ReadAttribute;
  try {
    attribute = attributeFor(x, before, options, where);
    const { schema } = before;
    if (schema.currentDomain !== undefined && schema.arrayType === "dense") {
      for (const { datatype } of schema.domain.dimensions) refuseCurrentDomain(datatype, consolidate, where);
    }
    place = await placeToAppend(before, x.shape, options, where);
    if (place.currentDomain !== undefined) refuseEncrypted(options, where);
    dimnames = joinDimnames(await readDimnames(before, where), x.dimnames, place.axis);
  } finally {
    await before.close();
  }
  signal?.throwIfAborted();
  const write = async (target: string, written: string[]): Promise<void> => {
    const array = await ArrayHandle.open(target, "write", { context });
    try {
      await writeBlocks(x, {
        array,
        region: regionOf(array, place.starts, x.shape),
        attribute: attribute.name,
        nullable: attribute.nullable,
        encoding: array.schema.attribute(attribute.name).datatype === "string_ascii" ? "ascii" : "utf8",
        bufferSize,
        concurrency,
        signal,
        onProgress,
        written,
      });
      signal?.throwIfAborted();
      if (dimnames !== null) await putDimnames(array, dimnames);
    } finally {
      await array.close();
    }
  };
  const path = localPath(uri);
  if (path !== undefined && canStage(path)) {
    await writeStaged(path, place.currentDomain, context, (staging) => write(staging, []));
  } else await writeInPlace(uri, place.currentDomain, context, write);
  if (!consolidate) return;
  try {
    await joinFragments(uri, x.shape.length, bufferSize, context);
  } catch (cause) {
    const error = translateError(cause, where);
    if (!(error instanceof DelayedArrayError)) throw error;
    const note = "what was to be added is there, but its fragments are not joined";
    throw new DelayedArrayError(error.code, `${error.message} (${note})`, { cause });
  }
}

/** @throws `NOT_FOUND` when there is no array to add to, `INVALID_ARGUMENT` for a group, `FILE_INVALID`, `FILE_TRUNCATED` */
async function openExisting(uri: string, context: Context, where: string): Promise<ArrayHandle> {
  try {
    return await openChecked(uri, { context });
  } catch (cause) {
    const error = await explain(cause, uri, context);
    if (!(error instanceof DelayedArrayError)) throw error;
    const advice = error.code === "NOT_FOUND" ? ': mode "create" makes one' : "";
    throw new DelayedArrayError(error.code, `${where}: ${error.message}${advice}`, { cause });
  }
}

/** Writes into the array itself: what is elsewhere would have to be copied to be moved. */
async function writeInPlace(
  uri: string,
  currentDomain: AppendPlace["currentDomain"],
  context: Context,
  write: (uri: string, written: string[]) => Promise<void>,
): Promise<void> {
  const undoLarger = currentDomain === undefined ? undefined : await enlarge(uri, currentDomain, context);
  const written: string[] = [];
  try {
    await write(uri, written);
  } catch (error) {
    await deleteFragments(uri, written, { context });
    await undoLarger?.();
    throw error;
  }
}

/** The attribute to write. @throws `UNSUPPORTED_FEATURE`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT` when it does not take `x` */
function attributeFor(
  x: WriteInput,
  { schema }: ArrayHandle,
  { attributeName, dtype }: WriteTileDbArrayOptions,
  where: string,
): ReadAttribute {
  const attribute = storedAttribute(schema, attributeName, where);
  const { datatype, cellValNum, enumeration } = schema.attribute(attribute.name);
  const isText = cellValNum === "var" && (datatype === "string_utf8" || datatype === "string_ascii");
  const wanted = isText ? "string" : attribute.dtype;
  if ((!isText && datatype !== wanted) || enumeration !== undefined) {
    const what = enumeration === undefined ? "" : ` of the enumeration ${JSON.stringify(enumeration)}`;
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${where}: attribute "${attribute.name}" is of type ${datatype}${what}, which cannot be added to: expected numbers, ` +
        "booleans or texts of any length",
    );
  }
  if (schema.attributes.length > 1) {
    const names = schema.attributes.map(({ name }) => JSON.stringify(name)).join(", ");
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where}: the array has the attributes ${names}, which can only be written together`,
    );
  }
  if (x.isMasked && !attribute.nullable) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where}: what is to be added may have missing values, but attribute "${attribute.name}" is not nullable`,
    );
  }
  // A dtype that the caller names is a conversion that the caller wants.
  if (x.dtype !== wanted && dtype !== wanted) {
    const isCast = wanted !== "string" && x.dtype !== "string";
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${where}: attribute "${attribute.name}" is of type ${wanted}, and what is to be added is ${x.dtype}` +
        (isCast ? `: convert it with dtype: "${wanted}"` : ""),
    );
  }
  return attribute;
}

/** Makes the current domain larger; gives what makes it as it was. */
async function enlarge(
  uri: string,
  currentDomain: Parameters<typeof expandCurrentDomain>[1],
  context: Context,
): Promise<() => Promise<void>> {
  // A larger current domain is a new version of the schema, in a file of its own.
  const folder = `${uri.replace(/\/+$/, "")}/__schema`;
  const versions = async (): Promise<string[]> => {
    using vfs = new Vfs({ context });
    return vfs.list(folder);
  };
  const before = new Set(await versions());
  await expandCurrentDomain(uri, currentDomain, { context });
  return async () => {
    using vfs = new Vfs({ context });
    for (const version of await versions()) if (!before.has(version)) await vfs.removeFile(version);
  };
}
