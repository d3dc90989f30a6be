import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { SeedSubset, TypedArray } from "delayedarray";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fixture, readJson } from "../../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray, type SourceOptions } from "../../src/index.js";
import { errorOf } from "../helpers.js";
import { type Answer, fileAnswer, TestServer } from "./test-server.js";

interface Slice {
  readonly kind: "dense" | "csc";
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly subset: readonly (readonly [start: number, stop: number])[];
  /** What the chunks take that hold the slice. */
  readonly storedBytes: number;
  readonly chunks: number;
  readonly sha1: string;
}

const { files } = readJson("remote", "expected.json") as { files: { file: string; slices: Slice[] }[] };
const contents = new Map(
  files.map(({ file }) => [file, new Uint8Array(gunzipSync(readFileSync(fixture("remote", file))))]),
);

/** So late that requests made together are under way together. */
const DELAY = 10;
const KIBIBYTE = 2 ** 10;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
beforeEach(() => server.forget());
afterEach(() => server.idle());
afterAll(() => server.close());

function serve(file: string, answer = fileAnswer(contents.get(file)!, { delay: DELAY })): URL {
  return server.serve(`/${file}`, answer);
}

function open(url: URL, { kind, name, shape }: Slice, options: SourceOptions = {}) {
  if (kind === "dense") return Hdf5DenseArray.open(url, name, options);
  return Hdf5CompressedSparseMatrix.open(url, name, { shape, byColumn: true, ...options });
}
type Opened = Awaited<ReturnType<typeof open>>;

async function digestOf(array: Opened, { subset }: Slice, signal?: AbortSignal): Promise<string> {
  const entries: SeedSubset = subset.map(([start, stop]) => ({ start, stop, step: 1 }));
  const hash = createHash("sha1");
  const add = ({ buffer, byteOffset, byteLength }: TypedArray) =>
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  if (array instanceof Hdf5DenseArray) add((await array.seed.extractDense(entries, { signal })).data as TypedArray);
  else {
    const { indices, data } = await array.seed.extractSparse(entries, { signal });
    add(Int32Array.from(indices));
    add(data);
  }
  return hash.digest("hex");
}

/**
 * How many requests the chunks of a slice take: one for each row of chunks, unless whole rows are wanted. The nodes of an
 * index that lead to them take as many at most.
 */
function runsOf({ name, shape, subset }: Slice): number {
  const [[start, stop], [left, right]] = subset as [[number, number], [number, number]];
  if (name !== "tiles" || right - left === shape[1]) return 1;
  return Math.ceil(stop / 64) - Math.floor(start / 64);
}

const slices = files.flatMap(({ file, slices: some }) =>
  some.map((slice) => ({ file, slice, title: `${file}: ${slice.name} ${JSON.stringify(slice.subset)}` })),
);

