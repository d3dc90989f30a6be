import type { ArrayHandle } from "./array-handle.js";
import type { Context } from "./context.js";
import {
  type Datatype,
  datatypeCode,
  datatypeOf,
  datatypeSize,
  decodeScalars,
  encodeScalars,
  isText,
  type Scalar,
} from "./datatype.js";
import { invalidArgument } from "./errors.js";
import { addressCell, addressIn, bytesAt, checkText, valueIn } from "./memory.js";
import type { Resource } from "./resource.js";

/** A value of an array's metadata: text, or a list of exact numbers of one datatype. */
export type MetadataValue = string | { readonly datatype: Datatype; readonly values: readonly Scalar[] };

/** The value under a key of an array's metadata, or undefined when there is none (`tiledb_array_get_metadata`). */
export async function getMetadata(array: ArrayHandle, key: string): Promise<MetadataValue | undefined> {
  return array.inTurn((resource) => readOne(array, resource, key));
}

async function readOne(
  array: ArrayHandle,
  resource: Resource<"tiledb_array_t">,
  key: string,
): Promise<MetadataValue | undefined> {
  const cells = new Cells();
  const { datatype, count, value } = cells;
  const name = checkText(key, "the key");
  await array.context.callAsync(
    [resource],
    "tiledb_array_get_metadata",
    resource.pointer,
    name,
    datatype,
    count,
    value,
  );
  return cells.read();
}

/** Everything in an array's metadata (`tiledb_array_get_metadata_from_index`). */
export async function getAllMetadata(array: ArrayHandle): Promise<Map<string, MetadataValue>> {
  return array.inTurn((resource) => readAll(array, resource));
}

async function readAll(
  { context }: ArrayHandle,
  resource: Resource<"tiledb_array_t">,
): Promise<Map<string, MetadataValue>> {
  const number = new BigUint64Array(1);
  await context.callAsync([resource], "tiledb_array_get_metadata_num", resource.pointer, number);
  const all = new Map<string, MetadataValue>();
  for (let i = 0n; i < (number[0] as bigint); i++) {
    const cells = new Cells();
    const { key, keyLength, datatype, count, value } = cells;
    const read = "tiledb_array_get_metadata_from_index";
    await context.callAsync([resource], read, resource.pointer, i, key, keyLength, datatype, count, value);
    cells.putInto(all);
  }
  return all;
}

/** Everything in the metadata of a group that is open (`tiledb_group_get_metadata_from_index`). @internal */
export async function readGroupMetadata(
  context: Context,
  resource: Resource<"tiledb_group_t">,
): Promise<Map<string, MetadataValue>> {
  const number = new BigUint64Array(1);
  await context.callAsync([resource], "tiledb_group_get_metadata_num", resource.pointer, number);
  const all = new Map<string, MetadataValue>();
  for (let i = 0n; i < (number[0] as bigint); i++) {
    const cells = new Cells();
    const { key, keyLength, datatype, count, value } = cells;
    const read = "tiledb_group_get_metadata_from_index";
    await context.callAsync([resource], read, resource.pointer, i, key, keyLength, datatype, count, value);
    cells.putInto(all);
  }
  return all;
}

/**
 * Sets a key of the metadata of an array that is open for writing; it is stored when the array is closed
 * (`tiledb_array_put_metadata`).
 */
export function putMetadata(array: ArrayHandle, key: string, value: MetadataValue): void {
  const name = checkText(key, "the key");
  const datatype = typeof value === "string" ? "string_utf8" : value.datatype;
  const bytes =
    typeof value === "string"
      ? Uint8Array.from(Buffer.from(value, "utf8"))
      : encodeScalars(value.datatype, value.values, `the metadata "${key}"`);
  if (bytes.byteLength === 0 && typeof value !== "string") throw invalidArgument(`the metadata "${key}" has no values`);
  const count = bytes.byteLength / datatypeSize(datatype);
  const content = bytes.byteLength === 0 ? null : bytes;
  array.context.call("tiledb_array_put_metadata", array.pointer, name, datatypeCode(datatype), count, content);
}

/** Removes a key from the metadata of an array that is open for writing (`tiledb_array_delete_metadata`). */
export function deleteMetadata(array: ArrayHandle, key: string): void {
  array.context.call("tiledb_array_delete_metadata", array.pointer, checkText(key, "the key"));
}

/** What C fills in to hand out a value: it stays the array's, so that it is copied at once. */
class Cells {
  readonly datatype = new Uint32Array(1);
  readonly count = new Uint32Array(1);
  readonly value = addressCell();
  readonly key = addressCell();
  readonly keyLength = new Uint32Array(1);

  putInto(all: Map<string, MetadataValue>): void {
    const entry = this.read();
    if (entry === undefined) return;
    all.set(new TextDecoder().decode(bytesAt(addressIn(this.key), valueIn(this.keyLength))), entry);
  }

  read(): MetadataValue | undefined {
    const address = addressIn(this.value);
    const datatype = datatypeOf(valueIn(this.datatype));
    if (address === 0n) return isText(datatype) && valueIn(this.count) > 0 ? "" : undefined;
    const bytes = bytesAt(address, valueIn(this.count) * datatypeSize(datatype));
    if (isText(datatype) && datatypeSize(datatype) === 1) return new TextDecoder().decode(bytes);
    return { datatype, values: decodeScalars(datatype, bytes) };
  }
}
