// Looks one thing up in a file, with the project's reader.
import { DelayedArrayError } from "delayedarray";
import type { Hdf5Dataset, Hdf5File } from "../../../packages/hdf5array/src/file/hdf5-file.js";
import { compoundField } from "../../../packages/hdf5array/src/format/compound-field.js";
import type { Hdf5Type } from "../../../packages/hdf5array/src/format/hdf5-type.js";
import { Hdf5CompressedSparseMatrixSeed } from "../../../packages/hdf5array/src/seeds/compressed-sparse.js";
import { describeType, hasTexts } from "./describe-type.js";
import { ABSENT, extents, found, LARGE, product } from "./outcome.js";
import { decoded, hex, openAsUsers, readSeed, readWindow, withPlainNaN } from "./values.js";

export type Probe =
  | { readonly what: "kind" | "children" | "dataset"; readonly path: string }
  | { readonly what: "attribute"; readonly path: string; readonly name: string }
  | { readonly what: "values"; readonly path: string; readonly start: number[]; readonly stop: number[] }
  | {
      readonly what: "field";
      readonly path: string;
      readonly field: string;
      readonly start: number[];
      readonly stop: number[];
    }
  | {
      readonly what: "reshape";
      readonly path: string;
      readonly shape: number[];
      readonly start: number[];
      readonly stop: number[];
    }
  | { readonly what: "sparse"; readonly path: string; readonly shape: [number, number]; readonly byColumn: boolean };

/** An open mutant. */
export interface Subject {
  readonly bytes: Uint8Array;
  readonly file: Hdf5File;
  /** Whether values are read through the classes that users have, which open the file again each time. */
  readonly asUsers: boolean;
  /** Which readers have been used. */
  readonly readers: Set<string>;
}

/** One line: what was found, or the error; one that nobody meant to throw begins with `?`. */
export async function run(subject: Subject, probe: Probe): Promise<string> {
  try {
    return await look(subject, probe);
  } catch (error) {
    return failed(error);
  }
}

export function failed(error: unknown): string {
  if (error instanceof DelayedArrayError) return `!${error.code}: ${error.message}`;
  return `?${error instanceof Error ? error.stack : String(error)}`;
}

async function look(subject: Subject, probe: Probe): Promise<string> {
  const { file } = subject;
  switch (probe.what) {
    case "kind":
      return foundOr(await file.kind(probe.path, {}));
    case "children":
      return found(JSON.stringify([...(await file.children(probe.path, {}))].sort()));
    case "dataset":
      return describeDataset(await opened(subject, probe.path));
    case "values":
      return values(subject, probe);
    case "field":
      return field(subject, probe);
    case "reshape":
      return reshaped(subject, probe);
    case "attribute":
      return attribute(file, probe.path, probe.name);
    case "sparse":
      return sparse(subject, probe);
  }
}

function foundOr(kind: string | null): string {
  return kind === null ? ABSENT : found(kind);
}

async function opened({ file, readers }: Subject, path: string): Promise<Hdf5Dataset> {
  const dataset = await file.dataset(path, {});
  readers.add(dataset.reader);
  return dataset;
}

function describeDataset({ info: { shape, chunks, filters, type } }: Hdf5Dataset): string {
  const ids = filters.map(({ id }) => id).join(",");
  return found(`${extents(shape)} ${chunks === null ? "whole" : extents(chunks)} [${ids}] ${describeType(type)}`);
}

/** The part of a dataset that is read: the base file's, as far as it is there. */
function window(shape: readonly number[], start: readonly number[], stop: readonly number[]): [number[], number[]] {
  const known = start.length === shape.length;
  const first = shape.map((extent, axis) => Math.min(known ? start[axis]! : 0, extent));
  return [first, shape.map((extent, axis) => Math.min(known ? stop[axis]! : 4, extent) - first[axis]!)];
}

function isLarge(counts: readonly number[], type: Hdf5Type): boolean {
  if (hasTexts(type)) return product(counts) > LARGE / 256;
  return product(counts) * type.size > LARGE;
}