describe("what it costs", () => {
  test.each(slices)("$title", async ({ file, slice }) => {
    await using array = await open(serve(file), slice);
    await server.idle();
    // A sparse matrix is three datasets in a group, of which one is read.
    expect(server.seen.length).toBeLessThanOrEqual(slice.kind === "dense" ? 3 : 5);
    expect(server.bytes).toBeLessThanOrEqual(2 ** 20 + (slice.kind === "dense" ? 0 : 192 * KIBIBYTE));
    expect(array.shape).toEqual(slice.shape);

    server.forget();
    expect(await digestOf(array, slice)).toBe(slice.sha1);
    await server.idle();
    const once = { bytes: server.bytes, requests: server.seen.length };
    if (slice.name === "later/plain" && slice.subset[1]![1] === 8) {
      // A column of values that are not in chunks: some of it with every request, and much of what lies between.
      expect(once.requests).toBeLessThanOrEqual(48);
    } else {
      expect(once.bytes).toBeLessThanOrEqual(1.1 * slice.storedBytes + 192 * KIBIBYTE);
      expect(once.requests).toBeLessThanOrEqual(1 + 2 * runsOf(slice));
      // Of more requests than six, some have to wait for others.
      if (runsOf(slice) === 1) expect(server.roundTrips).toBeLessThanOrEqual(3);
    }

    await using other = await open(serve(file), slice);
    server.forget();
    const digests = await Promise.all(Array.from({ length: 8 }, () => digestOf(other, slice)));
    expect(new Set(digests)).toEqual(new Set([slice.sha1]));
    await server.idle();
    expect(server.bytes).toBeLessThanOrEqual(1.1 * once.bytes);
    expect(server.seen.length).toBeLessThanOrEqual(once.requests + 1);
  });

  test.each(files)("$file: rows of a CSC matrix take its indices once, however many they are", async ({ file }) => {
    const shape = [20_000, 600];
    const url = serve(file);
    await using whole = await Hdf5DenseArray.open(url, "later/csc/indices");
    server.forget();
    await whole.toDense();
    const indices = server.bytes;
    for (const rows of [[7], [7, 1234], Array.from({ length: 200 }, (_, i) => i * 100 + 7)]) {
      await using matrix = await Hdf5CompressedSparseMatrix.open(url, "later/csc", { shape, byColumn: true });
      server.forget();
      const found = await matrix.seed.extractSparse([rows, { start: 0, stop: 600, step: 1 }]);
      await server.idle();
      // Column j has its entries in rows 100 k + j % 100.
      const columns = Array.from({ length: 600 }, (_, column) => column);
      const inColumn = columns.map((column) => rows.filter((row) => row % 100 === column % 100).length);
      expect(Array.from(found.indptr, (entry, column) => entry - (found.indptr[column - 1] ?? 0)).slice(1)).toEqual(
        inColumn,
      );
      // The indices, and no more than all of the values, which take as much room or more.
      expect(server.bytes).toBeLessThanOrEqual(1.1 * (indices + 30 * 16_400) + 192 * KIBIBYTE);
      expect(server.seen.length).toBeLessThanOrEqual(8);
      expect(server.roundTrips).toBeLessThanOrEqual(3);
    }
  });

  test("a published h5ad: any of its parts takes at most three requests and 1 MiB to describe", async () => {
    const url = server.serve(
      "/pbmc.h5ad",
      fileAnswer(new Uint8Array(readFileSync(fixture("pbmc", "10x_pbmc68k_reduced.h5ad")))),
    );
    for (const [name, shape, most] of [
      ["X", [700, 765], 3],
      ["raw.X/data", [174400], 3],
      ["raw.X/indptr", [701], 3],
      ["uns/neighbors/distances/indices", [6300], 3],
    ] as const) {
      server.forget();
      await using array = await Hdf5DenseArray.open(url, name);
      expect(array.shape).toEqual(shape);
      expect(server.seen.length).toBeLessThanOrEqual(most);
      expect(server.bytes).toBeLessThanOrEqual(2 ** 20);
    }
  });

  test("many reads with one signal leave no warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    const { signal } = new AbortController();
    for (const slice of files[0]!.slices.slice(3)) {
      await using array = await open(serve("old.h5.gz"), slice, { signal });
      await Promise.all(Array.from({ length: 20 }, () => digestOf(array, slice, signal)));
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("no request of another method is ever made", async () => {
    await using array = await open(serve("old.h5.gz"), files[0]!.slices[0]!);
    await digestOf(array, files[0]!.slices[0]!);
    expect(new Set(server.seen.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });
});

describe.each(files)("$file from a server", ({ file, slices: some }) => {
  const bytes = contents.get(file)!;
  const rows = some[0]!;
  const csc = some.find(({ kind }) => kind === "csc")!;

  /** Each range breaks off the first time, after a part of it. */
  function breaking(): Answer {
    const seen = new Set<number>();
    return async (exchange) => {
      const { range, response, send } = exchange;
      const { start, end } = range(bytes.length)!;
      // What is asked for again begins elsewhere, but ends there.
      if (seen.has(end)) return fileAnswer(bytes)(exchange);
      seen.add(end);
      response.writeHead(206, {
        "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
        "content-length": String(end - start),
      });
      await send(bytes.subarray(start, start + Math.ceil((end - start) / 2)));
      response.destroy();
    };
  }

  test.each<[string, Answer]>([
    ["without Content-Length", fileAnswer(bytes, { chunked: true })],
    ["without ETag", fileAnswer(bytes, { headers: { etag: undefined } })],
    ["without ranges", ({ response }) => void response.end(bytes)],
    ["whose connections break", breaking()],
    [
      "that redirects",
      ({ response }) => void response.writeHead(307, { location: `${server.origin}/elsewhere/${file}` }).end(),
    ],
    [
      "that is overloaded",
      (exchange) => {
        if (exchange.earlier % 2 === 1) return fileAnswer(bytes)(exchange);
        exchange.response.writeHead(503, { "retry-after": "0" }).end();
      },
    ],
  ])("%s: the same values", async (_, answer) => {
    server.serve(`/elsewhere/${file}`, fileAnswer(bytes));
    for (const slice of [rows, csc]) {
      await using array = await open(serve(file, answer), slice);
      expect(await digestOf(array, slice)).toBe(slice.sha1);
    }
  });

  test("without ranges, if the file is too large for that: an error that says so", async () => {
    const answer: Answer = ({ response }) =>
      void response.writeHead(200, { "content-length": String(bytes.length) }).end(bytes);
    const large = await errorOf(open(serve(file, answer), rows, { maxDownload: 1_000_000 }));
    expect(large.code).toBe("LIMIT_EXCEEDED");
    expect(large.message).toMatch(/larger than maxDownload, which is 1000000 bytes.* ignores Range headers/);
    const required = await errorOf(open(serve(file, answer), rows, { range: "require" }));
    expect(required.code).toBe("UNSUPPORTED_FEATURE");
    await using array = await open(serve(file, answer), rows, { range: "never", maxDownload: 0 });
    expect(await digestOf(array, rows)).toBe(rows.sha1);
  });

  test("where the file changes after it was opened: an error, not a mixture", async () => {
    let version = 1;
    const url = serve(file, (exchange) => fileAnswer(bytes, { headers: { etag: `"${version}"` } })(exchange));
    await using array = await open(url, rows);
    version = 2;
    const error = await errorOf(digestOf(array, rows));
    expect(error.code).toBe("IO");
    expect(error.message).toMatch(/has changed on the server since it was opened \(ETag "1", now "2"\)/);
    version = 1;
    expect(await digestOf(array, rows)).toBe(rows.sha1);
  });

  test("that has the file no longer, or a shorter one", async () => {
    let answer = fileAnswer(bytes);
    await using array = await open(
      serve(file, (exchange) => answer(exchange)),
      rows,
    );
    answer = fileAnswer(bytes.subarray(0, 2 ** 20));
    expect((await errorOf(digestOf(array, rows))).message).toMatch(/has changed on the server .*\(length/);
    answer = ({ response }) => void response.writeHead(404).end();
    expect((await errorOf(digestOf(array, rows))).code).toBe("NOT_FOUND");
    answer = ({ response }) => void response.writeHead(416).end();
    expect((await errorOf(digestOf(array, rows))).message).toMatch(/has the file changed\?/);
  });

  test("that is slow: an abort ends all requests, and others go on", async () => {
    let delay = 0;
    await using array = await open(
      serve(file, (exchange) => fileAnswer(bytes, { delay })(exchange)),
      rows,
    );
    delay = 100;
    server.forget();
    const controller = new AbortController();
    const aborted = digestOf(array, rows, controller.signal);
    const other = digestOf(array, rows);
    await server.requests(1);
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    expect(await other).toBe(rows.sha1);
    expect(server.seen.some(({ dropped }) => dropped)).toBe(false);

    await using fresh = await open(serve(file), rows);
    serve(file, fileAnswer(bytes, { delay: 10_000 }));
    server.forget();
    const late = new AbortController();
    const hopeless = digestOf(fresh, rows, late.signal);
    await server.requests(1);
    late.abort("enough");
    await expect(hopeless).rejects.toBe("enough");
    await server.idle();
    expect(server.seen.every(({ dropped }) => dropped)).toBe(true);
  });

  test("that stops answering while the file is opened", async () => {
    const controller = new AbortController();
    const opening = open(
      serve(file, () => {}),
      rows,
      { signal: controller.signal },
    );
    await server.requests(1);
    controller.abort("enough");
    await expect(opening).rejects.toBe("enough");
    await server.idle();
  });

  test("closing ends the requests under way", async () => {
    const array = await open(serve(file), rows);
    serve(file, () => {});
    server.forget();
    const reading = errorOf(digestOf(array, rows));
    await server.requests(1);
    await array.close();
    expect((await reading).message).toMatch(/closed/);
    await server.idle();
  });
});

describe("what is no HDF5 file is named", () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
  const page = `<!doctype html><title>Sign in</title>${" ".repeat(300_000)}`;
  test.each<[string, Uint8Array | string, RegExp]>([
    ["an error page", "<html><body>Not here</body></html>", /an HTML or XML page, perhaps a server's error message/],
    ["a long page", page, /an HTML or XML page/],
    ["an object store's error", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /an HTML or XML page/],
    ["a Git LFS pointer", pointer, /a Git LFS pointer: fetch the file itself/],
    ["a gzip", gzipSync(contents.get("old.h5.gz")!), /a gzip file: decompress it first/],
    ["nothing", "", /it is empty/],
  ])("%s", async (_, content, message) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    for (const answer of [fileAnswer(bytes), (({ response }) => void response.end(bytes)) satisfies Answer]) {
      const error = await errorOf(Hdf5DenseArray.open(server.serve("/other", answer), "x"));
      expect(error.code).toBe("FILE_INVALID");
      expect(error.message).toMatch(message);
      expect(error.message.startsWith(`${server.origin}/other: not an HDF5 file: `)).toBe(true);
    }
  });
});

describe("what only h5wasm reads", () => {
  const elsewhere = new Uint8Array(readFileSync(fixture("hdf5", "filters.h5")));
  /** A file with room behind it, so that it does not come with the first answer. */
  const bytes = new Uint8Array(2 ** 20);
  bytes.set(elsewhere);

  test("is downloaded whole, up to maxDownload", async () => {
    const url = server.serve("/filters.h5", fileAnswer(bytes));
    await using local = await Hdf5DenseArray.open(elsewhere, "nbit");
    const expected = await local.toDense();
    await using array = await Hdf5DenseArray.open(url, "nbit");
    expect(await array.toDense()).toEqual(expected);
    const error = await errorOf(
      Hdf5DenseArray.open(url, "nbit", { maxDownload: 2 ** 20 - 1 }).then((other) => other.toDense()),
    );
    expect(error.code).toBe("LIMIT_EXCEEDED");
    expect(error.message).toMatch(/something that only h5wasm can read.* maxDownload, which is 1048575 bytes/);
  });
});
