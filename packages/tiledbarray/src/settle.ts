import type { TypedArray } from "delayedarray";
import { itemSize, type Pacer } from "delayedarray/internal";
import type { ReadAttribute } from "./attribute.js";
import type { Missing } from "./open-options.js";
import { wordsOf } from "./words.js";

/** Cells between looks at the clock. */
const BATCH = 2 ** 18;

/**
 * Turns what TileDB gave for cells of a dense array into values and mask, in place: cells that were never written as the
 * `missing` option says, validity into a mask (1 = missing), booleans into 0 and 1.
 *
 * @param mask - of nullable attributes the validity (1 = valid), otherwise zeros; `undefined` when nothing can be missing
 */
export async function settle(
  values: TypedArray,
  mask: Uint8Array | undefined,
  attribute: ReadAttribute,
  missing: Missing,
  pacer: Pacer,
): Promise<void> {
  const { nullable, dtype } = attribute;
  for (let start = 0; start < values.length; start += BATCH) {
    const end = Math.min(values.length, start + BATCH);
    if (missing !== "fill") markUnwritten(values, mask, start, end, attribute, missing);
    if (nullable && mask !== undefined) for (let i = start; i < end; i++) mask[i] = mask[i] === 0 ? 1 : 0;
    if (dtype === "bool") for (let i = start; i < end; i++) values[i] = values[i] === 0 ? 0 : 1;
    if (pacer.isDue) await pacer.rest();
  }
}

/** A cell counts as not written if its bytes, and whether it is valid, are those of the fill value. */
function markUnwritten(
  values: TypedArray,
  mask: Uint8Array | undefined,
  start: number,
  end: number,
  { fill, fillValid, nullable, dtype }: ReadAttribute,
  missing: "mask" | "zero",
): void {
  const [words, each] = wordsOf(values, itemSize(dtype));
  const [fillWords] = wordsOf(Uint8Array.from(fill), itemSize(dtype));
  const [low, high] = [fillWords[0]!, fillWords[each - 1]!];
  const zero = (dtype === "int64" || dtype === "uint64" ? 0n : 0) as never;
  const validity = nullable ? mask : undefined;
  // What the mask holds at this point is validity in one case, what is missing in the other.
  const flag = (missing === "mask") === nullable ? 0 : 1;
  for (let i = start; i < end; i++) {
    if (words[i * each] !== low || words[i * each + each - 1] !== high) continue;
    if (validity !== undefined && (validity[i] !== 0) !== fillValid) continue;
    if (missing === "zero") values[i] = zero;
    if (mask !== undefined) mask[i] = flag;
  }
}
