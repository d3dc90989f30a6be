import { DelayedArrayError, type Dimnames, type NdArray } from "delayedarray";
import type { AxisSelection } from "delayedarray/internal";
import type { ArrayHandle, DataOrder, Datatype, DimensionLabel } from "libtiledb";
import { chooseAttribute } from "./attribute.js";
import type { Axis } from "./axes.js";
import { openArray } from "./open-array.js";
import type { TileDbArrayOptions } from "./open-options.js";
import { readDense } from "./read-dense.js";
import { readTexts } from "./read-texts.js";
import type { Source } from "./source.js";

/** A label for each coordinate of a dimension, besides the coordinate itself. */
export interface TileDbDimensionLabel {
  /** Its name. */
  readonly name: string;
  /** The axis that it belongs to. */
  readonly axis: number;
  /** TileDB's datatype of the labels: `float64`, `string_ascii`. */
  readonly type: Datatype;
  /** How the labels follow each other along the axis. */
  readonly order: DataOrder;
}

/** The labels of an array's dimensions, as they are in its schema. */
export function dimensionLabelsOf({ schema }: ArrayHandle): readonly TileDbDimensionLabel[] {
  return Object.freeze(
    schema.dimensionLabels.map(({ name, dimension, datatype, order }) =>
      Object.freeze({ name, axis: dimension, type: datatype, order }),
    ),
  );
}

/**
 * Reads the labels along an axis, which are an array of their own.
 *
 * @throws `NOT_FOUND` naming the labels there are
 */
export async function readDimensionLabel(
  array: ArrayHandle,
  axes: readonly Axis[],
  name: string,
  options: TileDbArrayOptions,
): Promise<NdArray> {
  const label = labelsIn(array).find((one) => one.name === name);
  if (label === undefined) {
    const names = labelsIn(array).map((one) => JSON.stringify(one.name));
    const there = names.length === 0 ? "none" : names.join(", ");
    throw new DelayedArrayError(
      "NOT_FOUND",
      `${array.uri} has no dimension label ${JSON.stringify(name)}: there are ${there}`,
    );
  }
  const labels = await openArray(label.uri, options);
  try {
    return await readLabels(labels, label, axes[label.dimension]!, options);
  } finally {
    await labels.close();
  }
}

/**
 * Names from the first label of texts of each axis that has none yet, where all of its indices have been given one.
 */
export async function namesByLabels(
  array: ArrayHandle,
  axes: readonly Axis[],
  dimnames: Dimnames | null,
  options: TileDbArrayOptions,
): Promise<Dimnames | null> {
  const names = axes.map((_, axis) => dimnames?.[axis] ?? null);
  for (const label of labelsIn(array)) {
    const axis = axes[label.dimension]!;
    if (!isText(label.datatype) || names[label.dimension] !== null || axis.extent === 0) continue;
    const labels = await openArray(label.uri, options);
    try {
      if (!(await isWritten(labels, axis))) continue;
      const { data } = await readLabels(labels, label, axis, options);
      names[label.dimension] = Object.freeze([...(data as readonly string[])]);
    } finally {
      await labels.close();
    }
  }
  return names.some((one) => one !== null) ? Object.freeze(names) : null;
}

/** Those of a schema that was read say where they are. */
function labelsIn({ schema }: ArrayHandle): readonly DimensionLabel[] {
  return schema.dimensionLabels.filter((label): label is DimensionLabel => "uri" in label);
}

function isText(datatype: Datatype): boolean {
  return datatype === "string_ascii" || datatype === "string_utf8";
}

async function isWritten(labels: ArrayHandle, { origin, extent }: Axis): Promise<boolean> {
  const [range] = (await labels.nonEmptyDomain()) ?? [];
  return range !== undefined && BigInt(range[0]) <= origin && BigInt(range[1]) >= origin + BigInt(extent) - 1n;
}

async function readLabels(
  array: ArrayHandle,
  { attributeName }: DimensionLabel,
  axis: Axis,
  { signal }: TileDbArrayOptions,
): Promise<NdArray> {
  const attribute = await chooseAttribute(array, attributeName, array.uri);
  const [dimension] = array.schema.domain.dimensions;
  if (array.schema.arrayType !== "dense" || dimension === undefined || array.schema.domain.rank !== 1) {
    throw new DelayedArrayError("FILE_INVALID", `${array.uri}: expected labels, a dense array of one dimension`);
  }
  const { name, datatype } = dimension;
  const axes = [{ ...axis, name, datatype, tile: null, phase: 0, isWhole: false }];
  const source: Source = { array, axes, attribute, missing: "fill" };
  const selections: readonly AxisSelection[] = [{ kind: "range", start: 0, step: 1, length: axis.extent }];
  if (attribute.meaning?.kind === "texts") return readTexts(source, attribute.meaning.bytes, selections, { signal });
  return readDense(source, selections, { signal });
}
