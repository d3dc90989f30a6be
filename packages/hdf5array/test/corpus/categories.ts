// What kinds of files, datasets and attributes there are in the corpus, so that none is silently missing.
import type { ExpectedAttribute, ExpectedDataset, ExpectedFile, ExpectedType } from "./expected.js";

/** How many of each category. */
export type Counts = Map<string, number>;

export function countCategories(files: readonly ExpectedFile[]): Counts {
  const counts: Counts = new Map();
  const add = (category: string, times = 1) => counts.set(category, (counts.get(category) ?? 0) + times);
  for (const file of files) {
    add("files");
    add(`files, theme ${file.theme}`);
    if (file.error !== undefined) {
      add("files that h5py cannot open");
      continue;
    }
    add(`files, superblock ${file.superblock}`);
    if (file.userBlock > 0) add("files with a user block");
    if (String(file.sizes) !== "8,8") add(`files, addresses and lengths of ${file.sizes.join(" and ")} bytes`);
    for (const object of file.objects) {
      add(`objects, ${object.kind}`);
      if (object.kind === "error") continue;
      add("attributes", object.attributes.length);
      if (object.attributes.length > 50) add("objects with more than 50 attributes");
      if (object.attributes.length > 900) add("objects with more than 900 attributes");
      for (const attribute of object.attributes) addAttribute(attribute, add);
      if (object.kind === "group" && object.members.length > 50) add("groups with more than 50 members");
      if (object.kind === "group" && object.members.length > 900) add("groups with more than 900 members");
      if (object.path.split("/").length > 30) add("objects more than 30 levels deep");
      if (object.kind === "dataset") addDataset(object, add);
    }
    for (const { link, same } of file.aliases) add(`links, ${link}${same === null ? " to nothing here" : ""}`);
  }
  return counts;
}

type Add = (category: string, times?: number) => void;

function addAttribute({ type, shape, form, ...rest }: ExpectedAttribute, add: Add): void {
  add(`attributes, ${kindOf(type)}`);
  if (shape === null) add("attributes, null dataspace");
  if (form === "numbers" && "bytes" in rest && rest.bytes[1] > 65536) add("attributes of more than 64 KB");
}

function addDataset(dataset: ExpectedDataset, add: Add): void {
  const { type, shape, maximum, layout, index, chunks, filters, form, fill, neverFilled } = dataset;
  add("datasets");
  add(`datasets, ${form ?? "no values"}`);
  add(`datasets, ${kindOf(type)}`);
  add(`datasets, ${index ?? layout}`);
  add(`datasets, rank ${shape === null ? "none" : shape.length > 5 ? "more than 5" : shape.length}`);
  if (shape?.includes(0)) add("datasets, an extent of zero");
  if (maximum?.includes(null)) add("datasets, an axis without limit");
  if (filters.length > 0) add(`datasets, filters ${filters.map(([number]) => number).join(" ")}`);
  if (fill === "value") add("datasets, a fill value");
  if (fill === "undefined") add("datasets, an undefined fill value");
  if (neverFilled) add("datasets, never filled");
  add(`datasets, ${dataset.allocation} allocation`);
  if (dataset.plainEdges) add("datasets, no filters of chunks that stick out");
  if (dataset.masked) add("datasets, chunks without some of the filters");
  if (chunks !== null && shape !== null) {
    const grid = shape.map((extent, axis) => Math.ceil(extent / chunks[axis]!));
    const count = grid.reduce((product, extent) => product * extent, 1);
    if (shape.some((extent, axis) => extent % chunks[axis]! !== 0)) add("datasets, chunks that stick out");
    if (index === "fixed-array" && count > 1024) add("datasets, a fixed array in pages");
    if (index === "extensible-array" && count > 100) add("datasets, an extensible array with super blocks");
    if (index === "extensible-array" && count > 131_060) add("datasets, an extensible array in pages");
    if (index === "btree1" && count > 64) add("datasets, a B-tree 1 of some height");
    if (index === "btree1" && count > 1000) add("datasets, a B-tree 1 of more than 1000 chunks");
    if (index === "btree2" && count > 200) add("datasets, a B-tree 2 of some height");
    if (index === "btree2" && count > 4000) add("datasets, a B-tree 2 of more than 4000 chunks");
  }
}

function kindOf(type: ExpectedType): string {
  switch (type.kind) {
    case "integer": {
      if (type.isBitField) return "bit field";
      const order = type.size === 1 ? "" : type.littleEndian ? " little-endian" : " big-endian";
      if (type.precision !== type.size * 8 || ![1, 2, 4, 8].includes(type.size)) return "odd integer";
      return `${type.signed ? "" : "u"}int${type.size * 8}${order}`;
    }
    case "float":
      return type.format === "other" ? "odd float" : `${type.format} ${type.littleEndian ? "little" : "big"}-endian`;
    case "enum":
      return type.members.some(([name]) => name === "FALSE") && type.members.length === 2 ? "boolean" : "enum";
    case "string":
      return type.variable ? "variable string" : "fixed string";
    case "compound":
      return String(type.fields.map(({ name }) => name)) === "r,i" ? "complex number as compound" : "compound";
    case "array":
      return "array";
    case "other":
      return type.name;
  }
}
