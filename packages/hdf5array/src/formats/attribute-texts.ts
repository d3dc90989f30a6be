import type { Hdf5File } from "../file/hdf5-file.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** The strings of an attribute; `null` when there is none of that name, or one of something else. */
export async function attributeTexts(
  file: Hdf5File,
  path: string,
  name: string,
  options: SourceReadOptions,
): Promise<readonly string[] | null> {
  const attribute = await file.attribute(path, name, options);
  if (attribute === null || attribute.type.kind !== "string" || attribute.shape === null) return null;
  return attribute.value as readonly string[];
}

/** The first string of an attribute; `null` when there is none. */
export async function attributeText(
  file: Hdf5File,
  path: string,
  name: string,
  options: SourceReadOptions,
): Promise<string | null> {
  return (await attributeTexts(file, path, name, options))?.[0] ?? null;
}
