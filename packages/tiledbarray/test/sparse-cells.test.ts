import { type SeedSubsetEntry, SparseNdarray } from "delayedarray";
import { Pacer, seedEntrySelection } from "delayedarray/internal";
import { Query } from "libtiledb";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Axis } from "../src/axes.js";
import { SparseCollector } from "../src/collect-sparse.js";
import { TileDbArray } from "../src/index.js";
import { type Locate, locator } from "../src/locate.js";
import { type Cells, estimateCells, readSparse } from "../src/read-sparse.js";
import { expectWellFormed, many, place } from "./fixtures.js";
import { randomFrom } from "./naive.js";
import { make, sourceOf } from "./source.js";

afterEach(() => vi.restoreAllMocks());

const whole = many.shape.map((extent): SeedSubsetEntry => ({ start: 0, stop: extent, step: 1 }));

/** The cells that TileDB-Py wrote, of those rows and columns. */
function expectedCells(rows: ReadonlySet<number>, columns: ReadonlySet<number>): string[] {
  return many.rowsOf.flatMap((row, i) => {
    const column = many.columnsOf[i]!;
    return rows.has(row) && columns.has(column) ? [`${row} ${column} ${row * 1000 + column}`] : [];
  });
}

describe("a sparse array of more cells than fit the buffers", () => {
  test("is read to its end", async () => {
    const source = await sourceOf(place(many.uri));
    for (const room of [1, 7, 100, 2999, 3000, 3001]) {
      const submit = vi.spyOn(Query.prototype, "submit");
      const collector = new SparseCollector("float64", many.shape, false);
      await readSparse(
        source,
        whole.map(seedEntrySelection),
        () => estimateCells(source),
        (cells) => {
          expect(cells.count).toBeLessThanOrEqual(room);
          collector.add(cells);
        },
        { bufferBytes: 8 * room },
      );
      const array = await collector.finish(new Pacer());
      expectWellFormed(array);
      expect(array.nnz).toBe(many.nnz);
      expect(array.data.reduce((sum, value) => sum + value, 0)).toBe(many.sum);
      expect(submit.mock.calls.length).toBeGreaterThanOrEqual(Math.ceil(many.nnz / room));
      submit.mockRestore();
    }
    await source.array.close();
  });

  test("is read a little beyond what is selected, or in many ranges, whatever is cheaper", async () => {
    const source = await sourceOf(place(many.uri));
    const random = randomFrom(11);
    const some = (extent: number, every: number) =>
      Array.from({ length: extent }, (_, i) => i).filter(() => random(every) === 0);
    for (const [rows, columns] of [
      [some(1000, 3), some(500, 4)],
      [some(1000, 50), some(500, 1)],
      [[3, 999], some(500, 2)],
    ] as const) {
      const expected = expectedCells(new Set(rows), new Set(columns));
      for (const cells of [0, many.nnz, 1e12]) {
        let visited = 0;
        const found: string[] = [];
        const visit = ({ count, positions, values }: Cells) => {
          visited += count;
          for (let i = 0; i < count; i++) {
            const [row, column] = [rows[positions[0]![i]!], columns[positions[1]![i]!]];
            if (row !== undefined && column !== undefined) found.push(`${row} ${column} ${values[i]}`);
          }
        };
        await readSparse(source, [rows, columns].map(seedEntrySelection), async () => cells, visit);
        expect(found.sort()).toEqual([...expected].sort());
        if (cells === 1e12) expect(visited).toBe(expected.length);
        if (cells === 0) expect(visited).toBeGreaterThan(expected.length);
      }
    }
    await source.array.close();
  });

  test("is read in one query for each thousand ranges", async () => {
    const uri = await make(
      {
        arrayType: "sparse",
        dimensions: [{ name: "x", datatype: "int64", domain: [0n, 2n ** 40n], tile: 1000n }],
        attributes: [{ name: "v", datatype: "int16" }],
      },
      {
        x: BigInt64Array.from({ length: 3000 }, (_, i) => BigInt(i) * 100_000n),
        v: Int16Array.from({ length: 3000 }, (_, i) => i),
      },
    );
    await using array = await TileDbArray.open<"int16">(uri);
    const submit = vi.spyOn(Query.prototype, "submit");
    const columns = Array.from({ length: 2500 }, (_, i) => i * 100_000);
    const found = await array.subset([columns]).toSparse();
    expect(Array.from(found.data)).toEqual(columns.map((_, i) => i));
    expect(Array.from(found.indices)).toEqual(columns.map((_, i) => i));
    expect(submit.mock.calls.length).toBeLessThanOrEqual(4);
  });
});

