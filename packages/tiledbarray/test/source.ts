import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArraySchemaOptions, TypedArray } from "libtiledb";
import { ArrayHandle, ArraySchema, defaultContext, Query } from "libtiledb";
import { afterAll } from "vitest";
import { chooseAttribute } from "../src/attribute.js";
import { axesOf } from "../src/axes.js";
import type { TileDbArrayOptions } from "../src/index.js";
import { openArray } from "../src/open-array.js";
import type { Source } from "../src/source.js";

const folder = mkdtempSync(join(tmpdir(), "tiledbarray-test-"));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path at which there is nothing yet, gone when the test file is done. */
export function newPlace(): string {
  return join(folder, `a${count++}.tiledb`);
}

/** An open array as the readers get it. */
export async function sourceOf(uri: string, options: TileDbArrayOptions = {}): Promise<Source> {
  const array = await openArray(uri, options);
  return {
    array,
    attribute: await chooseAttribute(array, options.attributeName, uri),
    axes: await axesOf(array, options.shape, uri),
    missing: options.missing ?? "fill",
  };
}

/** Makes an array and writes buffers: attributes in row-major order for a dense one, else dimensions and attributes. */
export async function make(
  schema: ArraySchemaOptions,
  buffers: Readonly<Record<string, TypedArray>>,
  uri = newPlace(),
  context = defaultContext(),
): Promise<string> {
  await new ArraySchema(schema).create(uri, { context });
  const array = await ArrayHandle.open(uri, "write", { context });
  const query = new Query(array).setLayout(schema.arrayType === "dense" ? "row-major" : "unordered");
  for (const [name, buffer] of Object.entries(buffers)) query.setDataBuffer(name, buffer);
  await query.submit();
  query.close();
  await array.close();
  return uri;
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("expected a rejection");
    },
    (error: unknown) => error,
  );
}
