import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { borrowMemory, returnMemory } from "../src/memory-pool.js";

const MB = 2 ** 20;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("memory that was returned is lent again, to one at a time, until nothing was read for some seconds", () => {
  const one = borrowMemory(MB);
  expect(one.byteLength).toBe(MB);
  returnMemory(one);
  expect(borrowMemory(2 * MB)).not.toBe(one);
  expect(borrowMemory(MB)).toBe(one);
  expect(borrowMemory(MB)).not.toBe(one);
  returnMemory(one);
  vi.advanceTimersByTime(4000);
  const other = borrowMemory(MB);
  expect(other).toBe(one);
  returnMemory(other);
  vi.advanceTimersByTime(4000);
  expect(borrowMemory(MB)).toBe(one);
  returnMemory(one);
  vi.advanceTimersByTime(6000);
  expect(borrowMemory(MB)).not.toBe(one);
});

test("no more than some of it is kept, and nothing small", () => {
  const small = borrowMemory(1000);
  returnMemory(small);
  expect(borrowMemory(1000)).not.toBe(small);
  const many = Array.from({ length: 100 }, () => borrowMemory(MB));
  many.forEach(returnMemory);
  const again = new Set(Array.from({ length: 100 }, () => borrowMemory(MB)));
  expect(many.filter((one) => again.has(one)).length).toBe(48);
});
