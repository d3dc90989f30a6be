import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArrayHandle, ArraySchema, Datatype, Filter } from "libtiledb";
import { damagedFile, filesIn, fragmentsIn, localFolder } from "./check-files.js";
import { damageOfDictionary, isDictionary } from "./dictionary-texts.js";
import type { UndoFilter } from "./filtered-chunk.js";
import { type FragmentTiles, fragmentTiles } from "./fragment-metadata.js";
import { storedAttributes } from "./stored-attributes.js";
import { damageOfOffsets } from "./text-offsets.js";
import { damageOfHeads } from "./tile-chunks.js";
import { TileFile } from "./tile-file.js";
import { CHECKSUM_BYTES } from "./undo-checksum.js";
import { undoFilters } from "./undo-filters.js";

/** Of files of more tiles the heads are left alone: that would take longer than what is read of them. */
const MOST_HEADS = 10_000;

/** What is read: an attribute or a dimension. */
interface Field {
  readonly name: string;
  readonly kind: "a" | "d";
  /** Among the dimensions; that among the attributes depends on the schema of the fragment. */
  readonly index: number;
  readonly isNullable: boolean;
  /** What its values went through, and what says which are null. */
  readonly filters: readonly Filter[];
  readonly validityFilters: readonly Filter[];
  /** Texts of any length: how their offsets are stored, or the texts where these bring them along; otherwise `undefined`. */
  readonly texts?: { readonly part: "" | "_var"; readonly undo: UndoFilter | undefined } | undefined;
}

/** A fragment of the array that is checked. */
interface Fragment {
  readonly folder: string;
  readonly tiles: FragmentTiles;
  /** Names of the attributes, as its files are numbered. */
  readonly attributes: readonly string[];
}

const checks = new WeakMap<ArrayHandle, Map<string, Promise<void>>>();

/**
 * Looks through the files of attributes and dimensions before TileDB does, once for an array that is open: of texts of any length
 * where each begins, of everything how many chunks a tile says that it has. TileDB takes both as they are, and ends the process
 * or takes all memory. What is not local, encrypted, or was written by an earlier version of TileDB it reads unchecked.
 *
 * @param names - of attributes and dimensions that there are
 * @throws `FILE_INVALID`, naming the file
 */
export async function checkTiles(array: ArrayHandle, names: readonly string[]): Promise<void> {
  const known = checks.get(array) ?? new Map<string, Promise<void>>();
  checks.set(array, known);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const check = checkAll(array, unknown);
    for (const name of unknown) known.set(name, check);
  }
  await Promise.all(names.map((name) => known.get(name)));
}

async function checkAll(array: ArrayHandle, names: readonly string[]): Promise<void> {
  const folder = localFolder(array.uri);
  if (folder === undefined) return;
  const fields = await Promise.all(names.map((name) => fieldOf(array.schema, name)));
  const schemas = new Schemas(folder, array.schema);
  const { timestampStart, timestamp } = array;
  for (const name of await fragmentsIn(folder, { timestampStart, timestamp })) {
    const inside = join("__fragments", name);
    const tiles = await tilesOf(join(folder, inside));
    const attributes = tiles && (await schemas.attributesOf(tiles.schema));
    if (tiles === undefined || attributes === undefined) continue;
    await Promise.all(fields.map((field) => checkField(array, field, { folder: inside, tiles, attributes })));
  }
}

async function tilesOf(fragment: string): Promise<FragmentTiles | undefined> {
  const bytes = await readFile(join(fragment, "__fragment_metadata.tdb")).catch(() => undefined);
  return bytes && fragmentTiles(bytes);
}

/** Names of the attributes of the schemas of an array. */
class Schemas {
  readonly #folder: string;
  readonly #current: readonly string[];
  readonly #known = new Map<string, Promise<readonly string[] | undefined>>();

  constructor(folder: string, { attributes }: ArraySchema) {
    this.#folder = folder;
    this.#current = attributes.map(({ name }) => name);
  }

  attributesOf(schema: string): Promise<readonly string[] | undefined> {
    const names = this.#known.get(schema) ?? this.#read(schema);
    this.#known.set(schema, names);
    return names;
  }

