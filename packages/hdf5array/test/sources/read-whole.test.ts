import { expect, test } from "vitest";
import { readWhole } from "../../src/source/read-whole.js";
import { errorOf } from "../helpers.js";
import { bytesAt, recordingSource } from "./recording-source.js";

test("a whole file comes in pieces of 8 MiB, four at once", async () => {
  const size = 2 ** 23 * 5 + 10;
  let now = 0;
  let most = 0;
  const asked: string[] = [];
  const whole = await readWhole(
    {
      ...recordingSource({ size }),
      async readInto(offset, target) {
        asked.push(`${offset}+${target.length}`);
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        target[0] = asked.length;
        now--;
      },
    },
    {},
  );
  expect(most).toBe(4);
  expect(asked).toEqual([...[0, 1, 2, 3, 4].map((i) => `${i * 2 ** 23}+${2 ** 23}`), `${5 * 2 ** 23}+10`]);
  expect(whole).toMatchObject({ name: "recorded", size, distance: "memory" });
  expect(Array.from(await whole.read(5 * 2 ** 23, 2, {}))).toEqual([6, 0]);
});

test("also from a source that only gives bytes", async () => {
  const whole = await readWhole(recordingSource({ size: 1000 }), {});
  expect(await whole.read(0, 1000, {})).toEqual(bytesAt(0, 1000));
});

test("but not beyond the source's limit, and not beyond memory", async () => {
  const source = { ...recordingSource({ size: 1000 }), wholeLimit: 999 };
  const error = await errorOf(readWhole(source, {}));
  expect(error.code).toBe("LIMIT_EXCEEDED");
  expect(error.message).toMatch(/all of its 1000 bytes .* maxDownload, which is 999 bytes/);
  expect(source.reads.length).toBe(0);
  const large = await errorOf(readWhole(recordingSource({ size: 2 ** 52 }), {}));
  expect(large.code).toBe("LIMIT_EXCEEDED");
  expect(large.message).toMatch(/4503599627370496 bytes does not fit in memory/);
});
