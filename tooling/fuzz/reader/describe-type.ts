import type { Hdf5Type } from "../../../packages/hdf5array/src/format/hdf5-type.js";

/** Types of elements in words, the same that python/describe_type.py finds for what h5py says. */
export function describeType(type: Hdf5Type): string {
  switch (type.kind) {
    case "integer":
      if (type.isBitField) return `b${type.size}`;
      return `${type.signed ? "i" : "u"}${type.size}${type.precision === type.size * 8 ? "" : `:${type.precision}+${type.bitOffset}`}`;
    case "float":
      return `f${type.size}:${type.format}`;
    case "enum": {
      const names = [...type.members.keys()].sort();
      return `enum(${describeType(type.base)};${names.map((name) => `${name}=${whole(type.members.get(name))}`).join(",")})`;
    }
    case "string":
      return type.variable ? "text" : `s${type.size}`;
    case "compound":
      // In h5py's memory texts have another size than in the file.
      return `c${hasTexts(type) ? "" : type.size}{${type.fields.map(({ name, type: field }) => `${name}:${describeType(field)}`).join(",")}}`;
    case "array":
      return `a${type.extents.join("x")}(${describeType(type.element)})`;
    case "other":
      // h5py does not say how many of the bits count.
      return type.name === "bit field" ? `b${type.size}` : "other";
  }
}

/** Whether there are strings of variable length in each element. */
export function hasTexts(type: Hdf5Type): boolean {
  if (type.kind === "compound") return type.fields.some((field) => hasTexts(field.type));
  if (type.kind === "array") return hasTexts(type.element);
  return type.kind === "string" && type.variable;
}

/** Without an exponent. */
function whole(value: number | bigint | undefined): string {
  return value === undefined ? "?" : BigInt(Number(value)).toString();
}
