import type { DType, TypedArray } from "delayedarray";
import { NdArray } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import { decoderOf } from "../decode/decoder.js";
import type { Hdf5Attribute, Hdf5File, ObjectDescription } from "../file/hdf5-file.js";
import { absolutePath, joinPath, missing, where } from "../file/locate.js";
import { describeType, type Hdf5Type } from "../format/hdf5-type.js";
import type { Link } from "../format/link.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** A value of an attribute: one of them, or nested lists as its shape says. */
export type Hdf5AttributeValue = string | number | bigint | boolean | readonly Hdf5AttributeValue[];

/** An attribute. */
export interface Hdf5AttributeEntry {
  /** Element type in words: `64-bit float`, `variable-length string`. */
  readonly type: string;
  /** Extents, none for a single value; `null` for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** `null` for a null dataspace, and for types without a value here, such as references. */
  readonly value: Hdf5AttributeValue | null;
}

/** What all members of a tree have. */
interface Entry {
  /** Name within the group; `/` for the root. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/** A group with its members, in the order of their names. */
export interface Hdf5GroupEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "group";
  /** By name. */
  readonly attributes: ReadonlyMap<string, Hdf5AttributeEntry>;
  /** `null` below the depth that was asked for. */
  readonly members: readonly Hdf5Entry[] | null;
}

/** A dataset. */
export interface Hdf5DatasetEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "dataset";
  /** By name. */
  readonly attributes: ReadonlyMap<string, Hdf5AttributeEntry>;
  /** Extents in the file's order; `null` for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** Extents up to which it may grow, `Infinity` where there is no limit. */
  readonly maxShape: readonly number[] | null;
  /** What its values are read as; `null` for elements that are no numbers, booleans or strings. */
  readonly dtype: DType | "string" | null;
  /** Element type in words, as the file has it. */
  readonly type: string;
  /** How values are stored. */
  readonly layout: "compact" | "contiguous" | "chunked" | "external" | "virtual";
  /** Extents of a chunk; `null` when it is not chunked. */
  readonly chunks: readonly number[] | null;
  /** What chunks go through before they are stored, by registered number and name, in that order. */
  readonly filters: readonly { readonly id: number; readonly name: string; readonly parameters: readonly number[] }[];
}

/** A datatype that is stored under a name. */
export interface Hdf5DatatypeEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "datatype";
  /** By name. */
  readonly attributes: ReadonlyMap<string, Hdf5AttributeEntry>;
}

/** A name that leads elsewhere: a soft or external link, or a further name of a group that was listed already. */
export interface Hdf5LinkEntry extends Entry {
  /** Tells the kinds of entry apart. */
  readonly kind: "link";
  /** Path that it leads to. */
  readonly target: string;
  /** Name of another file that it leads into; `null` for this one. */
  readonly file: string | null;
}

/** A member of a file's tree. */
export type Hdf5Entry = Hdf5GroupEntry | Hdf5DatasetEntry | Hdf5DatatypeEntry | Hdf5LinkEntry;

/**
 * Lists an object and, of a group, what it holds.
 *
 * @param depth - levels below the object
 * @throws `NOT_FOUND`, `FILE_INVALID`
 */
export async function listTree(
  file: Hdf5File,
  given: string,
  depth: number,
  options: SourceReadOptions & { readonly onEntry?: (() => void) | undefined },
): Promise<Hdf5Entry> {
  const seen = new Map<number, string>();
  const visit = async (path: string, left: number, address?: number): Promise<Hdf5Entry> => {
    const object = await file.describe(path, options, address);
    options.onEntry?.();
    const name = path === "/" ? "/" : path.slice(path.lastIndexOf("/") + 1);
    const attributes = new Map(
      object.attributes.map((one) => [one.name, attributeEntry(one, `${where(file, path)}, attribute "${one.name}"`)]),
    );
    if (object.kind === "datatype") return { kind: "datatype", name, path, attributes };
    if (object.kind === "dataset") return { kind: "dataset", name, path, attributes, ...datasetFacts(object) };
    const before = seen.get(object.address);
    if (before !== undefined) return { kind: "link", name, path, target: before, file: null };
    seen.set(object.address, path);
    if (left === 0) return { kind: "group", name, path, attributes, members: null };
    const members: Hdf5Entry[] = [];
    for (const link of object.links) {
      const at = joinPath(path, link.name);
      members.push(
        link.kind === "hard" && link.address !== null
          ? await visit(at, left - 1, link.address)
          : { kind: "link", name: link.name, path: at, ...linkTarget(link) },
      );
    }
    return { kind: "group", name, path, attributes, members };
  };
  const path = absolutePath(given);
  if ((await file.kind(path, options)) === null) throw await missing(file, path, options);
  return visit(path, depth);
}

