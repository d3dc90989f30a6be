import { expect, test } from "vitest";
import { breathe } from "../../src/decode/breathe.js";

test("timers have their turn between chunks, however many are worked on at the same time", async () => {
  let chunks = 0;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, chunks);
    chunks = 0;
  }, 1);
  const work = async () => {
    for (let i = 0; i < 30; i++) {
      await breathe();
      chunks++;
      for (const begin = performance.now(); performance.now() - begin < 2; );
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  clearInterval(timer);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(100); // Those of a few turns.
});
