import { DelayedArrayError, type Dimnames } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import { checkStrings } from "./check-strings.js";
import type { Hdf5Output } from "./hdf5-output.js";

/** Name of the dimension scales by which R's HDF5Array finds dimnames. */
const SCALE = "dimnames";

const UTF8_CHUNK = 4096;

/** The group in which R's HDF5Array keeps the dimnames of a dataset: `.NAME_dimnames` beside it. */
export function dimnamesGroup(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash)}/.${path.slice(slash + 1)}_dimnames`;
}

/** The dataset of the names of an axis. R counts axes from 1, and sees them in the reverse order. */
function namesPath(path: string, axis: number, rank: number): string {
  const digits = String(rank).length;
  return `${dimnamesGroup(path)}/${String(rank - axis).padStart(digits, "0")}`;
}

/**
 * Writes dimnames as R's HDF5Array does: a dataset of strings for each axis that has names, in a group beside the array,
 * and attached to the array as dimension scales.
 *
 * @param dimnames - in the order of the file's axes
 * @param unlimited - which axes have no limit; their names then have none either
 * @see `h5writeDimnames` of Bioconductor's HDF5Array
 */
export async function writeDimnames(
  output: Hdf5Output,
  path: string,
  dimnames: Dimnames,
  unlimited: readonly boolean[],
): Promise<void> {
  for (const [axis, names] of dimnames.entries()) {
    if (names === null) continue;
    const scale = namesPath(path, axis, dimnames.length);
    const shape = [names.length];
    const grows = unlimited[axis] === true;
    await output.createDataset(scale, {
      type: "string",
      shape,
      maxShape: grows ? [null] : shape,
      chunks: grows ? [UTF8_CHUNK] : null,
    });
    await output.write(scale, [0], shape, names);
    // HDF5Array counts R's axes here, too, although HDF5 has them in the reverse order.
    await output.attachScale(path, dimnames.length - 1 - axis, scale, SCALE);
  }
}

/**
 * Puts names after those that an axis has.
 *
 * @throws `INVALID_ARGUMENT` when only one of the two has names, or those that are there cannot grow
 */
export async function appendDimnames(
  output: Hdf5Output,
  path: string,
  axis: number,
  rank: number,
  names: readonly string[] | null,
): Promise<void> {
  const scale = namesPath(path, axis, rank);
  const there = (await output.kind(scale)) === "dataset";
  if (!there && names === null) return;
  const what = `${output.name}: "${path}": axis ${axis}`;
  if (!there || names === null) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      there
        ? `${what} has names, but what is to be appended has none: give dimnames`
        : `${what} has no names, but what is to be appended has: give dimnames: null`,
    );
  }
  const { type, shape, maxShape } = await output.describe(scale);
  if (type !== "string" || maxShape[0] !== null) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: its names, in "${scale}", cannot grow`);
  }
  await output.resize(scale, [shape[0]! + names.length]);
  await output.write(scale, shape, [names.length], names);
}

/**
 * Checks names against the array that they are for.
 *
 * @throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH`
 */
export function checkDimnames(dimnames: Dimnames, shape: readonly number[]): Dimnames {
  if (!Array.isArray(dimnames) || dimnames.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `dimnames: expected a list of ${shape.length} entries, one per axis of ${shapeText(shape)}, each a list of names or null`,
    );
  }
  dimnames.forEach((names: readonly string[] | null, axis) => {
    if (names === null) return;
    if (!Array.isArray(names) || names.length !== shape[axis]) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `dimnames: axis ${axis} has ${shape[axis]} indices, got ${Array.isArray(names) ? `${names.length} names` : "no list of names"}`,
      );
    }
    checkStrings(names, `dimnames: axis ${axis}`);
  });
  return dimnames;
}
