import fs from "node:fs";
import { DelayedArray, type Progress, wrap } from "delayedarray";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import {
  Hdf5CompressedSparseMatrix,
  Hdf5CompressedSparseMatrixSeed,
  Hdf5DenseArray,
  Hdf5DenseArraySeed,
} from "../src/index.js";
import { errorOf, everything } from "./helpers.js";
import { largeFile, type TemporaryFile } from "./large-file.js";

const ranks = fixture("hdf5", "ranks.h5");
const csc = { shape: [4000, 4000], byColumn: true };

let large: TemporaryFile;
beforeAll(async () => {
  large = await largeFile();
});
afterAll(() => large.remove());
afterEach(() => {
  vi.restoreAllMocks();
});

type Done = (error: Error | null, count: number) => void;

/** Watches what is read from files. */
function onRead(watch: (count: number) => void): void {
  const read = fs.read as (...args: unknown[]) => void;
  vi.spyOn(fs, "read").mockImplementation(((...args: unknown[]) => {
    const done = args.at(-1) as Done;
    read(...args.slice(0, -1), (error: Error | null, count: number) => {
      watch(count);
      done(error, count);
    });
  }) as typeof fs.read);
}

/** Bytes read from files while some work is done. */
async function bytesRead(work: () => Promise<unknown>): Promise<number> {
  let bytes = 0;
  onRead((count) => {
    bytes += count;
  });
  await work();
  vi.restoreAllMocks();
  return bytes;
}

describe("the file", () => {
  test("is opened once, not per read, and closed once", async () => {
    const open = vi.spyOn(fs, "openSync");
    const close = vi.spyOn(fs, "closeSync");
    const array = await Hdf5DenseArray.open(ranks, "contiguous/3x5");
    for (let i = 0; i < 5; i++) await array.seed.extractDense(everything(array));
    const matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    for (let i = 0; i < 5; i++) await matrix.seed.extractSparse([[i], [i]]);
    expect(open.mock.calls.map(([path, flags]) => [path, flags])).toEqual([
      [ranks, "r"],
      [large.path, "r"],
    ]);
    expect(close).not.toHaveBeenCalled();
    await array.close();
    await array.close();
    await matrix.close();
    expect(close).toHaveBeenCalledTimes(2);
  });

  test("is closed when opening fails", async () => {
    const open = vi.spyOn(fs, "openSync");
    const close = vi.spyOn(fs, "closeSync");
    await errorOf(Hdf5DenseArray.open(ranks, "missing"));
    await errorOf(Hdf5DenseArray.open(fixture("hdf5", "not-hdf5.h5"), "x"));
    await errorOf(Hdf5DenseArray.open(fixture("hdf5", "truncated-60.h5"), "x"));
    await errorOf(Hdf5DenseArray.open(fixture("hdf5", "unusual.h5"), "compound"));
    await errorOf(Hdf5CompressedSparseMatrix.open(ranks, "missing"));
    await errorOf(Hdf5CompressedSparseMatrix.open(large.path, "csc", { shape: [1, 1], byColumn: true }));
    expect(open).toHaveBeenCalledTimes(6);
    expect(close).toHaveBeenCalledTimes(6);
  });

  test("is read where values are asked for, not whole", async () => {
    const { size } = fs.statSync(large.path);
    const bytes = await bytesRead(async () => {
      await using array = await Hdf5DenseArray.open(large.path, "chunked");
      await array.seed.extractDense([[0], [0]]);
    });
    expect(bytes).toBeLessThan(size / 50);
  });

  test.each(["chunked", "contiguous"])(
    "lists far apart on both axes do not read what is between them: %s",
    async (dataset) => {
      await using array = await Hdf5DenseArray.open(large.path, dataset);
      const bytes = await bytesRead(async () => {
        const part = await array.seed.extractDense([Float64Array.from([0, 1000, 1999]), [7, 1992]]);
        expect(part.toNested()).toEqual([0, 1000, 1999].map((row) => [row * 2000 + 7, row * 2000 + 1992]));
      });
      // 6 chunks of 80 KB, or 6 pages, of 32 MB.
      expect(bytes).toBeLessThan(6 * 80_000 + 400_000);
    },
  );

  test("some columns of a CSC matrix: only the chunks that hold them", async () => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    const bytes = await bytesRead(async () => {
      const part = await matrix.seed.extractSparse([everything(matrix)[0]!, [3, 2000, 3999]]);
      expect(part.nnz).toBe(3 * 125);
      expect(Array.from<unknown>(part.data).slice(124, 126)).toEqual([3, 2000]);
    });
    // Besides, pages of the file that hold where the chunks are.
    expect(bytes).toBeLessThan(3 * 3 * 2 * 4096 * 4 + 192 * 1024);
  });

  test("some rows of a CSC matrix: indices once, values only where there is one", async () => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    const read = (rows: number[]) =>
      bytesRead(async () => {
        await matrix.seed.extractSparse([rows, everything(matrix)[1]!]);
      });
    const one = await read([5]);
    const many = await read(Array.from({ length: 300 }, (_, i) => i));
    expect(one).toBeLessThan(2 * 500_000 * 4 + 400_000);
    expect(many).toBeLessThan(2 * 500_000 * 4 + 400_000);
  });
});

