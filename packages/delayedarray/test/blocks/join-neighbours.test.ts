import { expect, test } from "vitest";
import { joinNeighbours } from "../../src/blocks/join-neighbours.js";
import { blocks, concatenate, ndarray, wrap } from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";

type Position = [number, number][];

function joined(elements: number, ...positions: Position[]): Position[] {
  return [...joinNeighbours(positions, elements)];
}

test("blocks that continue one another are one, as long as they fit", () => {
  const rows: Position[] = [0, 1, 2, 3, 4].map((row) => [
    [row, row + 1],
    [0, 2],
  ]);
  const cut = (...ends: number[]) =>
    ends.map((end, i) => [
      [ends[i - 1] ?? 0, end],
      [0, 2],
    ]);
  expect(joined(100, ...structuredClone(rows))).toEqual(cut(5));
  expect(joined(4, ...structuredClone(rows))).toEqual(cut(2, 4, 5));
  expect(joined(1, ...structuredClone(rows))).toEqual(rows);
  expect(joined(10)).toEqual([]);
  expect(joined(10, [])).toEqual([[]]);
});

test("those that do not are not, whatever axis they lie on", () => {
  const a: Position = [
    [0, 2],
    [0, 2],
  ];
  for (const b of [
    [
      [2, 4],
      [0, 3],
    ],
    [
      [2, 4],
      [2, 4],
    ],
    [
      [3, 4],
      [0, 2],
    ],
  ] as Position[]) {
    expect(joined(100, structuredClone(a), structuredClone(b))).toEqual([a, b]);
  }
  expect(
    joined(100, a, [
      [0, 2],
      [2, 5],
    ]),
  ).toEqual([
    [
      [0, 2],
      [0, 5],
    ],
  ]);
});

test("an array combined of many small ones is read in few blocks, each part once", async () => {
  const seeds = Array.from({ length: 500 }, (_, i) => countingSeed(ndarray([[i, -i]])));
  const x = concatenate(seeds.map((seed) => wrap(seed)));
  let count = 0;
  let sum = 0;
  for await (const { position, block } of blocks(x, { bufferSize: 2 * 100 * 16 })) {
    expect(block.shape).toEqual(position.map(([start, end]) => end - start));
    count++;
    for (let i = 0; i < block.shape[0]!; i++) sum += (block.get(i, 0) as number) - (position[0]![0] + i);
  }
  expect([count, sum]).toEqual([5, 0]);
  expect(seeds.map((seed) => seed.counts.dense)).toEqual(seeds.map(() => 1));
  expect(await x.sum({ axis: 0 }).then((total) => total.toNested())).toEqual([124750, -124750]);
});
