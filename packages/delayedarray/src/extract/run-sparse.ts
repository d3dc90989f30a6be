import { allocateNumbers, type TypedArray } from "../base/dtype.js";
import { Pacer } from "../base/pause.js";
import { type AnyRegister, isRegisterDType, makeRegister, type Register, TILE } from "../kernels/register.js";
import type { ExtractOptions } from "../seed/seed.js";
import type { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { allocateIndices, type PositionArray } from "../values/sparse-parts.js";
import { sparseCoordinates } from "../values/sparse-to.js";
import { type StructureUnion, unionStructure } from "../values/sparse-union.js";
import type { StoredEntries } from "../values/stored-entries.js";
import { type Loader, makeLoader, placedStrides } from "./loader.js";
import type { Constant, Leaf, Program } from "./program.js";
import { allocateRegisters } from "./registers.js";
import { addFlags, runStep } from "./run-step.js";

/** A leaf with its values, its axes already those of the block. */
export interface FilledSparseLeaf {
  readonly leaf: Leaf;
  readonly block: SparseNdarray;
}

/** Stored entries, from wherever one of the leaves stores one: 0 where a leaf does not. */
function entriesLoader(
  data: TypedArray,
  dtype: NdArray["dtype"],
  positions: ArrayLike<number> | null,
  tile: number,
): Loader {
  if (positions === null) {
    if (isRegisterDType(dtype)) return { load: (start, n) => data.subarray(start, start + n) as Register };
    const register = makeRegister(dtype, tile);
    return {
      load(start, n) {
        register.set(data.subarray(start, start + n) as never);
        return register;
      },
    };
  }
  const register = makeRegister(dtype, tile);
  const zero = dtype === "int64" || dtype === "uint64" ? 0n : 0;
  return {
    load(start, n) {
      for (let i = 0; i < n; i++) {
        const position = positions[start + i]!;
        register[i] = position < 0 ? zero : data[position]!;
      }
      return register;
    },
  };
}

/** An operand in memory, looked up at the coordinates of each entry. */
function constantLoader(
  constant: Constant,
  shape: readonly number[],
  coordinates: (axis: number) => Int32Array | Float64Array,
  tile: number,
): Loader {
  const { array, axes } = constant;
  const strides = placedStrides(array, axes);
  const used = strides.flatMap((stride, axis) =>
    stride !== 0 && shape[axis]! > 1 ? [{ stride, along: coordinates(axis) }] : [],
  );
  if (used.length === 0) return makeLoader(array, [], [], tile);
  const register = makeRegister(array.dtype, tile);
  const data = array.data as TypedArray;
  return {
    load(start, n) {
      for (let i = 0; i < n; i++) {
        let position = array.offset;
        for (const { stride, along } of used) position += along[start + i]! * stride;
        register[i] = data[position]!;
      }
      return register;
    },
  };
}

/**
 * Runs a program's steps over stored entries only; every step keeps zeros.
 *
 * @returns a new sparse array; entries that became 0 by combining several arrays are left out, as SciPy does
 */
export async function runSparse(
  program: Program,
  leaves: readonly FilledSparseLeaf[],
  constants: readonly Constant[],
  options: ExtractOptions,
): Promise<SparseNdarray> {
  const { shape, dtype, missing } = program;
  const union = unionStructure(leaves.map(({ block }) => block));
  const structure = { shape, indptr: union.indptr, indices: union.indices };
  const count = union.indices.length;
  const tile = Math.max(1, Math.min(TILE, count));
  const known = new Map<number, Float64Array>();
  const coordinates = (axis: number): Float64Array => {
    const found = known.get(axis) ?? sparseCoordinates(structure, axis);
    known.set(axis, found);
    return found;
  };
  const loaders = new Map<number, Loader>();
  leaves.forEach(({ leaf, block }, i) => {
    loaders.set(leaf.id, entriesLoader(block.data as TypedArray, block.dtype, union.positions[i]!, tile));
  });
  for (const { id, source } of program.flags) {
    const k = leaves.findIndex(({ leaf }) => leaf.id === source);
    const flags = leaves[k]!.block.mask ?? new Uint8Array(leaves[k]!.block.nnz);
    loaders.set(id, entriesLoader(flags, "bool", union.positions[k]!, tile));
  }
  for (const constant of constants) loaders.set(constant.id, constantLoader(constant, shape, coordinates, tile));
  const masks = leaves.map(({ leaf, block }) => (missing.sources.includes(leaf.id) ? block.mask : undefined));
  const mask = combineMasks(masks, union, count) ?? (missing.flags.length > 0 ? new Uint8Array(count) : undefined);
  const data = await runTiles(program, loaders, mask, count, options);
  const parts = { ...structure, dtype, data, mask };
  return SparseNdarray.unchecked(leaves.length > 1 ? withoutZeros(parts) : parts);
}

/**
 * Runs a program's steps over some stored entries of its only leaf.
 *
 * @param entries - the leaf's, with the indices on the axes of the result
 */
export async function runEntries(
  program: Program,
  leaf: Leaf,
  { count, coordinates, data, mask }: StoredEntries,
  constants: readonly Constant[],
  options: ExtractOptions,
): Promise<Omit<StoredEntries, "count">> {
  const { missing, flags } = program;
  const tile = Math.max(1, Math.min(TILE, count));
  const loaders = new Map<number, Loader>([[leaf.id, entriesLoader(data, leaf.tree.dtype, null, tile)]]);
  for (const { id } of flags) loaders.set(id, entriesLoader(mask ?? new Uint8Array(count), "bool", null, tile));
  for (const constant of constants) {
    loaders.set(
      constant.id,
      constantLoader(constant, program.shape, (axis) => coordinates[axis]!, tile),
    );
  }
  const own = missing.sources.includes(leaf.id) ? mask?.slice(0, count) : undefined;
  const out = own ?? (missing.flags.length > 0 ? new Uint8Array(count) : undefined);
  return { coordinates, data: await runTiles(program, loaders, out, count, options), mask: out };
}

/** The result of a program for as many entries as its loaders have, tile by tile; adds flags to the mask. */
async function runTiles(
  program: Program,
  loaders: ReadonlyMap<number, Loader>,
  mask: Uint8Array | undefined,
  count: number,
  { signal }: ExtractOptions,
): Promise<TypedArray> {
  const { dtype, steps, result, missing } = program;
  const tile = Math.max(1, Math.min(TILE, count));
  const { registers } = allocateRegisters(program, tile);
  const current: AnyRegister[] = new Array(program.values);
  const data = allocateNumbers(dtype, count);
  const pacer = new Pacer(signal);
  for (let start = 0; start < count; start += tile) {
    const n = Math.min(tile, count - start);
    for (const [id, loader] of loaders) current[id] = loader.load(start, n);
    for (const step of steps) runStep(step, registers[step.out]!, current, n);
    for (const id of missing.flags) addFlags(mask!, current[id] as Register, start, n);
    const values = current[result] as Register;
    data.set((values.length === n ? values : values.subarray(0, n)) as never, start);
    if (pacer.isDue) await pacer.rest();
  }
  return data;
}

function combineMasks(
  masks: readonly (Uint8Array | undefined)[],
  union: StructureUnion,
  count: number,
): Uint8Array | undefined {
  let mask: Uint8Array | undefined;
  masks.forEach((flags, k) => {
    if (flags === undefined) return;
    mask ??= new Uint8Array(count);
    const positions: PositionArray | Float64Array | null = union.positions[k]!;
    for (let i = 0; i < count; i++) {
      const position = positions === null ? i : positions[i]!;
      if (position >= 0) mask[i]! |= flags[position]!;
    }
  });
  return mask;
}

type Parts = Parameters<typeof SparseNdarray.unchecked>[0];

function withoutZeros(parts: Parts): Parts {
  const { data, mask, indices, indptr, shape, dtype } = parts;
  // biome-ignore lint/suspicious/noDoubleEquals: 0n == 0, so that one test serves numbers and bigints
  const isDropped = (i: number) => data[i] == 0 && !mask?.[i];
  let kept = 0;
  for (let i = 0; i < data.length; i++) if (!isDropped(i)) kept++;
  if (kept === data.length) return parts;
  const out = {
    indptr: new Float64Array(indptr.length),
    indices: allocateIndices(shape, kept),
    data: allocateNumbers(dtype, kept),
    mask: mask && new Uint8Array(kept),
  };
  let at = 0;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    for (let i = indptr[fibre]!; i < indptr[fibre + 1]!; i++) {
      if (isDropped(i)) continue;
      out.indices[at] = indices[i]!;
      out.data[at] = data[i]!;
      if (out.mask) out.mask[at] = mask![i]!;
      at++;
    }
    out.indptr[fibre + 1] = at;
  }
  return { shape, dtype, ...out };
}
