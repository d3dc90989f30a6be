import { DelayedArrayError, isMasked, isPristine, isSparse, toSparseArray } from "delayedarray";
import { describe, expect, test } from "vitest";
import { TileDbArray } from "../src/index.js";
import { arrayOf, cases, errors, expectEqual, expectWellFormed, place } from "./fixtures.js";

describe("arrays written by TileDB-Py", () => {
  test("there are many", () => {
    expect(cases.length).toBeGreaterThanOrEqual(135);
    expect(errors.length).toBeGreaterThanOrEqual(25);
  });

  test.each(cases)("$name", async (it) => {
    const expected = arrayOf(it);
    await using array = await TileDbArray.open(place(it.uri), { attributeName: it.attributeName, ...it.options });
    expect(array.shape).toEqual(it.shape);
    expect(array.dtype).toBe(it.dtype);
    expect(array.attributeName).toBe(it.attributeName);
    expect(array.dimensionNames).toEqual(it.dimensions);
    expect(isSparse(array)).toBe(it.sparse);
    expect(isMasked(array)).toBe(expected.mask !== undefined);
    expect(isPristine(array)).toBe(true);
    expectEqual(await array.toDense(), expected);
    expect(await array.format()).toBe(it.text);
    const sparse = await toSparseArray(array);
    expectWellFormed(sparse);
    expectEqual(sparse.toDense(), expected);
    if (it.nnz !== undefined && !it.duplicates) expect(sparse.nnz).toBe(it.nnz);
    expectEqual(await array.T.T.toDense(), expected);
  });
});

describe("what cannot be read is refused", () => {
  test.each(errors)("$name", async ({ uri, attributeName, options, codes, when }) => {
    const opening = TileDbArray.open(place(uri), {
      ...(attributeName === undefined ? {} : { attributeName }),
      ...options,
    });
    const failing = when === "open" ? opening : (await opening).toDense();
    const error: unknown = await failing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DelayedArrayError);
    expect(codes).toContain((error as DelayedArrayError).code);
    expect((error as DelayedArrayError).message).toContain(uri);
    if (when === "read") await (await opening).close();
  });
});
