import { beforeAll, describe, expect, test } from "vitest";
import { runChild } from "./run-child.js";
import { make } from "./source.js";

let dense: string;
let sparse: string;

beforeAll(async () => {
  const dimensions = ["i", "j"].map((name) => ({ name, datatype: "int32", domain: [0, 9], tile: 5 }) as const);
  const attributes = [{ name: "v", datatype: "float64", filters: [{ type: "zstd" }] }] as const;
  const diagonal = Int32Array.from({ length: 10 }, (_, i) => i);
  dense = await make(
    { arrayType: "dense", dimensions, attributes },
    { v: Float64Array.from({ length: 100 }, (_, i) => i) },
  );
  const cells = { i: diagonal, j: diagonal, v: Float64Array.from(diagonal) };
  sparse = await make({ arrayType: "sparse", dimensions, attributes }, cells);
});

/** One cycle: a dense or a sparse array by turns is opened, some of it is read, and it is closed. */
const cycle = () => `
  const cycle = async (i, close = true) => {
    const array = await TileDbArray.open(i % 2 ? ${JSON.stringify(sparse)} : ${JSON.stringify(dense)});
    const part = array.subset([slice(0, 2), slice(0, 3)]);
    sum += i % 2 ? (await part.toSparse()).data[0] : (await part.toDense()).data[5];
    if (close) await array.close();
  };
  let sum = 0;
  const handles = () => [liveResources(), process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0];
  const { readdirSync } = await import("node:fs");
  libtiledb.defaultContext();
`;

// V8 makes its space for new objects larger by and by, whatever the program, by up to 32 MB: here it has its full size from
// the start.
const flags = ["--expose-gc", "--min-semi-space-size=16"];

describe("opening, reading and closing", () => {
  test("10,000 times leaves nothing open, and no more than 20 MB more in memory than 1,000 times", async () => {
    const { early, late, handles, sum } = await runChild<
      Record<"early" | "late", number> & { handles: number[][]; sum: number }
    >(
      `${cycle()}
      const measured = async () => {
        gc();
        await rest();
        gc();
        return resident();
      };
      const start = handles();
      let early;
      for (let i = 0; i < 10_000; i++) {
        if (i === 1000) early = await measured();
        await cycle(i);
      }
      return { early, late: await measured(), handles: [start, handles()], sum };`,
      flags,
    );
    expect(sum).toBe(5000 * 12);
    expect(late - early).toBeLessThanOrEqual(20);
    const [[atStart, filesAtStart], [atEnd, filesAtEnd]] = handles as [[number, number], [number, number]];
    expect(atEnd).toBe(atStart);
    // Those of the threads that ran, not of arrays.
    expect(filesAtEnd - filesAtStart).toBeLessThan(8);
  }, 300_000);

  test("arrays that are forgotten are closed when they are collected", async () => {
    const outcome = await runChild<[made: number, left: number]>(
      `${cycle()}
      const start = liveResources();
      let most = 0;
      for (let i = 0; i < 300; i++) {
        await cycle(i, false);
        most = Math.max(most, liveResources() - start);
      }
      for (let i = 0; i < 200 && liveResources() > start; i++) {
        gc();
        await rest();
      }
      return [most, liveResources() - start];`,
      flags,
    );
    expect(outcome).toEqual([expect.any(Number), 0]);
    expect(outcome[0]).toBeGreaterThan(0);
  });
});
