import { describe, expect, test, vi } from "vitest";
import { abortable, onAbort } from "../../src/base/abort.js";

describe("onAbort", () => {
  test("calls everyone who still waits, once", () => {
    const controller = new AbortController();
    const calls: number[] = [];
    const stop = () => void calls.push(0);
    onAbort(controller.signal, stop);
    onAbort(controller.signal, stop);
    const leave = onAbort(controller.signal, () => void calls.push(1));
    leave();
    leave();
    onAbort(controller.signal, () => void calls.push(2));
    controller.abort();
    controller.abort();
    expect(calls).toEqual([0, 0, 2]);
    onAbort(undefined, stop)();
  });

  test("makes one listener, and takes it away when nobody waits", () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const leave = Array.from({ length: 100 }, () => onAbort(signal, () => {}));
    expect(add).toHaveBeenCalledTimes(1);
    for (const one of leave) one();
    expect(remove).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
    onAbort(signal, () => {});
    expect(add).toHaveBeenCalledTimes(2);
    for (const one of leave) one();
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

test("many may wait for one signal without a warning", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on("warning", note);
  const controller = new AbortController();
  const waits = Array.from({ length: 50 }, () => abortable(new Promise(() => {}), controller.signal));
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort("enough");
  for (const wait of waits) await expect(wait).rejects.toBe("enough");
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
