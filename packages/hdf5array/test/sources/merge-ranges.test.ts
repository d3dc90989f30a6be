import { describe, expect, test } from "vitest";
import { type ByteRange, type MergeLimits, mergeRanges } from "../../src/source/merge-ranges.js";

const limits: MergeLimits = { gapBytes: 10, mergedBytes: 100, waste: undefined };

function merged(ranges: readonly (readonly [number, number])[], other: Partial<MergeLimits> = {}): string[] {
  const list: ByteRange[] = ranges.map(([offset, end]) => ({ offset, length: end - offset }));
  const order = Array.from(list.keys()).sort((a, b) => list[a]!.offset - list[b]!.offset);
  const result = mergeRanges(list, order, { ...limits, ...other });
  for (const { offset, end, indices } of result) {
    for (const index of indices) {
      const range = list[index]!;
      expect(range.offset).toBeGreaterThanOrEqual(offset);
      expect(range.offset + range.length).toBeLessThanOrEqual(end);
    }
  }
  expect(result.flatMap(({ indices }) => indices)).toEqual(order);
  return result.map(({ offset, end }) => `${offset}-${end}`);
}

describe("ranges are merged", () => {
  test.each<[string, [number, number][], string[]]>([
    ["none", [], []],
    ["one", [[5, 9]], ["5-9"]],
    [
      "that touch",
      [
        [5, 9],
        [9, 12],
      ],
      ["5-12"],
    ],
    [
      "with a gap of as much as is allowed",
      [
        [0, 5],
        [15, 20],
      ],
      ["0-20"],
    ],
    [
      "not with a larger one",
      [
        [0, 5],
        [16, 20],
      ],
      ["0-5", "16-20"],
    ],
    [
      "in any order",
      [
        [40, 50],
        [0, 5],
        [10, 35],
      ],
      ["0-50"],
    ],
    [
      "that overlap, repeat and hold one another",
      [
        [0, 30],
        [0, 30],
        [5, 8],
        [20, 40],
        [25, 28],
        [45, 47],
      ],
      ["0-47"],
    ],
    [
      "not beyond a size",
      [
        [0, 50],
        [50, 100],
        [100, 101],
      ],
      ["0-100", "100-101"],
    ],
    [
      "if one is larger than that, only with what it holds",
      [
        [0, 150],
        [20, 90],
        [140, 160],
      ],
      ["0-150", "140-160"],
    ],
  ])("%s", (_, ranges, expected) => {
    expect(merged(ranges)).toEqual(expected);
  });

  test("up to a waste: the smallest gaps first", () => {
    // Gaps of 10, 3, 10, 5; 50 useful bytes.
    const ranges: [number, number][] = [
      [0, 10],
      [20, 30],
      [33, 43],
      [53, 63],
      [68, 78],
    ];
    const waste = (share: number, extra: number, few = 100) => merged(ranges, { waste: { share, extra, ranges: few } });
    expect(waste(0, 0)).toEqual(["0-10", "20-30", "33-43", "53-63", "68-78"]);
    expect(waste(0, 3)).toEqual(["0-10", "20-43", "53-63", "68-78"]);
    expect(waste(0.1, 3)).toEqual(["0-10", "20-43", "53-78"]);
    expect(waste(0.1, 13)).toEqual(["0-43", "53-78"]);
    expect(waste(1, 0)).toEqual(["0-78"]);
    // Fewer ranges are worth more waste, but not a larger gap.
    expect(waste(0, 0, 5)).toEqual(["0-10", "20-30", "33-43", "53-63", "68-78"]);
    expect(waste(0, 0, 4)).toEqual(["0-10", "20-43", "53-63", "68-78"]);
    expect(waste(0, 0, 2)).toEqual(["0-43", "53-78"]);
    expect(waste(0, 13, 2)).toEqual(["0-43", "53-78"]);
    expect(merged(ranges, { gapBytes: 5, waste: { share: 0, extra: 0, ranges: 1 } })).toEqual([
      "0-10",
      "20-43",
      "53-78",
    ]);
  });

  test("what touches is no waste", () => {
    expect(
      merged(
        [
          [0, 10],
          [5, 20],
          [20, 30],
        ],
        { waste: { share: 0, extra: 0, ranges: 1 } },
      ),
    ).toEqual(["0-30"]);
  });
});
