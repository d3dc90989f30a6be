import { allocate, type TypedArray } from "../base/dtype.js";
import { Pacer, READING_SLICE } from "../base/pause.js";
import { setElements } from "../base/set-elements.js";
import { sizeOf } from "../base/shape.js";
import { type AnyRegister, isRegisterDType, type Register, TILE } from "../kernels/register.js";
import type { ExtractOptions } from "../seed/seed.js";
import { gather } from "../values/gather.js";
import { NdArray } from "../values/nd-array.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import { type Loader, makeLoader, placedStrides } from "./loader.js";
import type { Program, Source } from "./program.js";
import { allocateRegisters } from "./registers.js";
import { addFlags, runStep } from "./run-step.js";

/** A source with its values. */
export interface FilledSource {
  readonly source: Source;
  readonly block: NdArrayParts;
}

/** Tiles hold whole rows where rows are short, so that a vector along the last axis is laid out once for all tiles. */
function tileLength(shape: readonly number[]): number {
  const row = shape[shape.length - 1] ?? 1;
  return row >= TILE ? TILE : Math.floor(TILE / row) * row;
}

/**
 * Runs a program's steps tile by tile, each tile through all steps while it is in the CPU's cache.
 *
 * @param target - receives the values, if given
 * @returns a C-contiguous array, new unless a target was given
 */
export async function runDense(
  program: Program,
  sources: readonly FilledSource[],
  { signal }: ExtractOptions,
  target?: TypedArray,
): Promise<NdArray> {
  const { shape, dtype, steps, result, missing } = program;
  const size = sizeOf(shape);
  const tile = Math.min(tileLength(shape), size);
  const data = target ?? allocate(dtype, size);
  const loaders = new Map<number, Loader>();
  for (const { source, block } of sources) loaders.set(source.id, makeLoader(block, source.axes, shape, tile));
  for (const { id, source: flagged } of program.flags) {
    const { source, block } = sources.find((filled) => filled.source.id === flagged)!;
    loaders.set(id, makeLoader(flagsOf(block), source.axes, shape, tile));
  }
  const isMissingIn = new Set(missing.sources);
  const masked = sources.filter(({ source }) => isMissingIn.has(source.id));
  const mask = combineMasks(shape, masked) ?? (missing.flags.length > 0 ? new Uint8Array(size) : undefined);
  const { registers } = allocateRegisters(program, tile);
  const current: AnyRegister[] = new Array(program.values);
  const direct = isRegisterDType(dtype) && steps.length > 0;
  const pacer = new Pacer(signal, READING_SLICE);
  for (let start = 0; start < size; start += tile) {
    const n = Math.min(tile, size - start);
    for (const [id, loader] of loaders) current[id] = loader.load(start, n);
    for (const step of steps) {
      const isLast = direct && step.out === result;
      const register = isLast ? (data as Register).subarray(start, start + n) : registers[step.out]!;
      runStep(step, register as AnyRegister, current, n);
    }
    for (const id of missing.flags) addFlags(mask!, current[id] as Register, start, n);
    if (!direct) setElements(data, current[result]!, start, 0, n);
    if (pacer.isDue) await pacer.rest();
  }
  return new NdArray({ data, shape, dtype, mask });
}

/** A block's mask as values of their own. */
function flagsOf({ mask, shape, stride, offset }: NdArrayParts): NdArrayParts {
  return mask === undefined
    ? { data: new Uint8Array(1), dtype: "bool", shape, stride: shape.map(() => 0), offset: 0, mask: undefined }
    : { data: mask, dtype: "bool", shape, stride, offset, mask: undefined };
}

/** Missing wherever any source is missing. */
function combineMasks(shape: readonly number[], sources: readonly FilledSource[]): Uint8Array | undefined {
  let mask: Uint8Array | undefined;
  for (const { source, block } of sources) {
    if (block.mask === undefined) continue;
    const flags = gather(
      { ...block, data: block.mask, dtype: "bool", mask: undefined, shape, stride: placedStrides(block, source.axes) },
      [],
    ).data as Uint8Array;
    if (mask === undefined) mask = flags;
    else for (let i = 0; i < mask.length; i++) mask[i]! |= flags[i]!;
  }
  return mask;
}

/** A program without steps: the source's values, moved into place and nobody else's. */
export function arrange(
  program: Program,
  { source, block }: FilledSource,
  isFresh: boolean,
  target?: TypedArray,
): NdArray {
  const { shape, dtype } = program;
  const stride = placedStrides(block, source.axes);
  const { data, offset, mask } = block;
  const placed = new NdArray({ data, shape, stride, offset, dtype, mask });
  const packed = placed.contiguous();
  if (target === undefined && (isFresh || packed !== placed)) return packed;
  const own = target ?? allocate(dtype, sizeOf(shape));
  setElements(own, packed.data, 0);
  return new NdArray({ data: own, shape, dtype, mask: packed.mask?.slice() });
}
