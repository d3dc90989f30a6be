import { DelayedArrayError, type DType } from "delayedarray";
import { checkShape, shapeText } from "delayedarray/internal";
import { ArraySchema, Attribute, datatypeSize, type Filter, type Range } from "libtiledb";
import { refuseRuns } from "./attribute.js";
import { tileExtents } from "./tile-extents.js";
import {
  datatypeOfDType,
  invalid,
  perAxis,
  type TileDbDimensionType,
  type WriteTileDbArrayOptions,
} from "./write-options.js";

/** What is to be written. */
export interface NewArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly isSparse: boolean;
  readonly isMasked: boolean;
}

/** Cells in a tile at most, unless the caller says otherwise: about 1 MB of a dense array. */
const DENSE_TILE = 2 ** 17;
const DENSE_TEXT_TILE = 2 ** 14;
const SPARSE_TILE = 2 ** 20;

const DIMENSION_TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
const ZSTD: readonly Filter[] = [{ type: "zstd" }];

/** The attribute's name, if the caller gives none: that of R's TileDBArray. */
export const ATTRIBUTE = "x";

/**
 * The schema of a new array.
 *
 * @throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH` for options that do not fit the array; `UNSUPPORTED_FEATURE` for what TileDB
 * has no arrays for: no axes, axes of extent 0
 */
export function newSchema(array: NewArray, options: WriteTileDbArrayOptions, where: string): ArraySchema {
  const { shape, isSparse } = array;
  if (shape.length === 0 || shape.includes(0)) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where}: <${shape.join(" x ")}> cannot be a TileDB array: its dimensions have at least one coordinate, and there is ` +
        "at least one dimension",
    );
  }
  const reserved = reservedShape(shape, options.maxShape);
  const starts = perAxis("domainStart", options.domainStart ?? 0, shape.length).map(coordinate);
  const tiles = tilesOf(reserved, options.tile, mostCells(array));
  const datatype = dimensionType(reserved, starts, tiles, options.dimensionType);
  const hasCurrentDomain = options.maxShape !== undefined;
  if (hasCurrentDomain) refuseEncrypted(options, where);
  if (hasCurrentDomain && !isSparse) refuseCurrentDomain(datatype, options.consolidate, where);
  const filters = options.filters ?? ZSTD;
  const names = perAxis(
    "dimensionNames",
    options.dimensionNames ?? shape.map((_, axis) => `d${axis + 1}`),
    shape.length,
  );
  const ranges = (extents: readonly number[]): Range[] =>
    extents.map((extent, axis) => [starts[axis]!, starts[axis]! + BigInt(extent) - 1n]);
  const dimensions = ranges(reserved).map((domain, axis) => ({
    name: names[axis]!,
    datatype,
    domain: domain as readonly [bigint, bigint],
    tile: tiles[axis]!,
    ...(isSparse ? { filters } : {}),
  }));
  const attribute = new Attribute({
    name: options.attributeName ?? ATTRIBUTE,
    datatype: datatypeOfDType(array.dtype),
    nullable: array.isMasked,
    ...(array.dtype === "string" ? { cellValNum: "var" as const } : {}),
    filters,
  });
  if (array.dtype === "string") {
    refuseRuns(attribute, where);
    refuseShuffledSums(filters, where);
  }
  return new ArraySchema({
    arrayType: isSparse ? "sparse" : "dense",
    dimensions,
    attributes: [attribute],
    cellOrder: options.cellOrder ?? "row-major",
    tileOrder: options.tileOrder ?? "row-major",
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    ...(hasCurrentDomain ? { currentDomain: ranges(shape) } : {}),
  });
}

/**
 * Refuses what TileDB 2.30 does wrong with dense arrays that have a current domain: it corrupts its memory on dimensions
 * of 8 bits, and consolidating crashes or gives wrong values.
 *
 * @throws `UNSUPPORTED_FEATURE`
 */
export function refuseCurrentDomain(datatype: string, consolidate: boolean | undefined, where: string): void {
  const what =
    datatype === "int8" || datatype === "uint8"
      ? `dimensions of type ${datatype} corrupt its memory: use a wider dimensionType`
      : consolidate === true
        ? "consolidating it gives wrong values: leave consolidate out, or write an array without maxShape"
        : undefined;
  if (what === undefined) return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${where}: a dense array with a current domain, for which TileDB 2.30 has a fault: ${what}`,
  );
}

