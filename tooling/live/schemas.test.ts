import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DTYPES, type NdArray, ndarray, SparseNdarray, slice, wrap } from "delayedarray";
import { TileDbArray, type WriteTileDbArrayOptions, writeTileDbArray } from "tiledbarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeArray, type EncodedArray } from "../fixtures/read.mjs";
import { random } from "../fuzz/random.mjs";
import { capture } from "../process.mjs";
import { livePython, liveSeed } from "./environment.js";

/*
 * TileDB arrays of random schemas, both ways: TileDB-Py writes and we read, we write and TileDB-Py reads.
 */

const COUNT = 1000;
const HANG = 600_000;

interface SchemaCase {
  uri: string;
  title: string;
  sparse: boolean;
  attributeName: string;
  dimensionNames: string[];
  values: EncodedArray | EncodedTexts;
}

interface EncodedTexts {
  readonly dtype: "string";
  readonly shape: number[];
  readonly values: string[];
  readonly mask?: number[];
}

function decoded(values: EncodedArray | EncodedTexts): NdArray {
  if (values.dtype === "string") {
    const { shape, values: texts, mask } = values as EncodedTexts;
    return ndarray(texts, shape, "string", { mask: mask === undefined ? undefined : Uint8Array.from(mask) });
  }
  const { data, shape, dtype, mask } = decodeArray(values as EncodedArray);
  return ndarray(data, shape, dtype, { mask });
}

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }), HANG);

/** Runs one of the Python programs of this folder. */
function python(program: string, ...args: string[]): string {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const { status, stdout, stderr } = capture(livePython(), [script, ...args]);
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
  return stdout;
}

async function expectCase({ uri, sparse, attributeName, dimensionNames, values }: SchemaCase): Promise<void> {
  const whole = decoded(values);
  const part = whole.shape.map((extent, axis) => (axis % 2 === 0 ? slice(null, null, -2) : [extent - 1, 0, 0]));
  await using array = await TileDbArray.open(uri, { attributeName });
  expect(array.isSparse).toBe(sparse && whole.dtype !== "string");
  expect(array.dimensionNames).toEqual(dimensionNames);
  expect(array.dtype).toBe(whole.dtype);
  expect((await array.toDense()).toNested()).toEqual(whole.toNested());
  const wanted = await wrap(whole).subset(part).toDense();
  expect((await array.subset(part).toDense()).toNested()).toEqual(wanted.toNested());
  if (whole.dtype === "string") return;
  expect((await array.toSparse()).toDense().toNested()).toEqual(whole.toNested());
}

