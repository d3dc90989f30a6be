import { randomBytes } from "node:crypto";
import { rename, rmdir } from "node:fs/promises";
import { DelayedArrayError } from "delayedarray";
import { ArrayHandle, type Context, moveObject, objectType, removeObject, Vfs } from "libtiledb";
import { putDimnames } from "./array-dimnames.js";
import { joinFragments } from "./join-fragments.js";
import { localPath } from "./local-path.js";
import { regionOf } from "./region.js";
import { writeBlocks } from "./write-blocks.js";
import type { WriteInput } from "./write-input.js";
import type { WriteTileDbArrayOptions } from "./write-options.js";
import { newSchema } from "./write-schema.js";

/**
 * Writes an array to where there is nothing, or in place of what there is. When it fails, what it has written is removed,
 * and what was there before is as it was.
 */
export async function writeNew(
  x: WriteInput,
  uri: string,
  options: WriteTileDbArrayOptions,
  context: Context,
  where: string,
): Promise<void> {
  const { shape, dtype, isSparse, isMasked } = x;
  const schema = newSchema({ shape, dtype, isSparse: options.sparse ?? isSparse, isMasked }, options, where);
  const found = await whatIsAt(uri, context);
  if (options.mode !== "replace") {
    if (found !== "nothing") {
      const advice = found === "an array" ? `: mode "replace" writes in its place` : "";
      throw new DelayedArrayError("INVALID_ARGUMENT", `${where}: there is ${found} already${advice}`);
    }
    await create(x, uri, schema, options, context);
    return;
  }
  if (found !== "nothing" && found !== "an array") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where}: there is ${found}, which cannot be replaced by an array`,
    );
  }
  if (found === "nothing") {
    await create(x, uri, schema, options, context);
    return;
  }
  const beside = besides(uri);
  await fill(x, `${beside}.new`, schema, options, context);
  await moveObject(uri, `${beside}.old`, { context });
  try {
    await moveObject(`${beside}.new`, uri, { context });
  } catch (error) {
    await moveObject(`${beside}.old`, uri, { context });
    await removeObject(`${beside}.new`, { context });
    throw error;
  }
  await removeObject(`${beside}.old`, { context });
}

/**
 * Makes an array where there is nothing. On this machine it is moved there when it is complete: a process that is killed
 * meanwhile leaves nothing there. Elsewhere all of it would be copied for that.
 */
async function create(
  x: WriteInput,
  uri: string,
  schema: ReturnType<typeof newSchema>,
  options: WriteTileDbArrayOptions,
  context: Context,
): Promise<void> {
  const path = localPath(uri);
  if (path === undefined) {
    await fill(x, uri, schema, options, context);
    return;
  }
  const beside = `${besides(path)}.new`;
  await fill(x, beside, schema, options, context);
  try {
    // An empty folder may be where the array is to be.
    await rmdir(path).catch(() => {});
    await rename(beside, path);
  } catch (error) {
    await removeObject(beside, { context });
    throw error;
  }
}

/** A URI beside another one, which nothing has yet. */
function besides(uri: string): string {
  return `${uri.replace(/\/+$/, "")}.${randomBytes(6).toString("hex")}`;
}

/** Makes an array and writes everything into it; when that fails, the array is removed. */
async function fill(
  x: WriteInput,
  uri: string,
  schema: ReturnType<typeof newSchema>,
  options: WriteTileDbArrayOptions,
  context: Context,
): Promise<void> {
  const { signal, consolidate = false, concurrency = 2, bufferSize, onProgress } = options;
  const dimnames = options.dimnames === undefined ? x.dimnames : options.dimnames;
  signal?.throwIfAborted();
  await schema.create(uri, { context });
  try {
    const array = await ArrayHandle.open(uri, "write", { context });
    try {
      const starts = schema.domain.dimensions.map(({ domain }) => BigInt(domain![0]));
      const { name, nullable } = schema.attributes[0]!;
      const region = regionOf(array, starts, x.shape);
      const written: string[] = [];
      await writeBlocks(x, {
        array,
        region,
        attribute: name,
        nullable,
        bufferSize,
        concurrency,
        signal,
        onProgress,
        written,
      });
      if (dimnames?.some((names) => names !== null)) await putDimnames(array, dimnames);
    } finally {
      await array.close();
    }
    signal?.throwIfAborted();
    if (consolidate) await joinFragments(uri, x.shape.length, bufferSize, context);
    signal?.throwIfAborted();
  } catch (error) {
    await removeObject(uri, { context }).catch(() => {});
    throw error;
  }
}

async function whatIsAt(uri: string, context: Context): Promise<"nothing" | "an array" | "a group" | "something else"> {
  const type = await objectType(uri, { context });
  if (type !== "none") return type === "array" ? "an array" : "a group";
  using vfs = new Vfs({ context });
  if (await vfs.isFile(uri)) return "something else";
  return (await vfs.isFolder(uri)) && (await vfs.list(uri)).length > 0 ? "something else" : "nothing";
}