/** @throws `UNSUPPORTED_FEATURE`: of texts that are all empty, TileDB 2.30 does not read what it has written through these */
function refuseShuffledSums(filters: readonly Filter[], where: string): void {
  const shuffle = filters.findIndex(({ type }) => type === "byteshuffle" || type === "bitshuffle");
  if (shuffle < 0 || !filters.slice(shuffle).some(({ type }) => type.startsWith("checksum-"))) return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${where}: texts through the filter "${filters[shuffle]!.type}" and then a checksum: TileDB 2.30 cannot read empty ones; ` +
      "put the checksum first",
  );
}

/**
 * Refuses to give an encrypted array another current domain: TileDB 2.30 stores the schema that says so without encryption,
 * after which the array cannot be opened.
 *
 * @throws `UNSUPPORTED_FEATURE`
 */
export function refuseEncrypted({ config }: WriteTileDbArrayOptions, where: string): void {
  if ((config?.["sm.encryption_key"] ?? "") === "") return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${where}: an encrypted array cannot grow beyond the current domain that maxShape gives it: TileDB 2.30 stores the ` +
      'larger one without encryption, after which the array cannot be opened. Write it as a whole, with mode "replace"',
  );
}

function reservedShape(shape: readonly number[], maxShape: readonly number[] | undefined): readonly number[] {
  if (maxShape === undefined) return shape;
  const reserved = checkShape(maxShape, "writeTileDbArray: maxShape");
  if (reserved.length === shape.length && reserved.every((extent, axis) => extent >= shape[axis]!)) return reserved;
  throw new DelayedArrayError(
    "SHAPE_MISMATCH",
    `writeTileDbArray: maxShape ${shapeText(reserved)} does not hold an array of shape ${shapeText(shape)}`,
  );
}

function coordinate(start: number | bigint): bigint {
  if (typeof start === "bigint" || Number.isSafeInteger(start)) return BigInt(start);
  throw invalid(`domainStart ${String(start)}: expected an integer`);
}

function mostCells({ isSparse, dtype }: NewArray): number {
  if (isSparse) return SPARSE_TILE;
  return dtype === "string" ? DENSE_TEXT_TILE : DENSE_TILE;
}

function tilesOf(shape: readonly number[], tile: WriteTileDbArrayOptions["tile"], cells: number): readonly number[] {
  if (tile === undefined) return tileExtents(shape, cells);
  return perAxis("tile", tile, shape.length).map((extent, axis) => {
    if (Number.isSafeInteger(extent) && extent >= 1) return Math.min(extent, shape[axis]!);
    throw invalid(`tile ${String(extent)} of axis ${axis}: expected an integer of at least 1`);
  });
}

/** The type that the caller wants, if all coordinates fit; otherwise the first of int32 and int64 that they do. */
function dimensionType(
  shape: readonly number[],
  starts: readonly bigint[],
  tiles: readonly number[],
  wanted: TileDbDimensionType | undefined,
): TileDbDimensionType {
  if (wanted !== undefined && !DIMENSION_TYPES.includes(wanted)) {
    throw invalid(`dimensionType ${JSON.stringify(wanted)}: expected one of ${DIMENSION_TYPES.join(", ")}`);
  }
  const candidates = wanted === undefined ? (["int32", "int64"] as const) : [wanted];
  const misfit = (datatype: TileDbDimensionType) =>
    shape.findIndex((extent, axis) => {
      const bits = BigInt(8 * datatypeSize(datatype));
      const isSigned = datatype.startsWith("i");
      const least = isSigned ? -(1n << (bits - 1n)) : 0n;
      const most = (1n << (isSigned ? bits - 1n : bits)) - 1n;
      // TileDB rounds the domain up to whole tiles, whose last coordinate must be below the last that there is.
      const tile = BigInt(tiles[axis]!);
      const end = starts[axis]! + ((BigInt(extent) + tile - 1n) / tile) * tile - 1n;
      return starts[axis]! < least || end >= most;
    });
  const found = candidates.find((datatype) => misfit(datatype) < 0);
  if (found !== undefined) return found;
  const last = candidates.at(-1)!;
  const axis = misfit(last);
  throw invalid(
    `axis ${axis}: ${shape[axis]} coordinates from ${starts[axis]} on, in tiles of ${tiles[axis]}, do not fit ${last}` +
      (wanted === undefined ? "" : ": choose a wider dimensionType, or smaller tiles"),
  );
}
