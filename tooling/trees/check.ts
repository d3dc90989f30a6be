// One case in every way in which an array's values can be had.
import {
  type AnyArray,
  blocks,
  DelayedArrayError,
  fromRecipe,
  mapSeeds,
  NdArray,
  type NumericDType,
  type TypedArray,
  toDenseArray,
  toRecipe,
  toSparseArray,
  wrap,
} from "delayedarray";
import { countingSeed } from "delayedarray/testing";
import { build, type Notice } from "./build.js";
import type { ErrorCase, TreeCase, TreeNode, ValueCase } from "./case.js";
import { difference } from "./compare.js";
import { subsetOf } from "./subset-of.js";

const BUFFERS: Record<NumericDType, new (length: number) => TypedArray> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** A way to the values, or to a part of them; it says how they differ from NumPy's. */
type Way = (array: AnyArray, one: ValueCase, at: number) => Promise<string | undefined>;

/** Memory for few elements, so that there are several blocks. */
function littleBuffer(array: AnyArray, at: number): number {
  const size = array.shape.reduce((product, extent) => product * extent, 1);
  return size > 100 ? size : [1, 2, 5, 16][at % 4]! * 8 * (at % 3 === 0 ? 1 : array.shape.length + 1);
}

/** All blocks put together; each element must be in exactly one. */
async function assembled(array: AnyArray, bufferSize: number, allowSparse: boolean): Promise<NdArray> {
  const { shape, dtype } = array;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = new BUFFERS[dtype as NumericDType](size);
  const mask = new Uint8Array(size);
  const seen = new Uint8Array(size);
  for await (const { position, block } of blocks(array, { bufferSize, allowSparse })) {
    const dense = block instanceof NdArray ? block : block.toDense();
    (dense.data as TypedArray).forEach((value: number | bigint, i: number) => {
      let at = 0;
      let rest = i;
      for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis--]!) {
        const extent = dense.shape[axis]!;
        at += (position[axis]![0] + (rest % extent)) * stride;
        rest = Math.floor(rest / extent);
      }
      seen[at]!++;
      data[at] = value as never;
      mask[at] = dense.mask?.[i] ?? 0;
    });
  }
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) throw new Error(`blocks had element ${wrong} ${seen[wrong]} times`);
  return new NdArray({ data, shape, dtype, mask });
}

export const WAYS: Record<string, Way> = {
  toDense: async (array, { result, ulps = 0 }) => difference(await toDenseArray(array), result, { ulps }),
  "toSparse, then toDense": async (array, { result, ulps = 0 }) =>
    difference((await toSparseArray(array)).toDense(), result, { ulps, anyZero: true }),
  "toDense by blocks": async (array, { result, ulps = 0 }, at) =>
    difference(await toDenseArray(array, { bufferSize: littleBuffer(array, at) }), result, { ulps }),
  "blocks, some of them sparse": async (array, { result, ulps = 0 }, at) =>
    difference(await assembled(array, littleBuffer(array, at + 1), at % 2 === 0), result, {
      ulps,
      anyZero: at % 2 === 0,
    }),
  "subset before reading": async (array, { subset, part, ulps = 0 }, at) => {
    const chosen = wrap(array).subset(subsetOf(subset));
    return difference(await chosen.toDense(at % 5 === 0 ? { bufferSize: 24 } : {}), part, { ulps });
  },
  "subset before toSparse": async (array, { subset, part, ulps = 0 }) =>
    difference((await wrap(array).subset(subsetOf(subset)).toSparse()).toDense(), part, { ulps, anyZero: true }),
  "through a recipe": async (array, { nodes, result, ulps = 0 }) =>
    difference(await toDenseArray(await copied(array, nodes)), result, { ulps }),
};

/** The same tree after a way through JSON; where that cannot be, with other objects for its seeds. */
async function copied(array: AnyArray, nodes: readonly TreeNode[]): Promise<AnyArray> {
  const hasNoRecipe = nodes.some(
    ([name, , how]) => name === "seed" || name === "map" || (name === "sparse" && how === "seed"),
  );
  if (hasNoRecipe) return mapSeeds(array, (seed) => countingSeed(seed));
  return fromRecipe(JSON.parse(JSON.stringify(toRecipe(array))));
}

/** Builds the tree of a case that has a value, and says how one way to its values differs. */
export async function checkValue(
  one: ValueCase,
  way: string,
  at: number,
  notice?: Notice,
): Promise<string | undefined> {
  try {
    return await WAYS[way]!(build(one.nodes, notice), one, at);
  } catch (error) {
    return `threw ${error instanceof DelayedArrayError ? `${error.code}: ${error.message}` : ((error as Error).stack ?? error)}`;
  }
}

/** Builds the tree of a case that must be refused. */
export async function checkError({ nodes, codes, when }: ErrorCase): Promise<string | undefined> {
  let array: AnyArray | undefined;
  try {
    build(nodes.slice(0, -1));
  } catch (error) {
    return `a node before the last was refused: ${String(error)}`;
  }
  try {
    array = build(nodes);
    if (when === "read") await toDenseArray(array);
  } catch (error) {
    if (!(error instanceof DelayedArrayError)) return `threw ${String((error as Error).stack ?? error)}`;
    return codes.includes(error.code) ? undefined : `threw ${error.code} (${error.message}), expected ${codes}`;
  }
  return `was not refused, expected ${codes}`;
}

export function isErrorCase(one: TreeCase): one is ErrorCase {
  return "codes" in one;
}