describe("close", () => {
  test("reading afterwards is INVALID_ARGUMENT, also of nothing, and through arrays made before", async () => {
    const array = await Hdf5DenseArray.open(ranks, "contiguous/3x5");
    const derived = array.subset([[0]]).add(1);
    await array.close();
    const errors = [
      await errorOf(array.seed.extractDense(everything(array))),
      await errorOf(array.seed.extractDense([[], []])),
      await errorOf(array.toDense()),
      await errorOf(derived.toDense()),
    ];
    for (const { code, message } of errors) {
      expect(code).toBe("INVALID_ARGUMENT");
      expect(message).toContain("the file is closed");
      expect(message).toContain("ranks.h5");
    }
    expect(array.shape).toEqual([3, 5]);
  });

  test("the same for a sparse matrix", async () => {
    const matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    await matrix.close();
    for (const read of [matrix.seed.extractSparse([[0], [0]]), matrix.seed.extractDense([[], []]), matrix.toSparse()]) {
      expect((await errorOf(read)).code).toBe("INVALID_ARGUMENT");
    }
  });

  test("during a read, that read fails", async () => {
    const array = await Hdf5DenseArray.open(large.path, "contiguous");
    const reading = errorOf(array.seed.extractDense(everything(array)));
    await array.close();
    expect((await reading).code).toBe("INVALID_ARGUMENT");
  });

  test("one array of a file can be closed while another is in use", async () => {
    const [first, second] = await Promise.all([
      Hdf5DenseArray.open(ranks, "contiguous/3x5"),
      Hdf5DenseArray.open(ranks, "contiguous/3x5"),
    ]);
    await first.close();
    expect((await second.seed.extractDense([[0], [0]])).size).toBe(1);
    await second.close();
  });

  test("await using closes", async () => {
    let kept: Hdf5DenseArraySeed;
    {
      await using seed = await Hdf5DenseArraySeed.open(ranks, "contiguous/3x5");
      kept = seed;
    }
    expect((await errorOf(kept.extractDense(everything(kept)))).code).toBe("INVALID_ARGUMENT");
  });
});

describe("abort", () => {
  const reason = new Error("no longer wanted");

  test("before: nothing is opened, and the reason is what is thrown", async () => {
    const open = vi.spyOn(fs, "openSync");
    const signal = AbortSignal.abort(reason);
    await expect(Hdf5DenseArray.open(ranks, "contiguous/3x5", { signal })).rejects.toBe(reason);
    await expect(Hdf5CompressedSparseMatrix.open(large.path, "csc", { ...csc, signal })).rejects.toBe(reason);
    expect(open).not.toHaveBeenCalled();
  });

  test("before a read", async () => {
    await using array = await Hdf5DenseArray.open(large.path, "contiguous");
    const signal = AbortSignal.abort(reason);
    await expect(array.seed.extractDense(everything(array), { signal })).rejects.toBe(reason);
    await expect(array.seed.extractDense([[], []], { signal })).rejects.toBe(reason);
  });

  test("in the middle of a read, which then reads no further; another read goes on", async () => {
    await using array = await Hdf5DenseArray.open(large.path, "contiguous");
    const controller = new AbortController();
    onRead(() => controller.abort(reason));
    const stopped = array.seed
      .extractDense(everything(array), { signal: controller.signal })
      .catch((error: unknown) => error);
    const other = array.seed.extractDense(everything(array));
    expect(await stopped).toBe(reason);
    expect((await other).get(1999, 1999)).toBe(2000 * 2000 - 1);
  });

  test("of a sparse read", async () => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    const signal = AbortSignal.abort(reason);
    await expect(matrix.seed.extractSparse(everything(matrix), { signal })).rejects.toBe(reason);
    await expect(matrix.seed.extractDense([[], []], { signal })).rejects.toBe(reason);
  });
});