  async #read(schema: string): Promise<readonly string[] | undefined> {
    if ((await filesIn(this.#folder, "__schema")).length === 1) return this.#current;
    const bytes = await readFile(join(this.#folder, "__schema", schema)).catch(() => undefined);
    return bytes && storedAttributes(bytes);
  }
}

async function fieldOf(schema: ArraySchema, name: string): Promise<Field> {
  const { dimensions } = schema.domain;
  const index = dimensions.findIndex((one) => one.name === name);
  if (index >= 0) {
    const { datatype, isString, filters: own } = dimensions[index]!;
    const { filters } = own.filters.length > 0 ? own : schema.coordinateFilters;
    const texts = isString ? await textsOf(schema, datatype, filters) : undefined;
    return { name, kind: "d", index, isNullable: false, filters, validityFilters: [], texts };
  }
  const { datatype, cellValNum, nullable, filters: own } = schema.attribute(name);
  const { filters } = own;
  const texts = cellValNum === "var" ? await textsOf(schema, datatype, filters) : undefined;
  const { filters: validityFilters } = schema.validityFilters;
  return { name, kind: "a", index, isNullable: nullable, filters, validityFilters, texts };
}

async function textsOf(schema: ArraySchema, datatype: Datatype, filters: readonly Filter[]): Promise<Field["texts"]> {
  const isText = datatype === "string_ascii" || datatype === "string_utf8";
  if (isText && filters.some(({ type }) => type === "rle" || type === "dictionary")) {
    return { part: "_var", undo: isDictionary(filters) ? await undoFilters(filters.slice(1), "uint8") : undefined };
  }
  return { part: "", undo: await undoFilters(schema.offsetsFilters.filters, "uint64") };
}

/** A list of a field; what it is stored in need not be what it was. */
function listOf(
  { uri }: ArrayHandle,
  { folder, tiles }: Fragment,
  which: Parameters<FragmentTiles["list"]>[0],
  field: number,
): readonly number[] | undefined {
  try {
    return tiles.list(which, field);
  } catch (error) {
    const file = join(folder, "__fragment_metadata.tdb");
    throw damagedFile(uri, file, `a list of its tiles cannot be decoded: ${(error as Error).message}`);
  }
}

async function checkField(
  array: ArrayHandle,
  { name, kind, index, isNullable, filters, validityFilters, texts }: Field,
  fragment: Fragment,
): Promise<void> {
  const { folder, attributes } = fragment;
  // Between attributes and dimensions is what coordinates once were kept in.
  const place = kind === "a" ? attributes.indexOf(name) : index;
  const field = kind === "a" ? place : attributes.length + 1 + index;
  if (place < 0) return;
  const parts = [
    ["", "starts", texts === undefined ? filters : array.schema.offsetsFilters.filters],
    ...(texts === undefined ? [] : ([["_var", "textStarts", filters]] as const)),
    ...(isNullable ? ([["_validity", "validityStarts", validityFilters]] as const) : []),
  ] as const;
  for (const [part, list, stored] of parts) {
    // Where texts bring their offsets along, the file for these holds nothing.
    if (part === "" && texts?.part === "_var") continue;
    const starts = listOf(array, fragment, list, field);
    if (starts === undefined) continue;
    const file = join(folder, `${kind}${place}${part}.tdb`);
    await TileFile.with(join(localFolder(array.uri)!, file), starts, async (tileFile) => {
      const what =
        part === texts?.part && texts.undo !== undefined
          ? await damageOfTexts(array, fragment, field, tileFile, { part, undo: texts.undo })
          : starts.length <= MOST_HEADS
            ? await tileFile.eachHead((length, read, i) => inTile(i, damageOfHeads(length, read, checksumOf(stored))))
            : undefined;
      if (what !== undefined) throw damagedFile(array.uri, file, what);
    });
  }
}

async function damageOfTexts(
  array: ArrayHandle,
  fragment: Fragment,
  field: number,
  file: TileFile,
  { part, undo }: { readonly part: "" | "_var"; readonly undo: UndoFilter },
): Promise<string | undefined> {
  const textBytes = listOf(array, fragment, "textBytes", field);
  if (textBytes === undefined) return undefined;
  const { arrayType } = array.schema;
  const inWhole = cellsInTile(array.schema);
  const damageOf = part === "" ? damageOfOffsets : damageOfDictionary;
  return file.eachTile((tile, i) => {
    const cells = arrayType === "sparse" && i === textBytes.length - 1 ? fragment.tiles.lastCells : inWhole;
    try {
      return inTile(i, damageOf(tile, cells, textBytes[i]!, undo));
    } catch (error) {
      return inTile(i, `a chunk cannot be decoded: ${(error as Error).message}`);
    }
  });
}

/** Bytes of the checksum that the last filter makes, if it does. */
function checksumOf(filters: readonly Filter[]): number | undefined {
  const last = filters.at(-1)?.type;
  return last === "checksum-md5" || last === "checksum-sha256" ? CHECKSUM_BYTES[last] : undefined;
}

function cellsInTile({ arrayType, capacity, domain }: ArraySchema): number {
  if (arrayType === "sparse") return Number(capacity);
  return domain.dimensions.reduce((product, { tile }) => product * Number(tile), 1);
}

function inTile(index: number, what: string | undefined): string | undefined {
  return what && `in tile ${index}, ${what}`;
}
