import { join } from "node:path";
import { type DelayedArray, DelayedArrayError } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray } from "../../../../tooling/fixtures/read.mjs";
import {
  formatHdf5Tree,
  type H5adColumn,
  type Hdf5CompressedSparseMatrix,
  type Hdf5DenseArray,
  type Hdf5Entry,
  listHdf5,
  openH5adMatrix,
  openHdf5Array,
  openLoomMatrix,
  openTenxMatrix,
  readH5adFrame,
} from "../../src/index.js";

/** An array as an opener must give it. */
export interface FormatCase {
  file: string;
  opener: "tenx" | "h5ad" | "loom" | "any" | "frame";
  name: string | null;
  options: Record<string, unknown>;
  array: EncodedArray;
  sparse: boolean;
  dimnames: (string[] | null)[] | null;
}

export interface FrameCase {
  file: string;
  name: string;
  index: string[];
  columns: [
    string,
    (
      | { kind: "numbers"; values: EncodedArray }
      | { kind: "strings"; values: (string | null)[] }
      | { kind: "categorical"; codes: number[]; levels: unknown[]; ordered: boolean }
    ),
  ][];
}

export interface TreeCase {
  file: string;
  objects: {
    path: string;
    kind: string;
    attributes: string[];
    texts: Record<string, string>;
    shape?: number[] | null;
    maxShape?: number[] | null;
    chunks?: number[] | null;
    filters?: number[];
    dtype?: string | null;
  }[];
}

export interface RefusedCase extends Omit<FormatCase, "array" | "sparse" | "dimnames"> {
  code: string;
  says: string;
}

/** What h5py, anndata and pandas say of the files in a folder. */
export interface ExpectedFormats {
  cases: FormatCase[];
  frames: FrameCase[];
  trees: TreeCase[];
  errors: RefusedCase[];
}

/** What R says: values in R's order, rows fastest. */
export interface RCase {
  file: string;
  opener: "tenx" | "any";
  name: string;
  shape: [number, number];
  values: number[];
  dimnames: (string[] | null)[];
}

type Opened = Hdf5DenseArray | Hdf5CompressedSparseMatrix;

/** Opens an array in one line, as the guide has it. */
export function openCase(
  folder: string,
  { file, opener, name, options }: Pick<FormatCase, "file" | "opener" | "name" | "options">,
): Promise<Opened> {
  const path = join(folder, file);
  switch (opener) {
    case "tenx":
      return openTenxMatrix(path, { ...(name ? { group: name } : {}), ...options });
    case "h5ad":
      return openH5adMatrix(path, name ?? "X", options);
    case "loom":
      return openLoomMatrix(path, options);
    default:
      return openHdf5Array(path, name ?? undefined, options);
  }
}

function titleOf({ file, opener, name, options }: Pick<FormatCase, "file" | "opener" | "name" | "options">): string {
  return `${file}, ${name ?? "no name"} by ${opener} ${JSON.stringify(options)}`;
}

async function expectArray(array: DelayedArray, encoded: EncodedArray): Promise<void> {
  const expected = decodeArray(encoded);
  const { dtype, shape, data } = await array.toDense();
  expect({ dtype, shape: [...shape] }).toEqual({ dtype: expected.dtype, shape: expected.shape });
  expect(data).toEqual(expected.data);
}

function plainColumn(column: H5adColumn): unknown {
  switch (column.kind) {
    case "strings":
      return { kind: "strings", values: column.values };
    case "categorical":
      return {
        ...column,
        codes: Array.from(column.codes),
        levels: column.levels.map((one) => (typeof one === "bigint" ? Number(one) : one)),
      };
    case "numbers": {
      const { dtype, shape } = column.values;
      return { kind: "numbers", dtype, shape: [...shape], values: column.values.toNested() };
    }
  }
}

function expectedColumn(column: FrameCase["columns"][number][1]): unknown {
  if (column.kind !== "numbers") return column;
  const { dtype, shape, data, mask } = decodeArray(column.values);
  const values = Array.from(data as Iterable<number | bigint>, (one, i) =>
    mask?.[i] ? null : dtype === "bool" ? one !== 0 : one,
  );
  const width = shape[1];
  const nested =
    width === undefined
      ? values
      : Array.from({ length: shape[0]! }, (_, row) => values.slice(row * width, (row + 1) * width));
  return { kind: "numbers", dtype, shape, values: nested };
}

