import { DelayedArrayError } from "delayedarray";
import { shown } from "delayedarray/internal";
import type { SparseFileLayout, TenxFeatures } from "./layouts.js";

/** Names of rows, and of columns. */
export type MatrixNames = readonly [readonly string[] | null, readonly string[] | null];

/**
 * The names to be written.
 *
 * @param given - by the caller; `undefined` for those that the array has
 * @throws `INVALID_ARGUMENT` for anything but lists of strings, and for a layout without room for names;
 * `SHAPE_MISMATCH` for another number of them
 */
export function checkNames(
  given: unknown,
  own: readonly (readonly string[] | null)[] | null,
  layout: SparseFileLayout,
  shape: readonly [number, number],
  what: string,
): MatrixNames {
  const names = given === undefined ? own : given;
  if (names === null) return [null, null];
  if (!Array.isArray(names) || names.length !== 2) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: dimnames ${shown(names)}: expected the names of rows and those of columns, or null for none`,
    );
  }
  if (given !== undefined && (layout === "csc" || layout === "csr")) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: the layout "${layout}" has no room for dimnames; "tenx" and "h5ad" have`,
    );
  }
  return [
    checkAxisNames(names[0], shape[0], `${what}: dimnames of the rows`),
    checkAxisNames(names[1], shape[1], `${what}: dimnames of the columns`),
  ];
}

function checkAxisNames(names: unknown, extent: number, what: string): readonly string[] | null {
  return names === null || names === undefined ? null : checkTexts(names, extent, what);
}

/** @throws `INVALID_ARGUMENT` for what is no text, or text for each feature; `SHAPE_MISMATCH` for too few or many */
export function checkFeatures(
  features: TenxFeatures | undefined,
  layout: SparseFileLayout,
  extent: number,
  what: string,
) {
  if (features === undefined) return;
  if (typeof features !== "object" || features === null || layout !== "tenx") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      layout === "tenx"
        ? `${what}: features ${shown(features)}: expected an object with name, featureType or genome`
        : `${what}: only the layout "tenx" has features, not "${layout}"`,
    );
  }
  for (const [name, value] of Object.entries(features)) {
    if (!["name", "featureType", "genome"].includes(name)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: features have name, featureType and genome, no ${JSON.stringify(name)}`,
      );
    }
    if (value !== undefined && typeof value !== "string") checkTexts(value, extent, `${what}: features.${name}`);
  }
}

function checkTexts(texts: unknown, extent: number, what: string): readonly string[] {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: got ${shown(texts)}, expected strings`);
  }
  if (texts.length !== extent) {
    throw new DelayedArrayError("SHAPE_MISMATCH", `${what}: got ${texts.length} strings, expected ${extent}`);
  }
  return texts;
}
