// The declarations name Symbol.asyncDispose, which the default libraries of TypeScript do not.
/// <reference lib="esnext.disposable" preserve="true" />
export { ArrayHandle, type OpenOptions, type Timestamp } from "./array-handle.js";
export { ArraySchema, type ArraySchemaOptions } from "./array-schema.js";
export { Attribute, type AttributeOptions } from "./attribute.js";
export { Config, type ConfigValues } from "./config.js";
export { Context, defaultContext } from "./context.js";
export {
  type ArrayOf,
  allocate,
  type Datatype,
  datatypeSize,
  decodeScalars,
  encodeScalars,
  type Scalar,
  type Storage,
  storageOf,
  type TypedArray,
} from "./datatype.js";
export { Dimension, type DimensionOptions } from "./dimension.js";
export type { DimensionLabel, DimensionLabelOptions } from "./dimension-label.js";
export { Domain, type Range } from "./domain.js";
export { type EnumerationValues, readEnumeration } from "./enumeration.js";
export type {
  ArrayMode,
  ArrayType,
  DataOrder,
  IncompleteReason,
  Layout,
  ObjectType,
  QueryStatus,
} from "./enumerations.js";
export { TileDbError, type TileDbErrorCode, type TileDbErrorDetails } from "./errors.js";
export { type Filter, FilterList, type FilterType } from "./filter-list.js";
export { type Group, type GroupMember, type GroupOptions, readGroup } from "./group.js";
export { consolidate, deleteFragments, type MaintenanceOptions, vacuum } from "./maintenance.js";
export { deleteMetadata, getAllMetadata, getMetadata, type MetadataValue, putMetadata } from "./metadata.js";
export { libraryPath } from "./native.js";
export { type BufferSizes, Query, type ResultElements } from "./query.js";
export { expandCurrentDomain } from "./schema-evolution.js";
export { moveObject, objectType, removeObject, Vfs } from "./storage.js";
export { Subarray } from "./subarray.js";
export { preferLargePages } from "./system-memory.js";
export { libraryVersion } from "./version.js";
