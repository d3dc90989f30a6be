import { DelayedArrayError } from "delayedarray";
import type { SourceReadOptions } from "../source/byte-source.js";
import { damage } from "./block-reader.js";
import { findLink } from "./group.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { type ObjectHeader, readObjectHeader } from "./object-header.js";
import { objectKind } from "./object-kind.js";

/** Soft links that one path may lead through, as HDF5 has it (`H5L_NUM_LINKS`). */
const MOST_LINKS = 16;

/**
 * The object that a path leads to from the root; `null` where there is none: a name that a group does not have, a way
 * through something that is no group, a soft link that leads nowhere or in a circle.
 *
 * @throws `UNSUPPORTED_FEATURE` for a way out of the file: an external link, or one that a program defined for itself
 */
export async function resolvePath(
  space: Hdf5Space,
  path: string,
  options: SourceReadOptions,
): Promise<ObjectHeader | null> {
  const root = await readObject(space, space.facts.root, options);
  return new Walk(space, root, options).follow(root, "", path);
}

class Walk {
  readonly #space: Hdf5Space;
  readonly #root: ObjectHeader;
  readonly #options: SourceReadOptions;
  #links = 0;

  constructor(space: Hdf5Space, root: ObjectHeader, options: SourceReadOptions) {
    this.#space = space;
    this.#root = root;
    this.#options = options;
  }

  /** @param at - path of the group to start from, for messages */
  async follow(group: ObjectHeader, at: string, path: string): Promise<ObjectHeader | null> {
    let object = path.startsWith("/") ? this.#root : group;
    let reached = path.startsWith("/") ? "" : at;
    for (const name of path.split("/")) {
      // As in HDF5 ".." is a name like any other.
      if (name === "" || name === ".") continue;
      if (objectKind(object) !== "group") return null;
      const next = await this.#step(object, reached, name);
      if (next === null) return null;
      object = next;
      reached = `${reached}/${name}`;
    }
    return object;
  }

  async #step(group: ObjectHeader, at: string, name: string): Promise<ObjectHeader | null> {
    const space = this.#space;
    const link = await findLink(space, group, new TextEncoder().encode(name), this.#options);
    if (link === undefined) return null;
    const where = `${space.name}: "${at}/${name}"`;
    switch (link.kind) {
      case "hard":
        if (link.address === null)
          throw damage(space, "object header", group.address, `its link "${name}" leads to an undefined address`);
        return readObject(space.named(where), link.address, this.#options);
      case "soft":
        if (++this.#links > MOST_LINKS) return null;
        return this.follow(group, at, link.target);
      case "external":
        throw new DelayedArrayError(
          "UNSUPPORTED_FEATURE",
          `${where} is an external link to "${link.target}" in the file "${link.file}": open that file instead`,
        );
      case "user-defined":
        throw new DelayedArrayError(
          "UNSUPPORTED_FEATURE",
          `${where} is a link of type ${link.type}, which only the program that defined it can follow`,
        );
    }
  }
}

/** The header of an object that a path may lead to. */
async function readObject(space: Hdf5Space, address: number, options: SourceReadOptions): Promise<ObjectHeader> {
  const header = await readObjectHeader(space, address, options);
  if (address !== space.facts.extension) return header;
  throw damage(space, "object header", address, "it extends the superblock, and is no object's");
}