function flat(entry: Hdf5Entry): Hdf5Entry[] {
  return [entry, ...(entry.kind === "group" ? (entry.members ?? []) : []).flatMap(flat)];
}

function treeObject(entry: Hdf5Entry): unknown {
  if (entry.kind === "link" || entry.kind === "datatype") return entry;
  const texts = Array.from(entry.attributes).flatMap(([name, { value }]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  const common = {
    path: entry.path,
    kind: entry.kind,
    attributes: Array.from(entry.attributes.keys()).sort(),
    texts: Object.fromEntries(texts),
  };
  if (entry.kind === "group") return common;
  const { shape, maxShape, chunks, filters, dtype } = entry;
  return {
    ...common,
    shape,
    maxShape: maxShape?.map((extent) => (Number.isFinite(extent) ? extent : -1)) ?? null,
    chunks,
    filters: filters.map(({ id }) => id),
    dtype,
  };
}

/** Tests of everything that is expected of the files in a folder. */
export function describeFormats(folder: string, { cases, frames, trees, errors }: ExpectedFormats): void {
  describe("arrays: values, dtype, and names of both axes", () => {
    test.each(cases.map((one) => [titleOf(one), one] as const))("%s", async (_, one) => {
      const array = await openCase(folder, one);
      try {
        expect(array.isSparse).toBe(one.sparse);
        expect(array.dimnames).toEqual(one.dimnames);
        expect(array.found).toEqual(expect.any(String));
        await expectArray(array, one.array);
      } finally {
        await array.close();
      }
    });
  });

  describe("data frames: index and columns", () => {
    test.each(frames.map((one) => [`${one.file}, ${one.name}`, one] as const))(
      "%s",
      async (_, { file, name, index, columns }) => {
        const frame = await readH5adFrame(join(folder, file), name);
        expect(frame.index).toEqual(index);
        expect(Array.from(frame.columns, ([key, column]) => [key, plainColumn(column)])).toEqual(
          columns.map(([key, column]) => [key, expectedColumn(column)]),
        );
      },
    );
  });

  describe.skipIf(trees.length === 0)(
    "trees: every object with its shape, dtype, chunks, filters and attributes",
    () => {
      test.each(trees.map((one) => [one.file, one] as const))("%s", async (_, { file, objects }) => {
        const tree = await listHdf5(join(folder, file));
        const listed = flat(tree)
          .slice(1)
          .filter(({ kind }) => kind !== "link");
        const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
        expect(listed.sort(byPath).map(treeObject)).toEqual([...objects].sort(byPath));
        expect(
          formatHdf5Tree(tree)
            .split("\n")
            .filter((line) => !line.includes("@")),
        ).toHaveLength(objects.length + 1);
      });
    },
  );

  describe("refused, saying what is there", () => {
    test.each(errors.map((one) => [titleOf(one), one] as const))("%s", async (_, one) => {
      const attempt: Promise<unknown> =
        one.opener === "frame" ? readH5adFrame(join(folder, one.file), one.name!, one.options) : openCase(folder, one);
      const error: unknown = await attempt.then(
        () => "nothing was thrown",
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DelayedArrayError);
      expect(error).toMatchObject({ code: one.code, message: expect.stringContaining(one.says) });
    });
  });
}

/** Tests of what R says of the files in a folder. */
export function describeR(folder: string, cases: readonly RCase[]): void {
  describe("as R sees them: values and dimnames", () => {
    test.each(cases.map((one) => [`${one.file}, ${one.name}`, one] as const))("%s", async (_, one) => {
      const { file, opener, name, shape, values } = one;
      const dimnames = one.dimnames.every((list) => list === null) ? null : one.dimnames;
      const options = opener === "any" ? { nativeOrder: false } : {};
      const array = await openCase(folder, { file, opener, name, options });
      try {
        expect(array.shape).toEqual(shape);
        expect(array.dimnames).toEqual(dimnames);
        expect(Array.from((await array.T.toDense()).data, Number)).toEqual(values);
      } finally {
        await array.close();
      }
      if (opener !== "any") return;
      // In the file's order the axes are the other way round, and so are their names.
      const native = await openCase(folder, { file, opener, name, options: {} });
      try {
        expect(native.shape).toEqual([...shape].reverse());
        expect(native.dimnames).toEqual(dimnames && [...dimnames].reverse());
        expect(Array.from((await native.toDense()).data, Number)).toEqual(values);
      } finally {
        await native.close();
      }
    });
  });
}
