import { resolve } from "node:path";
import {
  type ArrayHandle,
  type ArraySchema,
  type ArrayType,
  type Context,
  type GroupMember,
  objectType,
  readGroup,
} from "libtiledb";
import { localFolder } from "./check-files.js";
import { dimensionLabelsOf, type TileDbDimensionLabel } from "./dimension-labels.js";
import { explain } from "./explain.js";
import { plainMetadata, readMetadata, type TileDbMetadata } from "./metadata.js";
import { openChecked } from "./open-array.js";

interface Entry {
  /** Name in the group; the last part of the URI for a member without one, and for what was asked for. */
  readonly name: string;
  /** Where it is. */
  readonly uri: string;
  /** By key. */
  readonly metadata: TileDbMetadata;
}

/** A group with its members, in the order of their names. */
export interface TileDbGroupEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "group";
  /** `null` below the depth that was asked for, and of a group that is in itself. */
  readonly members: readonly TileDbEntry[] | null;
}

/** A dimension or an attribute of an array. */
export interface TileDbField {
  /** It may be empty. */
  readonly name: string;
  /** TileDB's datatype: `int32`, `string_utf8`. */
  readonly type: string;
}

/** An array. */
export interface TileDbArrayEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "array";
  /** Whether cells can be absent. */
  readonly type: ArrayType;
  /** Extents of the current domain where one is set, else of the domain; `null` for one without, as of strings. */
  readonly shape: readonly (bigint | null)[];
  /** Dimensions in their order. */
  readonly dimensions: readonly TileDbField[];
  /** Attributes in their order. */
  readonly attributes: readonly TileDbField[];
  /** Labels of dimensions; `readDimensionLabel` of the array gives their values. */
  readonly dimensionLabels: readonly TileDbDimensionLabel[];
}

/** What can be in a group: arrays and groups. */
export type TileDbEntry = TileDbGroupEntry | TileDbArrayEntry;

/** What a walk needs besides where to begin. */
export interface TreeOptions {
  readonly context: Context;
  readonly depth: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEntry?: (() => void) | undefined;
  /** The groups that it is in, by {@link placeOf}. */
  readonly around?: readonly string[] | undefined;
}

/** An array or a group with what is in it. */
export async function listTree(uri: string, options: TreeOptions, name = lastPart(uri)): Promise<TileDbEntry> {
  const { context, signal, onEntry, around = [] } = options;
  signal?.throwIfAborted();
  const type = await objectType(uri, { context });
  onEntry?.();
  // What is no group is opened as an array, which says what is wrong.
  if (type !== "group") return readArray(uri, name, context);
  const place = placeOf(uri);
  const { members, metadata } = await readGroup(uri, { context });
  const entry = { kind: "group", name, uri, metadata: plainMetadata(metadata) } as const;
  if (options.depth === 0 || around.includes(place)) return { ...entry, members: null };
  const entries: TileDbEntry[] = [];
  for (const member of sorted(members)) {
    const inside = { ...options, depth: options.depth - 1, around: [...around, place] };
    entries.push(await listTree(member.uri, inside, nameOf(member)));
  }
  return { ...entry, members: entries };
}

/** One name for each place: members that are relative to their group may lead out of it again. */
function placeOf(uri: string): string {
  const folder = localFolder(uri);
  return folder === undefined ? uri.replace(/\/+$/, "") : resolve(folder);
}

async function readArray(uri: string, name: string, context: Context): Promise<TileDbArrayEntry> {
  await using array = await openListed(uri, context);
  const { arrayType, attributes, domain } = array.schema;
  return {
    kind: "array",
    name,
    uri,
    metadata: await readMetadata(array),
    type: arrayType,
    shape: extentsOf(array.schema),
    dimensions: domain.dimensions.map((one) => ({ name: one.name, type: one.datatype })),
    attributes: attributes.map((one) => ({ name: one.name, type: one.datatype })),
    dimensionLabels: dimensionLabelsOf(array),
  };
}

/** By its own place: what is wrong is not the group that it is listed for. */
async function openListed(uri: string, context: Context): Promise<ArrayHandle> {
  try {
    return await openChecked(uri, { context });
  } catch (error) {
    throw await explain(error, uri, context, "array or group");
  }
}

function extentsOf({ domain, currentDomain }: ArraySchema): (bigint | null)[] {
  return domain.dimensions.map((dimension, axis) => {
    const [first, last] = currentDomain?.[axis] ?? dimension.domain ?? [];
    const isInteger = typeof first === "bigint" || (Number.isInteger(first) && !dimension.datatype.startsWith("float"));
    return isInteger ? BigInt(last as bigint) - BigInt(first as bigint) + 1n : null;
  });
}

function sorted(members: readonly GroupMember[]): GroupMember[] {
  return [...members].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ name, uri }: GroupMember): string {
  return name ?? lastPart(uri);
}

function lastPart(uri: string): string {
  return uri.replace(/\/+$/, "").split("/").at(-1) ?? uri;
}

/**
 * A tree as text: one line for each array and group, indented by the groups that it is in.
 *
 * ```ts
 * console.log(formatTileDbTree(await listTileDb("experiment.soma")));
 * ```
 */
export function formatTileDbTree(entry: TileDbEntry, indent = ""): string {
  if (entry.kind === "array") {
    const shape = `<${entry.shape.map((extent) => extent ?? "?").join(" x ")}>`;
    const fields = entry.attributes.map(({ name, type }) => `${name === "" ? '""' : name}: ${type}`).join(", ");
    const labels = entry.dimensionLabels.map(
      ({ name, type, axis }) => `${name}: ${type} of ${entry.dimensions[axis]?.name ?? axis}`,
    );
    const labelled = labels.length === 0 ? "" : `, labelled by ${labels.join(", ")}`;
    return `${indent}${entry.name}  ${shape} ${entry.type} array of ${fields}${labelled}`;
  }
  const members = entry.members?.map((member) => formatTileDbTree(member, `${indent}  `)) ?? [`${indent}  ...`];
  return [`${indent}${entry.name}/`, ...members].join("\n");
}
