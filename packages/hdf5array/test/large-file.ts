import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file made for a test, and how to remove it. */
export interface TemporaryFile {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A file of 2000 x 2000 float64 (32 MB), element (i, j) being i * 2000 + j, in one piece (`contiguous`) and in chunks of
 * 100 x 100 (`chunked`); and a CSC matrix of 4000 x 4000 with 500,000 entries (`csc`): column j holds 125 entries at rows
 * 32 k + j % 32 with value j. Written by h5wasm, since it would be large in the repository.
 */
export async function largeFile(): Promise<TemporaryFile> {
  const h5wasm = await import("h5wasm");
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File("large-fixture.h5", "w");
  const values = Float64Array.from({ length: 2000 * 2000 }, (_, i) => i);
  file.create_dataset({ name: "contiguous", data: values, shape: [2000, 2000] });
  file.create_dataset({ name: "chunked", data: values, shape: [2000, 2000], chunks: [100, 100] });
  const group = file.create_group("csc");
  const columns = 4000;
  const indices = Int32Array.from({ length: columns * 125 }, (_, i) => 32 * (i % 125) + (Math.floor(i / 125) % 32));
  group.create_dataset({
    name: "data",
    data: Float32Array.from(indices, (_, i) => Math.floor(i / 125)),
    chunks: [4096],
  });
  group.create_dataset({ name: "indices", data: indices, chunks: [4096] });
  group.create_dataset({ name: "indptr", data: Int32Array.from({ length: columns + 1 }, (_, i) => i * 125) });
  file.close();
  const folder = await mkdtemp(join(tmpdir(), "hdf5array-"));
  const path = join(folder, "large.h5");
  await writeFile(path, FS!.readFile("large-fixture.h5") as Uint8Array);
  FS!.unlink("large-fixture.h5");
  return { path, remove: () => rm(folder, { recursive: true }) };
}
