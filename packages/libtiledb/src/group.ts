import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Context, defaultContext } from "./context.js";
import { codeIn, nameIn, type ObjectType, objectTypes, queryTypes } from "./enumerations.js";
import { addressCell, addressIn, bytesAt, checkText, valueIn } from "./memory.js";
import { type MetadataValue, readGroupMetadata } from "./metadata.js";
import { native } from "./native.js";
import type { Resource } from "./resource.js";

/** An array or a group that is in a group. */
export interface GroupMember {
  /** Its name in the group; undefined for a member that was added without one. */
  readonly name: string | undefined;
  /** Where it is: absolute, also when the group has it relative to its own place. */
  readonly uri: string;
  /** What it is. */
  readonly type: ObjectType;
}

/** What is in a group (`tiledb_group_t`), as a value. */
export interface Group {
  /** Where the group is. */
  readonly uri: string;
  /** Arrays and groups in it. */
  readonly members: readonly GroupMember[];
  /** Its metadata by key. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
}

/** How a group is read. */
export interface GroupOptions {
  /** By default the one context that this process shares. */
  readonly context?: Context;
  /** Settings for this group alone, such as `sm.group.timestamp_end`. */
  readonly config?: Config | ConfigValues;
}

/**
 * Reads members and metadata of the group at a URI (`tiledb_group_open`).
 *
 * @throws (rejects) TileDbError NOT_FOUND when there is no group.
 */
export async function readGroup(uri: string, options: GroupOptions = {}): Promise<Group> {
  const context = options.context ?? defaultContext();
  const cell = addressCell();
  context.call("tiledb_group_alloc", checkText(uri, "the URI"), cell);
  const resource = context.own<"tiledb_group_t">(cell, "tiledb_group_free");
  try {
    const { pointer } = resource;
    if (options.config !== undefined) {
      withConfig(options.config, (config) => context.call("tiledb_group_set_config", pointer, config.pointer));
    }
    await context.callAsync([resource], "tiledb_group_open", pointer, codeIn(queryTypes, "read"));
    try {
      const members = await readMembers(context, resource);
      return { uri, members, metadata: await readGroupMetadata(context, resource) };
    } finally {
      await context.callAsync([resource], "tiledb_group_close", pointer);
    }
  } finally {
    resource.release();
  }
}

async function readMembers(context: Context, resource: Resource<"tiledb_group_t">): Promise<GroupMember[]> {
  const count = new BigUint64Array(1);
  await context.callAsync([resource], "tiledb_group_get_member_count", resource.pointer, count);
  const members: GroupMember[] = [];
  for (let i = 0n; i < (count[0] as bigint); i++) {
    const uri = addressCell();
    const name = addressCell();
    const type = new Uint32Array(1);
    const read = "tiledb_group_get_member_by_index_v2";
    await context.callAsync([resource], read, resource.pointer, i, uri, type, name);
    const member = { uri: takeString(uri) ?? "", name: takeString(name), type: nameIn(objectTypes, valueIn(type)) };
    members.push(member);
  }
  return members;
}

/** The text of a string object, which is freed; undefined where there is none. */
function takeString(cell: BigUint64Array): string | undefined {
  const string = addressIn<"tiledb_string_t">(cell);
  if (string === 0n) return undefined;
  const address = addressCell();
  const length = new BigUint64Array(1);
  native().tiledb_string_view(string, address, length);
  const text = new TextDecoder().decode(bytesAt(addressIn(address), Number(length[0])));
  native().tiledb_string_free(cell);
  return text;
}
