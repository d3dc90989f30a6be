import { expect, test } from "vitest";
import { scatter } from "../src/scatter.js";

test.each([
  ["1 byte", Int8Array.of(-1, 2, -3, 4, 5)],
  ["2 bytes", Uint16Array.of(65535, 2, 3, 4, 5)],
  ["4 bytes", Float32Array.of(-0, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 5)],
  ["8 bytes", Float64Array.of(-0, Number.NaN, 0.1, Number.NEGATIVE_INFINITY, 5)],
  ["8 bytes, as integers", BigInt64Array.of(-1n, 2n ** 62n, 3n, -(2n ** 63n), 5n)],
])("entries go where their key's counter stands, and keep their order: values of %s", (_, data) => {
  const whole = {
    index: Int32Array.of(10, 11, 12, 13, 14),
    data,
    flags: Uint8Array.of(1, 0, 1, 0, 0),
  };
  const to = { index: new Int32Array(5), data: data.slice().reverse(), flags: new Uint8Array(5) };
  scatter(whole, Int32Array.of(1, 0, 1, 2, 0), Int32Array.of(0, 2, 4), to);
  const order = [1, 4, 0, 2, 3];
  expect(Array.from(to.index)).toEqual(order.map((i) => whole.index[i]));
  expect(Array.from<unknown>(to.data)).toEqual(order.map((i) => data[i]));
  expect(Array.from(to.flags)).toEqual(order.map((i) => whole.flags[i]));
});
