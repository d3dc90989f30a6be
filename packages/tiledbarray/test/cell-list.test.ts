import { type NdArray, ndarray, SparseNdarray } from "delayedarray";
import { Pacer } from "delayedarray/internal";
import { ArrayHandle, ArraySchema } from "libtiledb";
import { describe, expect, test } from "vitest";
import { bandsOf } from "../src/bands.js";
import { CellList } from "../src/cell-list.js";
import { regionOf } from "../src/region.js";
import { newPlace } from "./source.js";

describe("a block in bands", () => {
  const shapes = [[3, 70_000], [70_000, 3], [2, 300, 301], [200_000]];
  test.each(shapes.map((shape) => [shape.join(" x "), shape] as const))("of %s is all of it", (_, shape) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = Float64Array.from({ length: size }, (_, at) => (at % 2 === 0 ? at : 0));
    const dense = ndarray(values, [...shape], "float64", {
      mask: Uint8Array.from(values, (_, at) => +(at % 10 === 4)),
    });
    const position = shape.map((extent, axis): [number, number] => [10 * axis, 10 * axis + extent]);
    for (const block of [dense, SparseNdarray.fromDense(dense)]) {
      const bands = [...bandsOf({ position, block })];
      expect(bands.length).toBeGreaterThan(1);
      // How often each cell came, and with which value; NaN stands for one that is missing.
      const times = new Uint8Array(size);
      const found = new Float64Array(size);
      for (const band of bands) {
        const part = band.block instanceof SparseNdarray ? band.block : SparseNdarray.fromDense(band.block as NdArray);
        expect(part.nnz).toBeLessThan(2 ** 17);
        expect(band.position.map(([from, to]) => to - from)).toEqual(part.shape);
        const { coords, data, mask } = part.toCoo();
        for (let k = 0; k < data.length; k++) {
          let at = 0;
          for (const [axis, along] of coords.entries()) {
            at = at * shape[axis]! + along[k]! + band.position[axis]![0] - position[axis]![0];
          }
          times[at]!++;
          found[at] = mask![k] === 1 ? Number.NaN : (data[k] as number);
        }
      }
      const expected = values.map((value) => (value % 10 === 4 ? Number.NaN : value));
      expect(values.findIndex((value, at) => times[at] !== (value === 0 ? 0 : 1))).toBe(-1);
      expect(expected.findIndex((value, at) => !Object.is(value, found[at]))).toBe(-1);
    }
  });

  test("is the block itself where it is small", () => {
    const block = ndarray([[1, 0, 2]]);
    expect([
      ...bandsOf({
        position: [
          [4, 5],
          [0, 3],
        ],
        block,
      }),
    ]).toEqual([
      {
        position: [
          [4, 5],
          [0, 3],
        ],
        block,
      },
    ]);
    const empty = SparseNdarray.fromDense(ndarray(new Int32Array(2 ** 20), [2 ** 10, 2 ** 10]));
    expect(
      [
        ...bandsOf({
          position: [
            [0, 2 ** 10],
            [0, 2 ** 10],
          ],
          block: empty,
        }),
      ].length,
    ).toBe(1);
  });
});

test("cells are gathered from a large block with turns for timers", async () => {
  const shape = [2048, 2048];
  const uri = newPlace();
  const dimensions = ["i", "j"].map((name) => ({ name, datatype: "int64", domain: [0n, 2047n], tile: 2048n }) as const);
  await new ArraySchema({
    arrayType: "sparse",
    dimensions,
    attributes: [{ name: "v", datatype: "float64" }],
  }).create(uri);
  const block = ndarray(
    Float64Array.from({ length: 2048 * 2048 }, (_, at) => (at % 4) - 1),
    shape,
  );
  await using array = await ArrayHandle.open(uri, "write");
  const region = regionOf(array, [0n, 0n], shape);
  const list = new CellList({ array, region, attribute: "v", nullable: false, written: [] });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const position = shape.map((extent): [number, number] => [0, extent]);
  await list.add(position, block, new Pacer(undefined, 2));
  clearInterval(timer);
  // Three of four elements are not 0; each takes two coordinates and a value of 8 bytes.
  expect(list.bytes).toBe(3 * 2 ** 20 * 24);
  expect(ticks).toBeGreaterThan(10);
}, 60_000);
