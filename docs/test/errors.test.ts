import type { ErrorCode } from "delayedarray";
import { expect, test } from "vitest";
import { readPages } from "./markdown.js";

/** All codes there are: the type checker sees to it that none is left out. */
const codes: Record<ErrorCode, true> = {
  NOT_FOUND: true,
  INVALID_ARGUMENT: true,
  SHAPE_MISMATCH: true,
  INDEX_OUT_OF_RANGE: true,
  DTYPE_UNSUPPORTED: true,
  FILE_INVALID: true,
  FILE_TRUNCATED: true,
  UNSUPPORTED_FEATURE: true,
  LIMIT_EXCEEDED: true,
  IO: true,
  LIBRARY_MISSING: true,
};

test("the guide explains every error code", () => {
  const text = readPages().find(({ path }) => path === "docs/errors.md")?.text ?? "";
  const explained = Array.from(text.matchAll(/^\| `([A-Z_]+)` /gm), ([, code]) => code);
  expect(explained).toEqual(Object.keys(codes));
});
