import type { TypedArray } from "delayedarray";
import { allocate, castInto } from "delayedarray/internal";
import { joinPath } from "../../file/locate.js";
import type { AttributeValue, Hdf5Output } from "../hdf5-output.js";
import type { TreeAttribute, TreeNode, TreeNumbers, TreeStrings } from "./layouts.js";

/** Strings that are written at a time. */
const STRINGS = 2 ** 14;

/** Writes groups, datasets and attributes. Groups that are there already keep what they have. */
export async function writeTree(output: Hdf5Output, path: string, node: TreeNode): Promise<void> {
  if (node.kind === "strings") return writeStrings(output, path, node);
  if (node.kind === "numbers") return writeNumbers(output, path, node);
  await output.createGroup(path);
  await writeAttributes(output, path, node.attributes);
  for (const [name, child] of Object.entries(node.children ?? {})) await writeTree(output, joinPath(path, name), child);
}

async function writeAttributes(
  output: Hdf5Output,
  path: string,
  attributes: Readonly<Record<string, TreeAttribute>> = {},
): Promise<void> {
  for (const [name, value] of Object.entries(attributes)) await output.setAttribute(path, name, attributeValue(value));
}

function attributeValue(value: TreeAttribute): AttributeValue {
  if (typeof value === "string") return value;
  // An empty list has no strings to tell its type: NumPy, and so anndata, takes it for floats.
  if (Array.isArray(value) && value.length === 0) return new Float64Array(0);
  return "int64" in value ? BigInt64Array.from(value.int64, BigInt) : value;
}

async function writeNumbers(output: Hdf5Output, path: string, { dtype, values }: TreeNumbers): Promise<void> {
  const shape = [values.length];
  const array = allocate(dtype, values.length) as TypedArray;
  castInto(Float64Array.from(values), "float64", array, dtype);
  await output.createDataset(path, { type: dtype, shape, chunks: null });
  await output.write(path, [0], shape, array);
}

async function writeStrings(output: Hdf5Output, path: string, node: TreeStrings): Promise<void> {
  const { values, grows = false, attributes } = node;
  const { length } = values;
  await output.createDataset(path, {
    type: "string",
    shape: [length],
    ...(grows ? { maxShape: [null], chunks: [Math.max(1, Math.min(length, STRINGS))] } : { chunks: null }),
  });
  await writeAttributes(output, path, attributes);
  for (let start = 0; start < length; start += STRINGS) {
    const part = values.slice(start, start + STRINGS);
    await output.write(path, [start], [part.length], part);
  }
}