test("timers have their turn during a long read", async () => {
  await using array = await Hdf5DenseArray.open(large.path, "chunked");
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  // Warm or cold, 128 MB take longer than the time after which others get a turn.
  for (let i = 0; i < 4; i++) await array.seed.extractDense(everything(array));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

describe("progress", () => {
  /** What a read tells, checked to grow up to its end. */
  async function told(read: (onProgress: (step: Progress) => void) => Promise<unknown>): Promise<Progress> {
    const steps: Progress[] = [];
    await read((step) => steps.push(step));
    const last = steps.at(-1)!;
    expect(last.done).toBe(last.total);
    steps.forEach((step, i) => {
      expect(step.total).toBe(last.total);
      expect(step.done).toBeGreaterThan(steps[i - 1]?.done ?? 0);
      expect(step.bytes).toBeGreaterThan(steps[i - 1]?.bytes ?? 0);
    });
    return last;
  }

  test("of a dense read: after each chunk, or part of a dataset in one piece", async () => {
    await using chunked = await Hdf5DenseArray.open(large.path, "chunked");
    const chunks = chunked.seed.chunks!.map((extent) => Math.ceil(2000 / extent));
    expect((await told((onProgress) => chunked.toDense({ onProgress }))).total).toBe(chunks[0]! * chunks[1]!);
    await using whole = await Hdf5DenseArray.open(large.path, "contiguous");
    expect((await told((onProgress) => whole.toDense({ onProgress }))).bytes).toBe(2000 * 2000 * 8);
    const rows = { start: 0, stop: 2000, step: 2 };
    await told((onProgress) => whole.seed.extractDense([rows, [1, 5]], { onProgress }));
  });

  test("of a sparse read: after each chunk, or batch", async () => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    await told((onProgress) => matrix.toSparse({ onProgress }));
    await told((onProgress) => matrix.seed.extractSparse([[1, 3], everything(matrix)[1]!], { onProgress }));
  });

  test("an error in it ends the read", async () => {
    await using chunked = await Hdf5DenseArray.open(large.path, "chunked");
    const enough = new Error("enough");
    let calls = 0;
    const onProgress = () => {
      calls++;
      throw enough;
    };
    await expect(chunked.seed.extractDense(everything(chunked), { onProgress })).rejects.toBe(enough);
    expect(calls).toBe(1);
  });
});

test("many reads at once", async () => {
  await using array = await Hdf5DenseArray.open(large.path, "chunked");
  const rows = Array.from({ length: 50 }, (_, i) => i * 40);
  const parts = await Promise.all(
    rows.map((row) => array.seed.extractDense([[row], { start: 0, stop: 2000, step: 500 }])),
  );
  expect(parts.map((part) => part.toNested())).toEqual(
    rows.map((row) => [[0, 500, 1000, 1500].map((column) => row * 2000 + column)]),
  );
});

describe("the classes", () => {
  test("extend DelayedArray; operations give plain delayed arrays", async () => {
    await using array = await Hdf5DenseArray.open(ranks, "contiguous/3x5");
    await using matrix = await Hdf5CompressedSparseMatrix.open(large.path, "csc", csc);
    expect(array).toBeInstanceOf(DelayedArray);
    expect(array).toBeInstanceOf(Hdf5DenseArray);
    expect(matrix).toBeInstanceOf(Hdf5CompressedSparseMatrix);
    expect(array).not.toBeInstanceOf(Hdf5CompressedSparseMatrix);
    expect(array.transpose()).not.toBeInstanceOf(Hdf5DenseArray);
    expect(String(array)).toBe("<3 x 5> Hdf5DenseArray object of type 'int32'");
    expect(String(matrix)).toBe("<4000 x 4000> sparse Hdf5CompressedSparseMatrix object of type 'float32'");
    for (const one of [array, matrix, array.seed, matrix.seed]) expect(Object.isFrozen(one)).toBe(true);
  });

  test("wrap gives a seed its own class", async () => {
    await using dense = await Hdf5DenseArraySeed.open(ranks, "contiguous/3x5");
    await using sparse = await Hdf5CompressedSparseMatrixSeed.open(large.path, "csc", csc);
    expect(wrap(dense)).toBeInstanceOf(Hdf5DenseArray);
    expect(wrap(sparse)).toBeInstanceOf(Hdf5CompressedSparseMatrix);
  });
});
