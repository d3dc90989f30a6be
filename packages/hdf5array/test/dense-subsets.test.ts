import type { SeedSubset } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, fixture, transposed } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray } from "../src/index.js";
import { everything, expected, pick, random, randomEntry } from "./helpers.js";

const cases = expected.dense.filter(
  ({ file, feature }) =>
    feature === undefined && ["ranks.h5", "dtypes.h5", "layouts.h5", "layouts-latest.h5"].includes(file),
);

describe("parts of datasets equal what indexing the whole gives", () => {
  test.each(cases)("$name", async ({ name, file, dataset, array }) => {
    const next = random(name.length * 7919);
    const whole = decodeArray(array);
    for (const nativeOrder of [true, false]) {
      const reference = nativeOrder ? whole : transposed(whole);
      await using opened = await Hdf5DenseArray.open(fixture("hdf5", file), dataset, { nativeOrder });
      for (let i = 0; i < 25; i++) {
        const subset: SeedSubset = opened.shape.map((extent) => randomEntry(extent, next));
        const part = await opened.seed.extractDense(subset, {});
        expect(Array.from<unknown>(part.data)).toEqual(pick(reference, subset));
        expect([part.dtype, part.offset]).toEqual([reference.dtype, 0]);
      }
    }
  });

  test("in any order, with repeats, dropped axes and masks, through the delayed array", async () => {
    await using opened = await Hdf5DenseArray.open(fixture("hdf5", "ranks.h5"), "contiguous/3x5");
    const { seed } = opened;
    const whole = await seed.extractDense(everything(opened));
    const part = opened.subset([
      [2, 0, 2],
      [true, false, true, false, true],
    ]);
    expect((await part.toDense()).toNested()).toEqual(
      [2, 0, 2].map((row) => [0, 2, 4].map((column) => whole.get(row, column))),
    );
    expect((await opened.subset([1]).toDense()).toNested()).toEqual(
      [0, 1, 2, 3, 4].map((column) => whole.get(1, column)),
    );
  });
});

describe("dtype", () => {
  test.each(["bool", "int8", "uint16", "int64", "float32", "float64"] as const)(
    "converts to %s as it is read",
    async (dtype) => {
      for (const dataset of ["big/int16", "big/float32", "big/uint64", "enum/bool_u1_little"]) {
        await using plain = await Hdf5DenseArray.open(fixture("hdf5", "dtypes.h5"), dataset);
        await using converted = await Hdf5DenseArray.open(fixture("hdf5", "dtypes.h5"), dataset, { dtype });
        expect(converted.dtype).toBe(dtype);
        const values = await plain.seed.extractDense(everything(plain));
        expect(await converted.seed.extractDense(everything(plain))).toEqual(values.astype(dtype));
      }
    },
  );
});

describe("results are of their own", () => {
  test("two reads share no memory", async () => {
    await using opened = await Hdf5DenseArray.open(fixture("hdf5", "ranks.h5"), "contiguous/3x5");
    const first = await opened.seed.extractDense(everything(opened));
    const before = Array.from<unknown>(first.data);
    const second = await opened.seed.extractDense(everything(opened));
    (second.data as Float64Array).fill(77 as never);
    expect(Array.from<unknown>(first.data)).toEqual(before);
    expect(Array.from<unknown>((await opened.seed.extractDense(everything(opened))).data)).toEqual(before);
  });
});