describe("coordinates", () => {
  test("that a damaged file puts elsewhere are an error", () => {
    const at = axis("int32", 1n);
    const { locate } = locator(at, seedEntrySelection([2, 5, 9]), "array.tiledb");
    const positions = new Int32Array(2);
    locate(Int32Array.of(6, 10), 2, positions);
    expect(Array.from(positions)).toEqual([1, 2]);
    for (const stray of [2, 11, -7]) {
      expect(() => locate(Int32Array.of(6, stray), 2, positions)).toThrow(
        new RegExp(`^array.tiledb: a cell has coordinate ${stray} on dimension "x", expected one from 3 to 10`),
      );
    }
  });

  const axis = (datatype: Axis["datatype"], origin: bigint): Axis => {
    return { name: "x", datatype, origin, extent: 2 ** 40, tile: null, phase: 0, isWhole: true };
  };
  const run = (at: Axis, entry: SeedSubsetEntry, coordinates: Parameters<Locate>[0]) => {
    const positions = new Float64Array(coordinates.length);
    locator(at, seedEntrySelection(entry), "here").locate(coordinates, coordinates.length, positions);
    return Array.from(positions);
  };

  test("beyond 2^53 are exact", () => {
    const far = 2n ** 63n + 12345n;
    expect(
      run(
        axis("uint64", far),
        { start: 3, stop: 2 ** 40, step: 1 },
        BigUint64Array.of(far + 3n, far + 4n, far + 2n ** 35n),
      ),
    ).toEqual([0, 1, 2 ** 35 - 3]);
    const near = { start: 3, stop: 20, step: 1 };
    expect(run(axis("uint64", far), near, BigUint64Array.of(far + 3n, far + 19n, far + 8n))).toEqual([0, 16, 5]);
    for (const stray of [far + 2n, far + 20n, far + 5n + 2n ** 32n, 5n]) {
      expect(() => run(axis("uint64", far), near, BigUint64Array.of(far + 4n, stray))).toThrow("a cell has coordinate");
    }
    const low = -(2n ** 63n);
    expect(run(axis("int64", low), { start: 0, stop: 9, step: 1 }, BigInt64Array.of(low, low + 8n))).toEqual([0, 8]);
    expect(run(axis("int64", -5n), { start: 0, stop: 9, step: 1 }, BigInt64Array.of(-5n, -1n, 0n, 3n))).toEqual([
      0, 4, 5, 8,
    ]);
    const across = 2n ** 32n - 2n;
    expect(
      run(
        axis("int64", across),
        { start: 0, stop: 9, step: 1 },
        BigInt64Array.of(across + 1n, across + 2n, across + 7n),
      ),
    ).toEqual([1, 2, 7]);
  });

  test("that are not selected are told apart, by a table or by search", () => {
    expect(run(axis("int32", -5n), { start: 2, stop: 9, step: 3 }, Int32Array.of(-3, -2, 0, 3))).toEqual([0, -1, 1, 2]);
    expect(run(axis("uint8", 1n), [0, 4, 7], Uint8Array.of(1, 2, 5, 8, 7))).toEqual([0, -1, 1, 2, -1]);
    expect(
      run(
        axis("int64", 0n),
        [5, 2 ** 39, 2 ** 39 + 7],
        BigInt64Array.of(5n, 6n, 2n ** 39n, 2n ** 39n + 7n, 2n ** 39n + 6n),
      ),
    ).toEqual([0, -1, 1, 2, -1]);
  });
});

describe("cells in any order", () => {
  /** One batch of cells. */
  function cells(
    positions: readonly (readonly number[])[],
    values: readonly number[],
    validity?: readonly number[],
  ): Cells {
    return {
      count: values.length,
      positions: positions.map((list) => Float64Array.from(list)),
      isExact: true,
      check: () => {},
      values: Int32Array.from(values),
      validity: validity && Uint8Array.from(validity),
    };
  }

  test("are sorted, and added up where they share a place, in time for others", async () => {
    const random = randomFrom(3);
    for (const shape of [
      [50, 40],
      [2 ** 33, 6],
      [7, 5, 3],
      [100_000_000, 2, 2],
    ]) {
      const count = 3000;
      const positions = shape.map((extent) => Array.from({ length: count }, () => random(Math.min(extent, 2 ** 31))));
      const values = Array.from({ length: count }, () => random(1000) - 500);
      const collector = new SparseCollector("int32", shape, false);
      for (let start = 0; start < count; start += 700) {
        collector.add(
          cells(
            positions.map((list) => list.slice(start, start + 700)),
            values.slice(start, start + 700),
          ),
        );
      }
      const found = await collector.finish(new Pacer());
      expectWellFormed(found);
      const expected = SparseNdarray.fromCoo({
        coords: positions.map((list) => Float64Array.from(list)),
        data: Int32Array.from(values),
        shape,
      });
      expect(found.indptr).toEqual(expected.indptr);
      expect(found.indices).toEqual(expected.indices);
      expect(found.data).toEqual(expected.data);
    }
  });

  test("are sorted also where some batches are put in order as they come and others are not", async () => {
    const random = randomFrom(8);
    const shape = [400, 30];
    const places = Array.from({ length: 2000 }, () => [random(400), random(30), random(100)] as const);
    const collector = new SparseCollector("int32", shape, true);
    for (const [from, to] of [
      [0, 10],
      [10, 900],
      [900, 905],
      [905, 2000],
    ] as const) {
      const some = places.slice(from, to);
      collector.add(
        cells(
          [some.map(([row]) => row), some.map(([, column]) => column)],
          some.map(([, , value]) => value),
          some.map(() => 1),
        ),
      );
    }
    const found = await collector.finish(new Pacer());
    expectWellFormed(found);
    const sums = Array.from({ length: 400 }, () => new Array<number>(30).fill(0));
    for (const [row, column, value] of places) sums[row]![column]! += value;
    expect(found.toDense().toNested()).toEqual(sums);
  });

  test("make a missing sum where one of them is missing", async () => {
    const collector = new SparseCollector("int32", [3, 2], true);
    collector.add(
      cells(
        [
          [2, 0, 2],
          [1, 1, 1],
        ],
        [5, 7, 6],
        [1, 1, 0],
      ),
    );
    const found = await collector.finish(new Pacer());
    expect(found.toDense().toNested()).toEqual([
      [0, 7],
      [0, 0],
      [0, null],
    ]);
    expect(found.nnz).toBe(2);
  });

  test("of more fibres than there can be are refused", () => {
    expect(() => new SparseCollector("int32", [1, 2 ** 33], false)).toThrow("smaller subset");
  });
});
