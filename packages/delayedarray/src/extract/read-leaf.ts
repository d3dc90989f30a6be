import { abortable } from "../base/abort.js";
import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { sameShape, shapeText } from "../base/shape.js";
import type { ExtractOptions, Seed } from "../seed/seed.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import { type SeedRequestEntry, toSeedRequest } from "../subset/seed-subset.js";
import { gather } from "../values/gather.js";
import { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { subsetSparse } from "../values/sparse-operations.js";

/** A seed's answer must be what was asked for: another package wrote it. */
function checkAnswer(
  answer: { shape: readonly number[]; dtype: DType } | undefined,
  seed: Seed,
  expected: readonly number[],
  what: string,
): void {
  const describe = `${what} of ${seed.constructor?.name || "a seed"} ${shapeText(seed.shape)}`;
  if (answer === undefined || answer === null || !Array.isArray(answer.shape)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${describe} gave no array`);
  }
  if (!sameShape(answer.shape, expected)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${describe} gave ${shapeText(answer.shape)}, expected ${shapeText(expected)}`,
    );
  }
  if (answer.dtype !== seed.dtype) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${describe} gave dtype ${answer.dtype}, expected ${seed.dtype}`);
  }
}

interface SeedRequest {
  readonly entries: readonly SeedRequestEntry[];
  readonly shape: readonly number[];
  readonly inOrder: boolean;
}

function requestFor(selections: readonly AxisSelection[]): SeedRequest {
  const entries = selections.map(toSeedRequest);
  return {
    entries,
    shape: entries.map(({ entry }, axis) => ("step" in entry ? selections[axis]!.length : entry.length)),
    inOrder: entries.every(({ restore }) => restore === null),
  };
}

/**
 * The selected elements of a seed, in the selected order. The array may have any strides, and shares memory with the
 * seed unless the seed gives fresh arrays.
 */
export async function readSeedDense(
  seed: Seed,
  selections: readonly AxisSelection[],
  options: ExtractOptions,
): Promise<NdArray> {
  const { entries, shape, inOrder } = requestFor(selections);
  const answer = await abortable(
    seed.extractDense(
      entries.map(({ entry }) => entry),
      options,
    ),
    options.signal,
  );
  checkAnswer(answer, seed, shape, "extractDense");
  if (inOrder) return answer;
  return new NdArray(
    gather(
      answer,
      entries.map(({ restore }) => restore),
    ),
  );
}

/** The same, sparse. */
export async function readSeedSparse(
  seed: Seed,
  selections: readonly AxisSelection[],
  options: ExtractOptions,
): Promise<SparseNdarray> {
  if (seed.extractSparse === undefined) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${seed.constructor?.name || "a seed"} says that it is sparse, but has no extractSparse`,
    );
  }
  const { entries, shape, inOrder } = requestFor(selections);
  const answer = await abortable(
    seed.extractSparse(
      entries.map(({ entry }) => entry),
      options,
    ),
    options.signal,
  );
  checkAnswer(answer, seed, shape, "extractSparse");
  // One made by another copy of the package is known by its parts alone.
  const local = Object.getPrototypeOf(answer) === SparseNdarray.prototype ? answer : SparseNdarray.unchecked(answer);
  return inOrder
    ? local
    : subsetSparse(
        local,
        entries.map(({ restore }) => restore),
      );
}
