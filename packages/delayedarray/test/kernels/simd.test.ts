import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { ulps } from "../../../../tooling/fixtures/read.mjs";
import { divide } from "../../src/kernels/arithmetic.js";
import { log1p } from "../../src/kernels/log1p.js";
import { simdKernels } from "../../src/kernels/simd.js";
import { FloatSum } from "../../src/stats/float-sum.js";

const NONE = new Float64Array(0);

/** Positive and negative numbers of every size, those near 0 and near -1 as often as others. */
const numbers = fc.oneof(
  fc.double({ noNaN: false }),
  fc.double({ min: -1, max: 100, noNaN: true }),
  fc.integer({ min: -3, max: 5000 }),
  fc.integer({ min: -1080, max: 1023 }).map((exponent) => 2 ** exponent),
  fc.integer({ min: -60, max: 0 }).map((exponent) => 2 ** exponent - 1),
);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The modules as they are where WebAssembly is missing. */
async function withoutWebAssembly(): Promise<{
  log1p: typeof log1p;
  FloatSum: typeof FloatSum;
  simdKernels: typeof simdKernels;
}> {
  vi.stubGlobal("WebAssembly", undefined);
  vi.resetModules();
  return {
    ...(await import("../../src/kernels/log1p.js")),
    ...(await import("../../src/stats/float-sum.js")),
    ...(await import("../../src/kernels/simd.js")),
  };
}

test("SIMD is used here", () => {
  expect(simdKernels()).not.toBeNull();
});

test("log1p is within 2 ulp of the platform's for every number, and equal for special ones", () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 9 }), (list) => {
      const a = Float64Array.from(list);
      const out = new Float64Array(a.length);
      log1p(out, a.length, a);
      list.forEach((x, i) => {
        const expected = Math.log1p(x);
        if (!(x > -1 && x < 2 ** 60) || x === 0) expect(out[i]).toBe(expected);
        else expect(Math.abs(Number(ulps(out[i]!, expected)))).toBeLessThanOrEqual(2);
      });
    }),
    { numRuns: 3000 },
  );
});

test("log1p of a number is the same at every place, in place, and across pieces of the module's memory", () => {
  const a = Float64Array.from({ length: 10_001 }, (_, i) => (i % 3 === 0 ? 0 : Math.sin(i) ** 5 * 10 ** (i % 12)));
  a[5000] = Number.NaN;
  a[9999] = -1;
  const whole = new Float64Array(a.length);
  log1p(whole, a.length, a);
  const one = new Float64Array(1);
  a.forEach((x, i) => {
    log1p(one, 1, Float64Array.of(x));
    expect(one[0]).toBe(whole[i]);
  });
  const shifted = new Float64Array(a.length - 1);
  log1p(shifted, shifted.length, a.subarray(1));
  expect(shifted).toEqual(whole.subarray(1));
  // More room than numbers.
  const short = new Float64Array(a.length);
  log1p(short, 7, a);
  expect(short.subarray(0, 7)).toEqual(whole.subarray(0, 7));
  expect(short.subarray(7).every((x) => x === 0)).toBe(true);
  log1p(a, a.length, a);
  expect(a).toEqual(whole);
});

test("quotients are bit for bit those of the language, in place and across pieces of the module's memory", () => {
  fc.assert(
    fc.property(
      fc.array(numbers, { minLength: 1, maxLength: 60 }),
      fc.array(numbers, { minLength: 1, maxLength: 61 }),
      fc.integer({ min: 1, max: 9000 }),
      fc.constantFrom("new", "first", "second"),
      (dividends, divisors, length, place) => {
        const a = Float64Array.from({ length }, (_, i) => dividends[i % dividends.length]!);
        const b = Float64Array.from({ length }, (_, i) => divisors[i % divisors.length]!);
        const expected = a.map((value, i) => value / b[i]!);
        const out = place === "new" ? new Float64Array(length) : place === "first" ? a : b;
        divide(out, length, a, b);
        expect(out).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test("sums are bit for bit those of the loop in JavaScript", async () => {
  const plain = await withoutWebAssembly();
  expect(plain.simdKernels()).toBeNull();
  fc.assert(
    fc.property(
      fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 9000 }),
      fc.nat(3),
      (seeds, length, from) => {
        const values = Float64Array.from(
          { length: length + from },
          (_, i) => seeds[i % seeds.length]! / (1 + (i % 13)),
        );
        const totals = [FloatSum, plain.FloatSum].map((Sum) => {
          const sum = new Sum(2);
          sum.runs({ values, low: NONE }, from, 1, length, 1);
          sum.runs({ values, low: NONE }, 0, 1, length, 1);
          return sum.total(1);
        });
        expect(totals[0]).toBe(totals[1]);
      },
    ),
    { numRuns: 300 },
  );
});

test("without WebAssembly log1p is the platform's", async () => {
  const plain = await withoutWebAssembly();
  const out = new Float64Array(4);
  plain.log1p(out, 4, Float64Array.of(0, 1, -1, 1e300));
  expect([...out]).toEqual([0, Math.log1p(1), Number.NEGATIVE_INFINITY, Math.log1p(1e300)]);
});
