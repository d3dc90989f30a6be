import { Attribute, type AttributeOptions, buildAttribute, readAttribute } from "./attribute.js";
import type { Pointer } from "./c-types.js";
import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Context, defaultContext } from "./context.js";
import { buildCurrentDomain, readCurrentDomain } from "./current-domain.js";
import type { DimensionOptions } from "./dimension.js";
import {
  addDimensionLabel,
  type DimensionLabel,
  type DimensionLabelOptions,
  readDimensionLabels,
} from "./dimension-label.js";
import { buildDomain, Domain, type Range, readDomain } from "./domain.js";
import { type ArrayType, arrayTypes, codeIn, type Layout, layouts, nameIn } from "./enumerations.js";
import { TileDbError } from "./errors.js";
import { buildFilterList, type Filter, FilterList, readFilterList } from "./filter-list.js";
import { addressIn, checkText, valueIn } from "./memory.js";
import { type Scope, scoped, scopedAsync } from "./scope.js";

/** Says what an array is to be. */
export interface ArraySchemaOptions {
  /** Dense or sparse. */
  readonly arrayType: ArrayType;
  /** At least one dimension. */
  readonly dimensions: Domain | readonly DimensionOptions[];
  /** At least one attribute. */
  readonly attributes: readonly (Attribute | AttributeOptions)[];
  /** Labels of dimensions; none if left out. TileDB counts them among what is experimental. */
  readonly dimensionLabels?: readonly DimensionLabelOptions[];
  /** Order of cells in a tile; "row-major" if left out. */
  readonly cellOrder?: Layout;
  /** Order of tiles; "row-major" if left out. */
  readonly tileOrder?: Layout;
  /** Cells in a tile of a sparse array. */
  readonly capacity?: number | bigint;
  /** Whether a sparse array may hold several cells with the same coordinates. */
  readonly allowsDuplicates?: boolean;
  /** Filters of the coordinates of a sparse array, where a dimension has none of its own. */
  readonly coordinateFilters?: FilterList | readonly Filter[];
  /** Filters of the offsets of values of variable length. */
  readonly offsetsFilters?: FilterList | readonly Filter[];
  /** Filters of what says which values are null. */
  readonly validityFilters?: FilterList | readonly Filter[];
  /** The part of the domain that is in use, one range for each dimension; it can be grown later. */
  readonly currentDomain?: readonly Range[];
}

const DEFAULT_CAPACITY = 10_000n;

/** What an array is: its dimensions, attributes and layout (`tiledb_array_schema_t`), as a value. */
export class ArraySchema {
  /** Dense or sparse. */
  readonly arrayType: ArrayType;
  /** The dimensions. */
  readonly domain: Domain;
  /** The attributes, in order. */
  readonly attributes: readonly Attribute[];
  /** Labels of dimensions, of a schema that was read with the place where they are. */
  readonly dimensionLabels: readonly (DimensionLabel | DimensionLabelOptions)[];
  /** Order of the cells in a tile. */
  readonly cellOrder: Layout;
  /** Order of the tiles. */
  readonly tileOrder: Layout;
  /** Cells in a tile of a sparse array. */
  readonly capacity: bigint;
  /** Whether a sparse array may hold several cells at the same coordinates. */
  readonly allowsDuplicates: boolean;
  /** Filters of the coordinates of a sparse array, where a dimension has none of its own. */
  readonly coordinateFilters: FilterList;
  /** Filters of the offsets of values of variable length. */
  readonly offsetsFilters: FilterList;
  /** Filters of what says which values are null. */
  readonly validityFilters: FilterList;
  /** The part of the domain that is in use; undefined when none is set. */
  readonly currentDomain: readonly Range[] | undefined;
  /** The version of the storage format; undefined in a new schema. */
  readonly formatVersion: number | undefined;

