import { DelayedArrayError, extractDenseArray, slice } from "delayedarray";
import { ArrayHandle, Query } from "libtiledb";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { contextFor } from "../src/config.js";
import { TileDbArray, TileDbArraySeed } from "../src/index.js";
import { readDense } from "../src/read-dense.js";
import { arrayOf, cases, expectEqual, many, place } from "./fixtures.js";
import { errorOf, make, sourceOf } from "./source.js";

const rows = 1000;
const columns = 1200;
let large: string;

beforeAll(async () => {
  large = await make(
    {
      arrayType: "dense",
      dimensions: [
        { name: "i", datatype: "int32", domain: [1, rows], tile: 100 },
        { name: "j", datatype: "int32", domain: [1, columns], tile: 100 },
      ],
      attributes: [{ name: "v", datatype: "int32", filters: [{ type: "zstd", level: 5 }] }],
    },
    { v: Int32Array.from({ length: rows * columns }, (_, i) => i) },
  );
});

afterEach(() => vi.restoreAllMocks());

const all = (shape: readonly number[]) => shape.map((extent) => ({ start: 0, stop: extent, step: 1 }));

describe("close", () => {
  test("ends reading, also through arrays made from it", async () => {
    const array = await TileDbArray.open(place("dense-2d-from-0.tiledb"));
    const derived = array.T.subset([slice(0, 2)]).add(1);
    await derived.toDense();
    await array.close();
    for (const reading of [array.toDense(), array.toSparse(), array.format(), derived.toDense()]) {
      const error = await errorOf(reading);
      expect(error).toBeInstanceOf(DelayedArrayError);
      expect((error as DelayedArrayError).code).toBe("INVALID_ARGUMENT");
      expect((error as Error).message).toContain("closed");
    }
    expect(array.shape).toEqual([9, 12]);
  });

  test("can be called again, and by await using", async () => {
    const array = await TileDbArray.open(place("sparse-2d-from-0.tiledb"));
    await Promise.all([array.close(), array.close()]);
    await array.close();
    let seed: TileDbArraySeed;
    {
      await using opened = await TileDbArraySeed.open(place("sparse-2d-from-0.tiledb"));
      seed = opened;
    }
    const error = await errorOf(seed.extractDense(all(seed.shape)));
    expect((error as DelayedArrayError).code).toBe("INVALID_ARGUMENT");
  });

  test("waits for reads that have begun", async () => {
    const array = await TileDbArray.open<"int32">(large);
    const reading = array.toDense();
    let isRead = false;
    reading.then(() => {
      isRead = true;
    });
    await array.close();
    expect(isRead).toBe(true);
    expect((await reading).data.at(-1)).toBe(rows * columns - 1);
  });
});

describe("reading", () => {
  test("opens the array once, however often it is read", async () => {
    const open = vi.spyOn(ArrayHandle, "open");
    await using array = await TileDbArray.open(place(many.uri));
    await array.subset([slice(0, 10)]).toSparse();
    await array.format();
    await array
      .add(1)
      .subset([[5, 2], null])
      .toDense();
    expect(open).toHaveBeenCalledTimes(1);
  });

  test("asks for no attribute but its own, and for coordinates only of sparse arrays", async () => {
    const data = vi.spyOn(Query.prototype, "setDataBuffer");
    await using dense = await TileDbArray.open(place("dense-attributes.tiledb"), { attributeName: "a_int16" });
    await dense.toDense();
    await dense.subset([[0, 2], slice(null, null, 2)]).toDense();
    expect(new Set(data.mock.calls.map(([name]) => name))).toEqual(new Set(["a_int16"]));
    data.mockClear();
    await using sparse = await TileDbArray.open(place("sparse-attributes.tiledb"), { attributeName: "" });
    await sparse.toDense();
    await sparse.toSparse();
    expect(new Set(data.mock.calls.map(([name]) => name))).toEqual(new Set(["", "x", "y"]));
  });

  test("reads nothing when nothing is selected, and nothing before it is asked", async () => {
    const submit = vi.spyOn(Query.prototype, "submit");
    for (const uri of ["dense-2d-from-1.tiledb", "sparse-2d-from-1.tiledb"]) {
      await using array = await TileDbArray.open(place(uri));
      const derived = array.subset([[], null]);
      expect(derived.multiply(2).T.shape).toEqual([12, 0]);
      expect(submit).not.toHaveBeenCalled();
      expect((await derived.toDense()).shape).toEqual([0, 12]);
      expect((await derived.toSparse()).shape).toEqual([0, 12]);
      expect((await array.seed.extractDense([[], { start: 0, stop: 12, step: 1 }])).shape).toEqual([0, 12]);
      expect((await array.seed.extractSparse([[], { start: 0, stop: 12, step: 1 }])).shape).toEqual([0, 12]);
    }
    expect(submit).not.toHaveBeenCalled();
  });

  test("several parts at the same time gives each its own", async () => {
    for (const name of ["dense-3d-from-minus-5.tiledb", "sparse-3d-from-minus-5.tiledb"]) {
      const it = cases.find((one) => one.uri === name)!;
      const expected = arrayOf(it);
      await using array = await TileDbArray.open(place(name));
      const whole = await array.toDense();
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          const part = [i % 3, slice(i % 5), [i % 7, (i + 3) % 7]] as const;
          const found = await extractDenseArray(array, [...part]);
          const [a, b, c] = [i % 3, i % 5, [i % 7, (i + 3) % 7]];
          for (let j = 0; j < 5 - b; j++) {
            for (const [k, index] of c.entries()) expect(found.get(j, k)).toBe(whole.get(a, b + j, index));
          }
        }),
      );
      expectEqual(whole, expected);
    }
  });

  test("gives arrays that nobody else holds", async () => {
    await using array = await TileDbArray.open<"int32">(large);
    const first = await array.subset([slice(0, 2)]).toDense();
    first.data.fill(-1);
    expect((await array.subset([slice(0, 1)]).toDense()).data[5]).toBe(5);
  });

  test("lets others have their turn", async () => {
    await using array = await TileDbArray.open(large);
    let turns = 0;
    let isReading = true;
    const turn = () => {
      turns++;
      if (isReading) setImmediate(turn);
    };
    setImmediate(turn);
    await array.seed.extractDense(all(array.shape));
    isReading = false;
    expect(turns).toBeGreaterThan(20);
  });

  test("checks what a seed is asked for", async () => {
    await using array = await TileDbArray.open(place("dense-2d-from-1.tiledb"));
    const { seed } = array;
    const code = async (promise: Promise<unknown>) => ((await errorOf(promise)) as DelayedArrayError).code;
    expect(await code(seed.extractDense([[0]]))).toBe("SHAPE_MISMATCH");
    expect(await code(seed.extractDense([[0, 9], [0]]))).toBe("INDEX_OUT_OF_RANGE");
    expect(await code(seed.extractDense([[0], { start: -1, stop: 3, step: 1 }]))).toBe("INDEX_OUT_OF_RANGE");
    expect(await code(seed.extractSparse([[2, 1], [0]]))).toBe("INVALID_ARGUMENT");
  });
});

