import { describe, expect, test } from "vitest";
import { readJson } from "../../../../tooling/fixtures/read.mjs";
import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  NdArray,
  notEqual,
  print,
  subset,
  transpose,
  where,
  wrap,
} from "../../src/index.js";

interface Fixtures {
  printing: { name: string; shape: number[]; values: string[]; mask?: number[]; text: string }[];
  comparisons: { a: string[]; b: string[]; results: Record<string, boolean[]> }[];
  choices: { condition: boolean[]; a: string[]; b: string[]; result: string[] }[];
}

const { printing, comparisons, choices } = readJson<Fixtures>("numpy", "strings.json");

function strings(values: readonly string[], shape: readonly number[] = [values.length], mask?: number[]) {
  return new NdArray({
    data: [...values],
    shape,
    dtype: "string",
    ...(mask && { mask: Uint8Array.from(mask) }),
  });
}

describe("prints as numpy.array2string does", () => {
  test.each(printing)("$name", async ({ shape, values, mask, text }) => {
    const array = strings(values, shape, mask);
    const header = (name: string) => `<${shape.join(" x ")}> ${name} object of type 'string'`;
    expect(array.format()).toBe(`${header("NdArray")}\n${text}`);
    // Delayed, of which only the edges are read; and with its axes the other way round in memory.
    expect(await wrap(array).format()).toBe(`${header("DelayedArray")}\n${text}`);
    expect(await transpose(array.T.contiguous()).format()).toBe(`${header("DelayedArray")}\n${text}`);
  });

  test("print writes it to the console", async () => {
    const lines: unknown[] = [];
    const log = console.log;
    console.log = (line) => lines.push(line);
    try {
      await print(strings(["a", "it's"]));
    } finally {
      console.log = log;
    }
    expect(lines).toEqual([`<2> NdArray object of type 'string'\n['a', "it's"]`]);
  });
});

describe("compares as NumPy does: by code point", () => {
  const functions = {
    equal,
    not_equal: notEqual,
    less,
    less_equal: lessEqual,
    greater,
    greater_equal: greaterEqual,
  };
  test.each(Object.entries(functions))("%s", async (name, compare) => {
    for (const { a, b, results } of comparisons) {
      const result = await compare(strings(a), strings(b)).toDense();
      expect(result.dtype).toBe("bool");
      expect(result.toNested()).toEqual(results[name]);
      // A delayed array beside a plain array, and one value beside an array, on either side.
      expect((await compare(wrap(strings(a)), b).toDense()).toNested()).toEqual(results[name]);
      for (let i = 0; i < a.length; i += 37) {
        const row = a.map((one, k) => ({ one, k })).filter(({ k }) => b[k] === b[i]);
        const expected = row.map(({ k }) => results[name]![k]);
        expect((await compare(strings(row.map(({ one }) => one)), b[i]!).toDense()).toNested()).toEqual(expected);
        const left = b.map((one, k) => ({ one, k })).filter(({ k }) => a[k] === a[i]);
        expect((await compare(a[i]!, strings(left.map(({ one }) => one))).toDense()).toNested()).toEqual(
          left.map(({ k }) => results[name]![k]),
        );
      }
    }
  });

  test("where chooses by a condition", async () => {
    for (const { condition, a, b, result } of choices) {
      const chosen = where(condition, strings(a), strings(b));
      expect([chosen.dtype, (await chosen.toDense()).toNested()]).toEqual(["string", result]);
      expect((await subset(chosen, [[3, 0]]).toDense()).toNested()).toEqual([result[3], result[0]]);
    }
  });
});