  constructor(options: ArraySchemaOptions, formatVersion?: number) {
    this.arrayType = options.arrayType;
    this.domain = options.dimensions instanceof Domain ? options.dimensions : new Domain(options.dimensions);
    this.attributes = Object.freeze(
      options.attributes.map((entry) => (entry instanceof Attribute ? entry : new Attribute(entry))),
    );
    this.dimensionLabels = Object.freeze([...(options.dimensionLabels ?? [])]);
    this.cellOrder = options.cellOrder ?? "row-major";
    this.tileOrder = options.tileOrder ?? "row-major";
    this.capacity = BigInt(options.capacity ?? DEFAULT_CAPACITY);
    this.allowsDuplicates = options.allowsDuplicates ?? false;
    this.coordinateFilters = FilterList.from(options.coordinateFilters);
    this.offsetsFilters = FilterList.from(options.offsetsFilters);
    this.validityFilters = FilterList.from(options.validityFilters);
    this.currentDomain = options.currentDomain;
    this.formatVersion = formatVersion;
    Object.freeze(this);
  }

  /**
   * Reads the schema of the array at a URI without opening it (`tiledb_array_schema_load_with_config`).
   *
   * @throws (rejects) TileDbError NOT_FOUND when there is no array.
   */
  static async load(
    uri: string,
    options: { readonly context?: Context; readonly config?: Config | ConfigValues } = {},
  ): Promise<ArraySchema> {
    const context = options.context ?? defaultContext();
    checkText(uri, "the URI");
    return scopedAsync(context, async (scope) => {
      const cell = scope.cell("tiledb_array_schema_free");
      if (options.config === undefined) await context.callAsync([], "tiledb_array_schema_load", uri, cell);
      else {
        await withConfig(options.config, ({ pointer, resource }) =>
          context.callAsync([resource], "tiledb_array_schema_load_with_config", pointer, uri, cell),
        );
      }
      return readSchema(scope, addressIn(cell));
    });
  }

  /** An attribute by name. @throws TileDbError NOT_FOUND when there is none. */
  attribute(name: string): Attribute {
    const attribute = this.attributes.find((entry) => entry.name === name);
    if (attribute !== undefined) return attribute;
    const names = this.attributes.map((entry) => JSON.stringify(entry.name)).join(", ");
    throw new TileDbError("NOT_FOUND", `there is no attribute ${JSON.stringify(name)} among ${names}`);
  }

  /** Whether there is an attribute of that name. */
  hasAttribute(name: string): boolean {
    return this.attributes.some((entry) => entry.name === name);
  }

  /**
   * Makes an array of this schema at a URI, where none may be (`tiledb_array_create`).
   *
   * @throws (rejects) TileDbError INVALID_ARGUMENT when TileDB refuses the schema, or when there is an array already.
   */
  async create(uri: string, options: { readonly context?: Context } = {}): Promise<void> {
    const context = options.context ?? defaultContext();
    checkText(uri, "the URI");
    await scopedAsync(context, async (scope) => {
      const schema = buildSchema(scope, this);
      context.keepFor(uri);
      await context.callAsync([], "tiledb_array_create", uri, schema);
    });
  }

  /** Asks TileDB whether the schema can be used (`tiledb_array_schema_check`). @throws TileDbError INVALID_ARGUMENT. */
  check(options: { readonly context?: Context } = {}): void {
    scoped(options.context ?? defaultContext(), (scope) => buildSchema(scope, this));
  }
}