describe("a signal", () => {
  test("that has aborted stops opening and reading at once", async () => {
    const open = vi.spyOn(ArrayHandle, "open");
    const reason = new Error("no more");
    const signal = AbortSignal.abort(reason);
    expect(await errorOf(TileDbArray.open(large, { signal }))).toBe(reason);
    expect(open).not.toHaveBeenCalled();
    const submit = vi.spyOn(Query.prototype, "submit");
    await using array = await TileDbArray.open(large);
    expect(await errorOf(array.toDense({ signal }))).toBe(reason);
    expect(await errorOf(array.seed.extractSparse(all(array.shape), { signal }))).toBe(reason);
    expect(submit).not.toHaveBeenCalled();
  });

  test("that aborts while the array is opened rejects with its reason, and the array is closed", async () => {
    const closed = vi.spyOn(ArrayHandle.prototype, "close");
    const controller = new AbortController();
    const reason = new Error("no more");
    const opening = TileDbArray.open(large, { signal: controller.signal });
    controller.abort(reason);
    expect(await errorOf(opening)).toBe(reason);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
  });

  test("that aborts between two queries stops before the next", async () => {
    const source = await sourceOf(large);
    const controller = new AbortController();
    const reason = new Error("no more");
    const original = Query.prototype.submit;
    const submit = vi.spyOn(Query.prototype, "submit").mockImplementation(async function (this: Query) {
      const status = await original.call(this);
      if (submit.mock.calls.length === 2) controller.abort(reason);
      return status;
    });
    const selections = source.axes.map(({ extent }) => ({ kind: "range", start: 0, step: 1, length: extent }) as const);
    const limits = { signal: controller.signal, bufferBytes: 4 * 100 * columns };
    expect(await errorOf(readDense(source, selections, limits))).toBe(reason);
    expect(submit).toHaveBeenCalledTimes(2);
    await source.array.close();
  });

  test("of one read does not end another", async () => {
    await using array = await TileDbArray.open<"int32">(large);
    const controller = new AbortController();
    const [stopped, other] = [array.toDense({ signal: controller.signal }), array.toDense()];
    controller.abort(new Error("no more"));
    expect(((await errorOf(stopped)) as Error).message).toBe("no more");
    expect((await other).data.at(-1)).toBe(rows * columns - 1);
  });
});

describe("settings", () => {
  test("share a context when they are the same, in any order", () => {
    const config = { "sm.memory_budget": 1_000_000, "sm.skip_checksum_validation": true };
    const context = contextFor(config, "test");
    expect(contextFor({ "sm.skip_checksum_validation": "true", "sm.memory_budget": 1_000_000n }, "test")).toBe(context);
    expect(contextFor({ ...config, "sm.memory_budget": 2_000_000 }, "test")).not.toBe(context);
    expect(contextFor({}, "test")).toBe(contextFor(undefined, "test"));
  });

  test("that TileDB refuses are an error with its own as cause", async () => {
    const error = await errorOf(TileDbArray.open(large, { config: { "sm.memory_budget": "much" } }));
    expect(error).toMatchObject({
      name: "DelayedArrayError",
      code: "INVALID_ARGUMENT",
      cause: { name: "TileDbError" },
    });
  });
});
