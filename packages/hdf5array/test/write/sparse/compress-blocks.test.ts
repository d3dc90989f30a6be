import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { NdArray, SparseNdarray } from "delayedarray";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type BlockBounds, BlockCompressor, type FibreSink } from "../../../src/write/sparse/compress-blocks.js";
import { openScratch, type Scratch } from "../../../src/write/sparse/scratch.js";

/** Keeps what it is given. */
function collecting() {
  const indices: number[] = [];
  const data: (number | bigint)[] = [];
  const indptr = [0];
  const sink: FibreSink = {
    async entries(more, values) {
      indices.push(...more);
      for (const value of values) data.push(value);
    },
    async ends(lengths) {
      for (const length of lengths) indptr.push(indptr.at(-1)! + length);
    },
  };
  return { sink, indices, data, indptr };
}

/** A matrix with about one element in `1 / density`, from a generator of its own: entry k is at k's hash. */
function matrix(rows: number, columns: number, density: number): NdArray<"float64"> {
  const data = new Float64Array(rows * columns);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (state / 2 ** 32 < density) data[i] = i + 1;
  }
  return new NdArray({ data, shape: [rows, columns], dtype: "float64" });
}

/** The compressed columns or rows of a dense matrix, element by element. */
function compressed(x: NdArray<"float64">, fibreAxis: 0 | 1) {
  const [fibres, extent] = fibreAxis === 1 ? [x.shape[1]!, x.shape[0]!] : [x.shape[0]!, x.shape[1]!];
  const result = { indices: [] as number[], data: [] as number[], indptr: [0] };
  for (let fibre = 0; fibre < fibres; fibre++) {
    for (let index = 0; index < extent; index++) {
      const value = fibreAxis === 1 ? x.get(index, fibre) : x.get(fibre, index);
      if (value === 0) continue;
      result.indices.push(index);
      result.data.push(value!);
    }
    result.indptr.push(result.indices.length);
  }
  return result;
}

function cut(x: NdArray<"float64">, bounds: BlockBounds): SparseNdarray<"float64"> {
  const [[r0, r1], [c0, c1]] = bounds as [[number, number], [number, number]];
  const data = new Float64Array((r1 - r0) * (c1 - c0));
  for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) data[(r - r0) * (c1 - c0) + c - c0] = x.get(r, c)!;
  return SparseNdarray.fromDense(new NdArray({ data, shape: [r1 - r0, c1 - c0], dtype: "float64" }));
}

/** Tiles of a size, the first axis fastest. */
function tiles([rows, columns]: readonly number[], [height, width]: readonly [number, number]): BlockBounds[] {
  const all: BlockBounds[] = [];
  for (let c = 0; c < columns!; c += width)
    for (let r = 0; r < rows!; r += height)
      all.push([
        [r, Math.min(rows!, r + height)],
        [c, Math.min(columns!, c + width)],
      ]);
  return all;
}

async function compress(
  x: NdArray<"float64">,
  fibreAxis: 0 | 1,
  blocks: readonly BlockBounds[],
  scratch: () => Promise<Scratch> = () => Promise.reject(new Error("no temporary file is expected")),
) {
  const { sink, ...result } = collecting();
  const shape = x.shape as [number, number];
  const compressor = new BlockCompressor({ shape, dtype: "float64", fibreAxis, memory: 1, scratch, sink });
  try {
    for (const bounds of blocks) await compressor.add(bounds, cut(x, bounds));
    await compressor.finish();
  } finally {
    await compressor.close();
  }
  return result;
}

const small = matrix(30, 40, 0.2);
// Five times as many entries as are sorted in memory at least.
const large = matrix(300, 400, 0.2);

describe("blocks of whole fibres", () => {
  it("are handed on as they come: columns for CSC", async () => {
    expect(await compress(small, 1, tiles(small.shape, [30, 7]))).toEqual(compressed(small, 1));
  });

  it("are handed on as they come: rows for CSR", async () => {
    expect(await compress(small, 0, tiles(small.shape, [7, 40]))).toEqual(compressed(small, 0));
  });

  it("need no temporary file, however many they are", async () => {
    expect(await compress(large, 1, tiles(large.shape, [300, 10]))).toEqual(compressed(large, 1));
  });

  it("need none either when a few tiles make them whole", async () => {
    expect(await compress(large, 1, tiles(large.shape, [50, 10]))).toEqual(compressed(large, 1));
  });
});