/** Reads a schema. @internal */
export function readSchema(scope: Scope, schema: Pointer<"tiledb_array_schema_t">): ArraySchema {
  const number = new Uint32Array(1);
  scope.call("tiledb_array_schema_get_array_type", schema, number);
  const arrayType = nameIn(arrayTypes, valueIn(number));
  scope.call("tiledb_array_schema_get_cell_order", schema, number);
  const cellOrder = nameIn(layouts, valueIn(number));
  scope.call("tiledb_array_schema_get_tile_order", schema, number);
  const tileOrder = nameIn(layouts, valueIn(number));
  scope.call("tiledb_array_schema_get_version", schema, number);
  const version = valueIn(number);
  const capacity = new BigUint64Array(1);
  scope.call("tiledb_array_schema_get_capacity", schema, capacity);
  const duplicates = new Int32Array(1);
  scope.call("tiledb_array_schema_get_allows_dups", schema, duplicates);
  const domainCell = scope.cell("tiledb_domain_free");
  scope.call("tiledb_array_schema_get_domain", schema, domainCell);
  const domain = readDomain(scope, domainCell);
  const currentDomain = readCurrentDomain(scope, schema, domain);
  const options: ArraySchemaOptions = {
    arrayType,
    dimensions: domain,
    attributes: readAttributes(scope, schema),
    dimensionLabels: readDimensionLabels(scope, schema),
    cellOrder,
    tileOrder,
    capacity: capacity[0] as bigint,
    allowsDuplicates: valueIn(duplicates) !== 0,
    coordinateFilters: readFilters(scope, schema, "coords"),
    offsetsFilters: readFilters(scope, schema, "offsets"),
    validityFilters: readFilters(scope, schema, "validity"),
    ...(currentDomain === undefined ? {} : { currentDomain }),
  };
  return new ArraySchema(options, version);
}

function readAttributes(scope: Scope, schema: Pointer<"tiledb_array_schema_t">): Attribute[] {
  const count = new Uint32Array(1);
  scope.call("tiledb_array_schema_get_attribute_num", schema, count);
  return Array.from({ length: valueIn(count) }, (_, index) => {
    const cell = scope.cell("tiledb_attribute_free");
    scope.call("tiledb_array_schema_get_attribute_from_index", schema, index, cell);
    return readAttribute(scope, cell);
  });
}

function readFilters(
  scope: Scope,
  schema: Pointer<"tiledb_array_schema_t">,
  which: "coords" | "offsets" | "validity",
): FilterList {
  const cell = scope.cell("tiledb_filter_list_free");
  scope.call(`tiledb_array_schema_get_${which}_filter_list`, schema, cell);
  return readFilterList(scope, cell);
}

function buildSchema(scope: Scope, schema: ArraySchema): Pointer<"tiledb_array_schema_t"> {
  const cell = scope.cell("tiledb_array_schema_free");
  scope.call("tiledb_array_schema_alloc", codeIn(arrayTypes, schema.arrayType), cell);
  const pointer = addressIn<"tiledb_array_schema_t">(cell);
  const domain = buildDomain(scope, schema.domain);
  scope.call("tiledb_array_schema_set_domain", pointer, domain);
  scope.call("tiledb_array_schema_set_cell_order", pointer, codeIn(layouts, schema.cellOrder));
  scope.call("tiledb_array_schema_set_tile_order", pointer, codeIn(layouts, schema.tileOrder));
  scope.call("tiledb_array_schema_set_capacity", pointer, schema.capacity);
  if (schema.allowsDuplicates) scope.call("tiledb_array_schema_set_allows_dups", pointer, 1);
  const lists = { coords: schema.coordinateFilters, offsets: schema.offsetsFilters, validity: schema.validityFilters };
  for (const which of ["coords", "offsets", "validity"] as const) {
    if (lists[which].filters.length === 0) continue;
    scope.call(`tiledb_array_schema_set_${which}_filter_list`, pointer, buildFilterList(scope, lists[which]));
  }
  for (const attribute of schema.attributes) {
    scope.call("tiledb_array_schema_add_attribute", pointer, buildAttribute(scope, attribute));
  }
  for (const label of schema.dimensionLabels) addDimensionLabel(scope, pointer, label);
  if (schema.currentDomain !== undefined) {
    const current = buildCurrentDomain(scope, schema.domain, schema.currentDomain, domain);
    scope.call("tiledb_array_schema_set_current_domain", pointer, current);
  }
  scope.call("tiledb_array_schema_check", pointer);
  return pointer;
}
