import { expect, test } from "vitest";
import { Pacer } from "../../src/base/pause.js";

test("timers have their turn between slices, however many work at the same time", async () => {
  const pacer = new Pacer();
  let slices = 0;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, slices);
    slices = 0;
  }, 1);
  const work = async () => {
    for (let i = 0; i < 3; i++) {
      let isSlice = false;
      while (!pacer.isDue) isSlice = true;
      if (isSlice) slices++;
      await pacer.rest();
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  clearInterval(timer);
  expect(Math.max(most, slices)).toBeGreaterThan(0);
  expect(most).toBeLessThan(5);
});

test("an abort ends the work at the next rest", async () => {
  const controller = new AbortController();
  const pacer = new Pacer(controller.signal);
  const rests = [pacer.rest(), pacer.rest()];
  controller.abort(new Error("stop"));
  for (const rest of rests) await expect(rest).rejects.toThrow("stop");
  await expect(pacer.rest()).rejects.toThrow("stop");
});