describe("blocks across the fibres", () => {
  const orders: [string, (blocks: BlockBounds[]) => BlockBounds[]][] = [
    ["in the order of the grid", (blocks) => blocks],
    ["backwards", (blocks) => blocks.reverse()],
    ["all mixed", (blocks) => blocks.sort((a, b) => ((a[0]![0] * 7 + a[1]![0] * 13) % 11) - ((b[0]![0] * 7) % 11))],
  ];
  for (const [fibreAxis, layout] of [
    [1, "CSC"],
    [0, "CSR"],
  ] as const) {
    const band: [number, number] = fibreAxis === 1 ? [10, 400] : [300, 10];
    it.each(orders)(`are put in order in temporary files: ${layout}, %s`, async (_, order) => {
      const scratch = vi.fn(() => openScratch());
      expect(await compress(large, fibreAxis, order(tiles(large.shape, band)), scratch)).toEqual(
        compressed(large, fibreAxis),
      );
      expect(scratch).toHaveBeenCalledTimes(3);
    });

    it.each(orders)(`so are tiles: ${layout}, %s`, async (_, order) => {
      const got = await compress(large, fibreAxis, order(tiles(large.shape, [37, 41])), () => openScratch());
      expect(got).toEqual(compressed(large, fibreAxis));
    });
  }

  it("are sorted in memory where they fit", async () => {
    expect(await compress(small, 1, tiles(small.shape, [4, 40]))).toEqual(compressed(small, 1));
  });

  it("may have one fibre that is larger than what is sorted at a time", async () => {
    const one = matrix(1, 40_000, 0.9);
    const blocks = tiles(one.shape, [1, 1000]).reverse();
    expect(await compress(one, 0, blocks, () => openScratch())).toEqual(compressed(one, 0));
  });

  it("leave no temporary file, also when they fail", async () => {
    const blocks = [...tiles(large.shape, [10, 400]).slice(0, -1)];
    await expect(compress(large, 1, blocks, () => openScratch())).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    const left = await readdir(tmpdir());
    expect(left.filter((name) => name.startsWith(".hdf5array-"))).toEqual([]);
  });
});

describe("temporary storage without a file system", () => {
  it("keeps what is appended as blobs", async () => {
    const { process } = globalThis as { process: { getBuiltinModule: unknown } };
    vi.spyOn(process as { getBuiltinModule: () => unknown }, "getBuiltinModule").mockReturnValue(undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await compress(large, 1, tiles(large.shape, [10, 400]), () => openScratch())).toEqual(compressed(large, 1));
  });
});

describe("what blocks may not be", () => {
  it("overlapping, behind those that are written", async () => {
    const blocks = tiles(small.shape, [30, 10]);
    await expect(compress(small, 1, [blocks[0]!, blocks[1]!, blocks[1]!])).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("begins at column 10, but all elements before column 20 have been given"),
    });
  });

  it("overlapping, among those that wait", async () => {
    const blocks = tiles(small.shape, [15, 40]);
    await expect(compress(small, 1, [blocks[0]!, blocks[0]!])).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/the element in row \d+ and column 0 is in two blocks/),
    });
  });

  it("too few", async () => {
    await expect(compress(small, 0, tiles(small.shape, [10, 40]).slice(0, 2))).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: "the blocks hold 800 elements, expected the 1200 of a matrix of 30 x 40",
    });
  });
});

describe("values and extents at their limits", () => {
  it("64-bit integers, explicit zeros and positions beyond 2^31 stay what they are", async () => {
    const { sink, ...result } = collecting();
    const far = 2 ** 33;
    const options = { dtype: "int64", fibreAxis: 1, memory: 1, scratch: () => openScratch(), sink } as const;
    const compressor = new BlockCompressor({ ...options, shape: [far, 2] });
    const block = (rows: number, entries: [number, bigint][]) =>
      SparseNdarray.fromCoo(
        {
          coords: [entries.map(([row]) => row), entries.map((_, i) => i % 2)],
          data: BigInt64Array.from(entries, ([, value]) => value),
          shape: [rows, 2],
        },
        { dtype: "int64" },
      );
    const low = block(2 ** 32, [
      [5, 2n ** 62n],
      [7, 0n],
    ]);
    const high = block(far - 2 ** 32, [[2 ** 32 - 1, -1n]]);
    await compressor.add(
      [
        [0, 2 ** 32],
        [0, 2],
      ],
      low,
    );
    await compressor.add(
      [
        [2 ** 32, far],
        [0, 2],
      ],
      high,
    );
    await compressor.finish();
    expect(result).toEqual({ indices: [5, far - 1, 7], data: [2n ** 62n, -1n, 0n], indptr: [0, 2, 3] });
  });

  it.each([[[0, 3]], [[3, 0]], [[0, 0]]] as const)("an array of shape %j has no entries", async ([rows, columns]) => {
    const empty = new NdArray({ data: new Float64Array(0), shape: [rows, columns], dtype: "float64" });
    const got = await compress(empty, 1, []);
    expect(got).toEqual({ indices: [], data: [], indptr: new Array(columns + 1).fill(0) });
  });
});