async function values(subject: Subject, { path, start, stop }: Probe & { what: "values" }): Promise<string> {
  const dataset = await opened(subject, path);
  const { shape, type } = dataset.info;
  if (shape === null) return found("null");
  const [first, count] = window(shape, start, stop);
  if (isLarge(type.kind === "string" ? shape : count, type)) return found("large");
  const head = extents(count);
  if (subject.asUsers) {
    await using seed = await openAsUsers(subject.bytes, path);
    return found(`${head} ${await readSeed(seed, type, first, count)}`);
  }
  if (type.kind !== "string") return found(`${head} ${await readWindow(dataset, first, count, path)}`);
  const strings = await subject.file.strings(path, {});
  return found(`${head} ${JSON.stringify(part(strings.values, shape, first, count))}`);
}

/** A field of a compound; the extents of an array type come after those of the dataset. */
async function field(subject: Subject, { path, field, start, stop }: Probe & { what: "field" }): Promise<string> {
  const { shape, type } = (await opened(subject, path)).info;
  if (shape === null) return found("null");
  const [first, count] = window(shape, start, stop);
  if (isLarge(count, type)) return found("large");
  await using seed = await openAsUsers(subject.bytes, path, { field });
  const inner = seed.shape.slice(shape.length);
  const counts = [...count, ...inner];
  if (product(counts) > LARGE) return found("large");
  const value = innermost(compoundField(type, field, path).type);
  return found(`${extents(counts)} ${await readSeed(seed, value, [...first, ...inner.map(() => 0)], counts)}`);
}

function innermost(type: Hdf5Type): Hdf5Type {
  return type.kind === "array" ? innermost(type.element) : type;
}

/** A part of a dataset under another shape. */
async function reshaped(subject: Subject, { path, shape, start, stop }: Probe & { what: "reshape" }): Promise<string> {
  const { info } = await opened(subject, path);
  if (info.shape !== null && isLarge(info.shape, info.type)) return found("large");
  await using seed = await openAsUsers(subject.bytes, path, { reshape: shape });
  // h5py has to read all of it to give it another shape: what it cannot read must not be left out here.
  await readSeed(
    seed,
    innermost(info.type),
    shape.map(() => 0),
    shape,
  );
  const count = stop.map((end, axis) => end - start[axis]!);
  return found(`${extents(count)} ${await readSeed(seed, innermost(info.type), start, count)}`);
}

/** A window of elements in C order. */
function part(all: readonly string[], shape: readonly number[], first: number[], count: number[]): string[] {
  let positions = [0];
  shape.forEach((extent, axis) => {
    const indices = Array.from({ length: count[axis]! }, (_, i) => first[axis]! + i);
    positions = positions.flatMap((position) => indices.map((index) => position * extent + index));
  });
  return positions.map((position) => all[position]!);
}

async function attribute(file: Hdf5File, path: string, name: string): Promise<string> {
  const one = await file.attribute(path, name, {});
  if (one === null) return ABSENT;
  const { shape, type, value } = one;
  const described = `${extents(shape)} ${describeType(type)}`;
  if (shape === null) return found(described);
  if (isLarge(shape, type)) return found("large");
  if (!(value instanceof Uint8Array)) return found(`${described} ${JSON.stringify(value)}`);
  try {
    return found(`${described} ${decoded(type, value, name)}`);
  } catch (error) {
    if (error instanceof DelayedArrayError && error.code === "DTYPE_UNSUPPORTED") return found(`${described} -`);
    throw error;
  }
}

async function sparse({ bytes }: Subject, { path, shape, byColumn }: Probe & { what: "sparse" }): Promise<string> {
  await using seed = await Hdf5CompressedSparseMatrixSeed.open(bytes, path, { shape, byColumn });
  if (seed.nnz * 8 > LARGE) return found("large");
  const { data, dtype } = await seed.extractDense(shape.map((extent) => ({ start: 0, stop: extent, step: 1 })));
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const sum = data.slice();
    for (let i = 0; i < sum.length; i++) sum[i]! += 0;
    return found(`${dtype}:${hex(withPlainNaN(sum))}`);
  }
  return found(`${dtype}:${hex(data as Uint8Array)}`);
}