describe(`${COUNT} arrays that TileDB-Py has written`, () => {
  let cases: SchemaCase[];
  beforeAll(() => {
    python("write-schemas.py", liveSeed(), folder, String(COUNT));
    cases = JSON.parse(readFileSync(join(folder, "schemas.json"), "utf8"));
  }, HANG);

  it("read as they were written, whole and in part", { timeout: HANG }, async () => {
    expect(cases.length).toBe(COUNT);
    const wrong: string[] = [];
    for (const one of cases) {
      await expectCase(one).catch((error: Error) => wrong.push(`${one.title}: ${error.message}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe(`${COUNT} arrays that we have written`, () => {
  const { between: integer, chance, below } = random(Number(liveSeed()), 0);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
  const FILTERS = ["zstd", "gzip", "lz4", "bzip2", "byteshuffle", "bitshuffle", "checksum-md5"] as const;

  const WORDS = ["a", "gène", "日本語", "🧬", "z\0y"];

  function someArray(): NdArray {
    const shape = Array.from({ length: integer(1, 4) }, () => integer(1, 6));
    const size = shape.reduce((a, b) => a * b, 1);
    const dtype = pick(DTYPES);
    // Eighths are exact in every float, and small enough for every integer.
    const numbers = Float64Array.from({ length: size }, () => (chance(0.4) ? 0 : integer(-300, 300) / 8));
    const mask = chance(0.3) ? Uint8Array.from({ length: size }, () => (chance(0.3) ? 1 : 0)) : undefined;
    if (dtype === "string") {
      const texts = Array.from(numbers, (v) => (v === 0 ? "" : pick(WORDS).repeat(integer(1, 20))));
      return ndarray(texts, shape, dtype, { mask });
    }
    const data = ndarray(numbers, shape).astype(dtype).data;
    return ndarray(data, shape, dtype, { mask });
  }

  function someOptions({ shape, dtype, mask }: NdArray, sparse: boolean) {
    const isMasked = mask !== undefined;
    const dimensionType = pick(INTEGERS);
    const bits = BigInt(dimensionType.replace(/\D/g, ""));
    const isSigned = dimensionType.startsWith("i");
    const least = isSigned ? -(1n << (bits - 1n)) : 0n;
    const most = (1n << (isSigned ? bits - 1n : bits)) - 1n;
    const domainStart = shape.map(() => pick([least, most - 20n, 0n, 1n]));
    const tile = shape.map((extent) => integer(1, extent));
    return {
      // Of dense arrays TileDB-Py cannot read an attribute without a name that is nullable.
      attributeName: pick(isMasked && !sparse ? ["x", "the values"] : ["", "x", "the values"]),
      sparse,
      tile,
      domainStart,
      cellOrder: pick(
        sparse ? (["row-major", "column-major", "hilbert"] as const) : (["row-major", "column-major"] as const),
      ),
      tileOrder: pick(["row-major", "column-major"] as const),
      capacity: integer(1, 50),
      // Runs are found among values only, not among the bytes that another filter made.
      filters:
        chance(0.1) && dtype !== "string"
          ? [{ type: "rle" as const }]
          : Array.from({ length: integer(0, 2) }, () => ({
              type: pick(dtype === "string" ? FILTERS.slice(0, 6) : FILTERS),
            })),
      dimensionNames: shape.map((_, axis) => `${pick(["gene", "x y", "é"])}${axis}`),
      dimensionType,
      consolidate: chance(0.1),
      bufferSize: pick([500, 4000, 1e6]),
      concurrency: integer(1, 3),
    } satisfies WriteTileDbArrayOptions;
  }

  function caseOf(uri: string, x: NdArray, options: ReturnType<typeof someOptions>, reserved?: readonly number[]) {
    return {
      uri,
      shape: x.shape,
      dtype: x.dtype,
      values: Array.from(x.data as ArrayLike<number | bigint | string>, (v) => (typeof v === "bigint" ? String(v) : v)),
      mask: x.mask === undefined ? null : Array.from(x.mask),
      starts: options.domainStart.map(String),
      sparse: options.sparse,
      attributeName: options.attributeName,
      dimensionNames: options.dimensionNames,
      dimensionType: options.dimensionType,
      tile: options.tile,
      ...(reserved === undefined ? {} : { reserved }),
    };
  }

  it("piece by piece, along some axis, are what TileDB-Py finds", { timeout: HANG }, async () => {
    const list: unknown[] = [];
    for (let i = 0; i < COUNT / 4; i++) {
      const x = someArray();
      const sparse = chance(0.5);
      const some = someOptions(x, sparse);
      // Dense arrays of such dimensions, and joining the fragments of dense ones, are refused: TileDB does them wrong.
      const dimensionType = some.dimensionType.endsWith("8") && !sparse ? "int16" : some.dimensionType;
      // Of dense arrays TileDB-Py reads no part that begins below 0.
      const domainStart = some.domainStart.map((start) =>
        dimensionType !== some.dimensionType || (start < 0n && !sparse) ? 1n : start,
      );
      const options = { ...some, dimensionType, domainStart, consolidate: sparse && some.consolidate };
      const reserved = x.shape.map((extent) => extent + integer(0, 5));
      const axis = below(x.shape.length);
      const uri = join(folder, `pieces${i}`);
      const { attributeName, bufferSize, concurrency, consolidate } = options;
      for (let at = 0; at < x.shape[axis]!; ) {
        const end = integer(at + 1, x.shape[axis]!);
        const piece = wrap(x).subset(x.shape.map((_, k) => (k === axis ? slice(at, end) : null)));
        const how = { attributeName, bufferSize, concurrency, consolidate, mode: "append", axis } as const;
        const written = await writeTileDbArray(piece, uri, at === 0 ? { ...options, maxShape: reserved } : how);
        await written.close();
        at = end;
      }
      await using whole = await TileDbArray.open(uri);
      expect((await whole.toDense()).toNested()).toEqual(x.toNested());
      list.push(caseOf(uri, x, options, reserved));
    }
    writeFileSync(join(folder, "pieces.json"), JSON.stringify(list));
    expect(JSON.parse(python("read-schemas.py", join(folder, "pieces.json")))).toEqual([]);
  });

  it("are what TileDB-Py finds", { timeout: HANG }, async () => {
    const list: unknown[] = [];
    for (let i = 0; i < COUNT; i++) {
      const x = someArray();
      const sparse = chance(0.5);
      const options = someOptions(x, sparse);
      const uri = join(folder, `ours${i}`);
      await using written = await writeTileDbArray(
        sparse && x.dtype !== "string" && chance(0.5) ? SparseNdarray.fromDense(x) : x,
        uri,
        options,
      );
      expect(written.shape).toEqual(x.shape);
      list.push(caseOf(uri, x, options));
    }
    writeFileSync(join(folder, "ours.json"), JSON.stringify(list));
    expect(JSON.parse(python("read-schemas.py", join(folder, "ours.json")))).toEqual([]);
  });
});
