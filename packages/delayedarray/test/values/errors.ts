import { expect } from "vitest";
import { DelayedArrayError, type ErrorCode } from "../../src/base/errors.js";

/** Expects a typed error whose message names all of `parts`. */
export function expectError(run: () => unknown, code: ErrorCode, ...parts: (string | number)[]): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DelayedArrayError);
  const error = thrown as DelayedArrayError;
  expect(error.message).not.toBe("");
  expect(`${error.code}: ${error.message}`).toContain(code);
  for (const part of parts) expect(error.message).toContain(String(part));
}
