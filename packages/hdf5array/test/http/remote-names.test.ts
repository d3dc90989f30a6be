import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fixture } from "../../../../tooling/fixtures/read.mjs";
import { listHdf5, openH5adMatrix, openTenxMatrix } from "../../src/index.js";
import { fileAnswer, TestServer } from "./test-server.js";

/* How many requests it takes to open a matrix with its names, and to list a file, on a server. */

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
beforeEach(() => server.forget());
afterAll(() => server.close());

const serve = (...path: string[]) =>
  server.serve(`/${path.at(-1)}`, fileAnswer(new Uint8Array(readFileSync(fixture(...path)))));

test("a published h5ad of 1.8 MB: a few requests for a matrix and its names, and not all of its bytes", async () => {
  const url = serve("pbmc", "10x_pbmc68k_reduced.h5ad");
  const raw = await openH5adMatrix(url, "raw/X");
  expect(raw.dimnames?.map((names) => names?.length)).toEqual([700, 765]);
  expect(server.seen.length).toBeLessThanOrEqual(8);
  expect(server.bytes).toBeLessThan(1.5e6);
  await raw.close();
});

test("what fits into the first request costs no second one", async () => {
  const counts = await openTenxMatrix(serve("formats", "tenx-3.h5"));
  expect(counts.dimnames).not.toBeNull();
  await counts.toDense();
  expect(server.seen).toHaveLength(1);
  await counts.close();
  server.forget();
  await listHdf5(serve("formats", "anndata.h5ad"));
  expect(server.seen).toHaveLength(1);
});
