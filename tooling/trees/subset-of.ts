import { ellipsis, NdArray, newAxis, type SubsetEntry, slice } from "delayedarray";
import type { EntryText, ListKind, SubsetText } from "./case.js";

function listOf(list: number[], kind: ListKind): SubsetEntry {
  switch (kind) {
    case "plain":
      return list;
    case "ndarray":
      return new NdArray({ data: Int32Array.from(list), shape: [list.length], dtype: "int32" });
    case "int8":
      return Int8Array.from(list);
    case "uint8":
      return Uint8Array.from(list);
    case "int32":
      return Int32Array.from(list);
    case "uint32":
      return Uint32Array.from(list);
    case "int64":
      return BigInt64Array.from(list, BigInt);
    case "float64":
      return Float64Array.from(list);
  }
}

function entryOf(text: EntryText): SubsetEntry {
  if (text === "...") return ellipsis;
  if (text === "new") return newAxis;
  if (text === null) return null;
  if (typeof text === "number") return text;
  if ("s" in text) {
    const [start, stop, step] = text.s;
    return slice(start, stop, step);
  }
  if ("l" in text) return listOf(text.l, text.as);
  const flags = Array.from(text.m, (flag) => flag === "1");
  if (text.as === "plain") return flags;
  return new NdArray({ data: Uint8Array.from(text.m, Number), shape: [flags.length], dtype: "bool" });
}

/** A subset as the package takes it. */
export function subsetOf(text: SubsetText): SubsetEntry[] {
  return text.map(entryOf);
}
