import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, readJson } from "../../../../tooling/fixtures/read.mjs";
import { formatArray } from "../../src/format/format-array.js";
import { contiguous, edgesOnly, scattered } from "./relayout.js";

interface Case {
  name: string;
  array: EncodedArray;
  text: string;
}

const { cases, masked } = readJson<{ cases: Case[]; masked: Case[] }>("numpy", "printing.json");

describe("prints as numpy.array2string does", () => {
  test.each(cases)("$name", ({ array, text }) => expectText(array, text));
});

describe("shows missing entries as --", () => {
  test.each(masked)("$name", ({ array, text }) => expectText(array, text));
});

/** However the elements lie in memory, and also when nothing but the edges is there. */
function expectText(encoded: EncodedArray, text: string): void {
  const array = decodeArray(encoded);
  const header = `<${array.shape.join(" x ")}> NdArray object of type '${array.dtype}'`;
  expect(formatArray(contiguous(array), "NdArray")).toBe(`${header}\n${text}`);
  expect(formatArray(scattered(array), "NdArray")).toBe(`${header}\n${text}`);
  expect(formatArray(edgesOnly(array), "NdArray", { fullShape: array.shape })).toBe(`${header}\n${text}`);
}

describe("touches only the edges", () => {
  const one = { data: Float64Array.of(0.1), offset: 0, dtype: "float64" } as const;

  test("of an array too large for any memory", () => {
    const huge = { ...one, shape: [2 ** 52, 2 ** 52], stride: [0, 0] };
    const row = "[0.1, 0.1, 0.1, ..., 0.1, 0.1, 0.1]";
    expect(formatArray(huge, "NdArray")).toBe(
      [
        "<4503599627370496 x 4503599627370496> NdArray object of type 'float64'",
        `[${row},\n ${row},\n ${row},\n ...,\n ${row},\n ${row},\n ${row}]`,
      ].join("\n"),
    );
  });

  test("of no element at all, even if the other extents multiply to infinity", () => {
    const shape = [...new Array<number>(21).fill(2 ** 52), 0];
    const empty = { ...one, shape, stride: shape.map(() => 0) };
    expect(formatArray(empty, "NdArray").split("\n")[1]).toBe("[]");
  });

  test("which are 280,000 elements at rank 7", () => {
    const shape = new Array<number>(7).fill(7);
    const text = formatArray({ ...one, shape, stride: shape.map(() => 0) }, "NdArray");
    expect(text.match(/0\.1/g)).toHaveLength(6 ** 7);
  });
});

describe("with fullShape", () => {
  const edges = contiguous({ data: Int32Array.of(1, 2, 3, 4, 5, 6), shape: [6], dtype: "int32" });

  test("the header has the full shape, the body the dots", () => {
    expect(formatArray(edges, "DelayedArray", { fullShape: [1000], sparse: true })).toBe(
      "<1000> sparse DelayedArray object of type 'int32'\n[1, 2, 3, ..., 4, 5, 6]",
    );
    expect(formatArray(edges, "DelayedArray", { fullShape: [6] })).toBe(
      "<6> DelayedArray object of type 'int32'\n[1, 2, 3, 4, 5, 6]",
    );
  });

  test("a source that does not hold the edges is refused", () => {
    expect(() => formatArray(edges, "DelayedArray", { fullShape: [5] })).toThrow(
      expect.objectContaining({
        code: "SHAPE_MISMATCH",
        message: "the edges of an array of shape [5]: expected shape [5], got [6]",
      }),
    );
  });
});

/** NumPy 2.4.6's text for what the common fixture has no case of. */
const NUMPY: [what: string, dtype: "float32" | "float64", values: number[], text: string][] = [
  ["powers of two: the next float below is closer", "float32", [8.673617379884035e-19], "[8.6736174e-19]"],
  [
    "powers of two: the next float below is closer",
    "float32",
    [33554432.0, 1.2000000180569595e30],
    "[3.3554432e+07, 1.2000000e+30]",
  ],
  ["powers of two: shortest is not nearest", "float32", [1.2379400392853803e27, 1.5], "[1.2379401e+27, 1.5000000e+00]"],
  [
    "powers of two: shortest is not nearest",
    "float32",
    [1.262177448353619e-29, 1.2000000180569595e30],
    "[1.2621775e-29, 1.2000000e+30]",
  ],
  ["an even significand owns the ends of its interval", "float32", [99999984.0], "[9.999998e+07]"],
  [
    "an even significand owns the ends of its interval",
    "float32",
    [100000016.0, 1.0000001192092896],
    "[1.0000002e+08, 1.0000001e+00]",
  ],
  ["an odd significand does not", "float32", [-39177012.0], "[-3.9177012e+07]"],
  ["an odd significand does not", "float32", [-86098440.0, 93908744.0], "[-8.6098440e+07,  9.3908744e+07]"],
  ["a tie goes to the even digit", "float32", [0.001953125], "[0.00195312]"],
  ["a tie goes to the even digit", "float64", [37669.189453125], "[37669.18945312]"],
  ["a tie goes to the even digit, up or down", "float64", [0.005859375, 0.009765625], "[0.00585938, 0.00976562]"],
  ["a tie among exponents", "float64", [6.103515625e-5, 1.2222222e30], "[6.10351562e-05, 1.22222220e+30]"],
  ["float32 at a million", "float32", [1000000.0, 1000000.0], "[1.e+06, 1.e+06]"],
  ["float32 below a million", "float32", [999999.9375], "[999999.94]"],
  ["float64 at a hundred million", "float64", [100000000.0], "[1.e+08]"],
  ["float32 at a ten-thousandth", "float32", [9.999999747378752e-5], "[0.0001]"],
  ["float32 just below a ten-thousandth", "float32", [9.99999901978299e-5], "[9.999999e-05]"],
  [
    "a thousand times, rounded to float32",
    "float32",
    [0.005095041356980801, 5.095041275024414],
    "[0.00509504, 5.0950413 ]",
  ],
  [
    "subnormal and normal",
    "float32",
    [1.401298464324817e-45, 1.1754943508222875e-38],
    "[1.4012985e-45, 1.1754944e-38]",
  ],
  [
    "smallest normal and below",
    "float64",
    [2.2250738585072014e-308, 2.225073858507201e-308],
    "[2.22507386e-308, 2.22507386e-308]",
  ],
];

describe("rounds and chooses exponents as NumPy does", () => {
  test.each(NUMPY)("%s: %s %j", (_, dtype, values, text) => {
    const data = dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values);
    const source = contiguous({ data, shape: [values.length], dtype });
    expect(formatArray(source, "NdArray").split("\n")[1]).toBe(text);
  });
});

test("brackets that fill the line leave no room, yet the word stays on it", () => {
  const source = contiguous({
    data: Float64Array.of(-1.0836114410583664),
    shape: new Array(60).fill(1),
    dtype: "float64",
  });
  expect(formatArray(source, "NdArray").split("\n")[1]).toBe(`${"[".repeat(60)}-1.08361144${"]".repeat(60)}`);
});