function linkTarget(link: Link): { readonly target: string; readonly file: string | null } {
  if (link.kind === "soft") return { target: link.target, file: null };
  if (link.kind === "external") return { target: link.target, file: link.file };
  return { target: "", file: null };
}

function datasetFacts({ dataset }: ObjectDescription): Omit<Hdf5DatasetEntry, "kind" | "name" | "path" | "attributes"> {
  const { info, maxShape, layout, filters } = dataset!;
  const { shape, type, chunks } = info;
  return {
    shape,
    maxShape,
    dtype: dtypeOf(type),
    type: describeType(type),
    layout: layout.kind,
    chunks,
    filters: filters.map(({ id, name, parameters }) => ({ id, name, parameters })),
  };
}

function dtypeOf(type: Hdf5Type): DType | "string" | null {
  if (type.kind === "string") return "string";
  try {
    return decoderOf(type, "").dtype;
  } catch {
    return null;
  }
}

function attributeEntry({ type, shape, value }: Hdf5Attribute, what: string): Hdf5AttributeEntry {
  return { type: describeType(type), shape, value: shape === null ? null : valueOfAttribute(type, shape, value, what) };
}

function valueOfAttribute(
  type: Hdf5Type,
  shape: readonly number[],
  value: Hdf5Attribute["value"],
  what: string,
): Hdf5AttributeValue | null {
  if (type.kind === "string") return nested(value as readonly string[], shape);
  const dtype = dtypeOf(type);
  if (dtype === null) return null;
  const data: TypedArray = decoderOf(type, what)
    .decode(value as Uint8Array)
    .slice();
  const array = new NdArray({ data, shape, dtype } as never);
  return (shape.length === 0 ? array.get() : array.toNested()) as Hdf5AttributeValue;
}

function nested(values: readonly string[], shape: readonly number[]): Hdf5AttributeValue {
  const [extent, ...rest] = shape;
  if (extent === undefined) return values[0]!;
  const step = rest.reduce((product, one) => product * one, 1);
  return Array.from({ length: extent }, (_, i) => nested(values.slice(i * step, (i + 1) * step), rest));
}

/** Characters of a type or of an attribute's value that are printed. */
const MOST_TEXT = 60;

/**
 * A tree as text, one object or attribute a line:
 *
 * ```text
 * /
 * ├─ @encoding-type = "anndata"
 * └─ X  <700 x 765> float32, chunks <70 x 77>, deflate
 * ```
 */
export function formatHdf5Tree(tree: Hdf5Entry): string {
  const lines: string[] = [];
  const visit = (entry: Hdf5Entry, head: string, indent: string) => {
    lines.push(`${head}${entryText(entry)}`);
    const attributes = entry.kind === "link" ? [] : Array.from(entry.attributes);
    const members = entry.kind === "group" ? (entry.members ?? []) : [];
    const count = attributes.length + members.length;
    attributes.forEach(([name, attribute], i) => {
      lines.push(`${indent}${i === count - 1 ? "└─ " : "├─ "}@${name} = ${attributeText(attribute)}`);
    });
    members.forEach((member, i) => {
      const last = attributes.length + i === count - 1;
      visit(member, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`);
    });
  };
  visit(tree, "", "");
  return lines.join("\n");
}

function entryText(entry: Hdf5Entry): string {
  switch (entry.kind) {
    case "group":
      return entry.members === null ? `${entry.name}  …` : entry.name;
    case "datatype":
      return `${entry.name}  (datatype)`;
    case "link":
      return `${entry.name} -> ${entry.file === null ? "" : `${entry.file}:`}${entry.target}`;
    case "dataset": {
      const { name, shape, dtype, type, chunks, filters, layout } = entry;
      const parts = [`${shape === null ? "no values" : shapeText(shape)} ${shortened(dtype ?? type)}`];
      if (chunks !== null) parts.push(`chunks ${shapeText(chunks)}`);
      if (layout === "virtual" || layout === "external") parts.push(layout);
      parts.push(...filters.map((filter) => filter.name));
      return `${name}  ${parts.join(", ")}`;
    }
  }
}

function attributeText({ type, shape, value }: Hdf5AttributeEntry): string {
  if (shape === null) return "no value";
  if (value === null) return `(${shape.length === 0 ? "" : `${shapeText(shape)} `}${type})`;
  return shortened(valueText(value));
}

function shortened(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

function valueText(value: Hdf5AttributeValue): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
