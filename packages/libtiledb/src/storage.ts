import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Context, defaultContext } from "./context.js";
import { nameIn, type ObjectType, objectTypes } from "./enumerations.js";
import { Handle } from "./handle.js";
import { addressCell, checkText, nullPointer, valueIn, withTextVisitor } from "./memory.js";

/** What is at a URI (`tiledb_object_type`): "none" for anything but an array or a group of TileDB. */
export async function objectType(uri: string, options: { readonly context?: Context } = {}): Promise<ObjectType> {
  const cell = new Uint32Array(1);
  await (options.context ?? defaultContext()).callAsync([], "tiledb_object_type", checkText(uri, "the URI"), cell);
  return nameIn(objectTypes, valueIn(cell));
}

/** Deletes the array or group at a URI (`tiledb_object_remove`). @throws (rejects) TileDbError when there is none. */
export async function removeObject(uri: string, options: { readonly context?: Context } = {}): Promise<void> {
  await (options.context ?? defaultContext()).callAsync([], "tiledb_object_remove", checkText(uri, "the URI"));
}

/** Moves an array or group (`tiledb_object_move`). @throws (rejects) TileDbError when there is none. */
export async function moveObject(
  from: string,
  to: string,
  options: { readonly context?: Context } = {},
): Promise<void> {
  const uris = [checkText(from, "the URI"), checkText(to, "the URI")] as const;
  await (options.context ?? defaultContext()).callAsync([], "tiledb_object_move", ...uris);
}

/** Files and folders of any storage that TileDB knows (`tiledb_vfs_t`). */
export class Vfs extends Handle<"tiledb_vfs_t"> {
  readonly #context: Context;

  constructor(options: { readonly context?: Context; readonly config?: Config | ConfigValues } = {}) {
    const context = options.context ?? defaultContext();
    const cell = addressCell();
    if (options.config === undefined) context.call("tiledb_vfs_alloc", nullPointer(), cell);
    else withConfig(options.config, (config) => context.call("tiledb_vfs_alloc", config.pointer, cell));
    super(context.own(cell, "tiledb_vfs_free"), "virtual file system");
    this.#context = context;
  }

  /** Whether there is a folder at a URI (`tiledb_vfs_is_dir`). */
  isFolder(uri: string): Promise<boolean> {
    return this.#ask("tiledb_vfs_is_dir", uri);
  }

  /** Whether there is a file at a URI (`tiledb_vfs_is_file`). */
  isFile(uri: string): Promise<boolean> {
    return this.#ask("tiledb_vfs_is_file", uri);
  }

  /** Bytes in a file (`tiledb_vfs_file_size`). */
  fileSize(uri: string): Promise<bigint> {
    return this.#measure("tiledb_vfs_file_size", uri);
  }

  /** Bytes in all files under a folder (`tiledb_vfs_dir_size`). */
  folderSize(uri: string): Promise<bigint> {
    return this.#measure("tiledb_vfs_dir_size", uri);
  }

  /** What is in a folder, by URI (`tiledb_vfs_ls`). */
  async list(uri: string): Promise<string[]> {
    const found: string[] = [];
    await withTextVisitor(
      (text) => found.push(text),
      (visitor) => {
        const args = [checkText(uri, "the URI"), visitor, 0n] as const;
        return this.#context.callAsync([this.resource], "tiledb_vfs_ls", this.pointer, ...args);
      },
    );
    return found;
  }

  /** Makes a folder (`tiledb_vfs_create_dir`). */
  createFolder(uri: string): Promise<void> {
    return this.#change("tiledb_vfs_create_dir", uri);
  }

  /** Deletes a folder with all that is in it (`tiledb_vfs_remove_dir`). */
  removeFolder(uri: string): Promise<void> {
    return this.#change("tiledb_vfs_remove_dir", uri);
  }

  /** Deletes a file (`tiledb_vfs_remove_file`). */
  removeFile(uri: string): Promise<void> {
    return this.#change("tiledb_vfs_remove_file", uri);
  }

  async #ask(name: "tiledb_vfs_is_dir" | "tiledb_vfs_is_file", uri: string): Promise<boolean> {
    const cell = new Int32Array(1);
    await this.#context.callAsync([this.resource], name, this.pointer, checkText(uri, "the URI"), cell);
    return valueIn(cell) !== 0;
  }

  async #measure(name: "tiledb_vfs_file_size" | "tiledb_vfs_dir_size", uri: string): Promise<bigint> {
    const cell = new BigUint64Array(1);
    await this.#context.callAsync([this.resource], name, this.pointer, checkText(uri, "the URI"), cell);
    return cell[0] as bigint;
  }

  async #change(
    name: "tiledb_vfs_create_dir" | "tiledb_vfs_remove_dir" | "tiledb_vfs_remove_file",
    uri: string,
  ): Promise<void> {
    await this.#context.callAsync([this.resource], name, this.pointer, checkText(uri, "the URI"));
  }
}
