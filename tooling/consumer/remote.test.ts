import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { type Answer, fileAnswer, type Manners, TestServer } from "../../packages/hdf5array/test/http/test-server.js";
import { decodeArray, fixture, readJson } from "../fixtures/read.mjs";
import { launchChromium } from "./chromium.js";
import { makeProject, type Project } from "./project.js";

/*
 * Remote files in a browser: on the page's own thread, from a server of another origin, in a project that a bundler
 * built from the packed packages without being told anything.
 */

interface Slice {
  readonly kind: "dense" | "csc";
  readonly name: string;
  readonly shape: readonly number[];
  readonly subset: readonly (readonly number[])[];
  readonly storedBytes: number;
  readonly sha1: string;
}

/** What the page does for a test. */
interface Task extends Slice {
  /** A URL; or where else the bytes at a URL are to be read from. */
  readonly url: string;
  readonly from?: "url" | "file" | "private file" | "sync access handle" | "reader";
  readonly options?: object;
  /** How often the slice is read at the same time. */
  readonly times?: number;
  /** Milliseconds after which it is aborted. */
  readonly abortAfter?: number;
}

/** What the page answers: what it opened and read, or what went wrong. */
interface Outcome {
  readonly shape?: readonly number[];
  readonly sha1?: readonly string[];
  readonly error?: string;
  readonly code?: string;
}

const { files } = readJson("remote", "expected.json") as { files: { file: string; slices: Slice[] }[] };
const contents = new Map(
  files.map(({ file }) => [file, new Uint8Array(gunzipSync(readFileSync(fixture("remote", file))))]),
);
const rows = files[0]!.slices[0]!;

const read = `
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";

async function digest(array, { kind, subset }, signal) {
  const entries = subset.map(([start, stop]) => ({ start, stop, step: 1 }));
  const parts = [];
  if (kind === "dense") parts.push((await array.seed.extractDense(entries, { signal })).data);
  else {
    const { indices, data } = await array.seed.extractSparse(entries, { signal });
    parts.push(Int32Array.from(indices), data);
  }
  const bytes = await new Blob(parts).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Opens a source; what comes next is for \`then\`. */
export async function open(source, { kind, name, shape, options }) {
  if (kind === "dense") return Hdf5DenseArray.open(source, name, options);
  return Hdf5CompressedSparseMatrix.open(source, name, { shape, byColumn: true, ...options });
}

export async function slices(array, task) {
  const controller = new AbortController();
  if (task.abortAfter !== undefined) setTimeout(() => controller.abort(new Error("enough")), task.abortAfter);
  const all = Array.from({ length: task.times ?? 1 }, () => digest(array, task, controller.signal));
  return { shape: array.shape, sha1: await Promise.all(all) };
}

export const failure = (error) => ({ error: String(error.message ?? error), code: error.code });
`;

const worker = `
import { failure, open, slices } from "./read.js";
onmessage = async ({ data: task }) => {
  try {
    const folder = await navigator.storage.getDirectory();
    const handle = await (await folder.getFileHandle("stored.h5")).createSyncAccessHandle();
    const array = await open(handle, task);
    postMessage(await slices(array, task));
    await array.close();
    handle.close();
  } catch (error) {
    postMessage(failure(error));
  }
};
`;

const main = `
import { failure, open, slices } from "./read.js";

async function sourceOf({ url, from = "url" }) {
  if (from === "url") return new URL(url);
  const blob = await (await fetch(url)).blob();
  if (from === "file") return new File([blob], "picked.h5");
  if (from === "reader") {
    return { size: blob.size, read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()) };
  }
  const handle = await (await navigator.storage.getDirectory()).getFileHandle("stored.h5", { create: true });
  const writable = await handle.createWritable();
  await writable.write(blob);
  await writable.close();
  return handle;
}

let array;
globalThis.openTask = async (task) => {
  try {
    const source = await sourceOf(task);
    if (task.from === "sync access handle") return {};
    array = await open(source, task);
    return { shape: array.shape };
  } catch (error) {
    return failure(error);
  }
};
globalThis.readTask = async (task) => {
  try {
    return await slices(array, task);
  } catch (error) {
    return failure(error);
  }
};
globalThis.readInWorker = (task) => new Promise((resolve) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = (event) => resolve({ error: event.message });
  worker.postMessage(task);
});
globalThis.ready = true;
`;

/** What a server of another origin has to allow; with these, the browser asks nothing beforehand. */
const allowed = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Content-Range, ETag",
};

/** h5wasm is by far the largest part of what is built: its WebAssembly is within. */
const isH5wasm = (path: string) => sizes.get(path)! > 2 ** 20;

/** Bytes of the files that the page was loaded from. */
const sizes = new Map<string, number>();

const KIBIBYTE = 2 ** 10;

describe("remote files in a browser", () => {
  let project: Project;
  let pages: Server;
  let server: TestServer;
  let browser: Browser | undefined;
  let tab: Page;
  /** Paths that the page was loaded from. */
  const loaded: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    project = makeProject(["delayedarray", "hdf5array"]);
    project.write("index.html", `<!doctype html><script type="module" src="./main.js"></script>`);
    for (const [name, text] of Object.entries({ main, read, worker })) project.write(`${name}.js`, text);
    await build({
      root: project.folder,
      configFile: false,
      base: "./",
      logLevel: "silent",
      build: { target: "es2022", chunkSizeWarningLimit: 10_000 },
      worker: { format: "es" },
    });
    pages = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      loaded.push(pathname);
      const path = join(project.folder, "dist", pathname === "/" ? "index.html" : pathname);
      const type = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" }[extname(path)];
      if (!existsSync(path)) return response.writeHead(404).end();
      const content = readFileSync(path);
      sizes.set(pathname, content.length);
      return response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(content);
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    server = await TestServer.start();
  });

  /** A page, in the browser that all tests share. */
  async function ready(skip: TestContext["skip"]): Promise<void> {
    browser ??= await launchChromium(skip);
    tab ??= await browser.newPage();
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
    await tab.waitForFunction("globalThis.ready === true");
  }

  beforeEach(() => {
    errors.length = 0;
    loaded.length = 0;
    server.forget();
  });
  afterEach(async () => {
    await server.idle();
    expect(errors).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
    pages.close();
  });

  const call = (name: string, task: Task): Promise<Outcome> =>
    tab.evaluate(
      ([which, what]) => (globalThis as unknown as Record<string, (task: Task) => Promise<Outcome>>)[which]!(what),
      [name, task] as const,
    );
  const open = (task: Task) => call("openTask", task);
  const readSlice = (task: Task) => call("readTask", task);

  /** Serves a file to pages of any origin. */
  function serve(file: string, manners: Manners = {}): string {
    return server.serve(
      `/${file}`,
      fileAnswer(contents.get(file)!, { ...manners, headers: { ...allowed, ...manners.headers } }),
    ).href;
  }

  for (const { file, slices } of files) {
    it(`${file}: takes few requests and few bytes (needs Chromium)`, async ({ skip }) => {
      await ready(skip);
      for (const slice of slices) {
        const task: Task = { ...slice, url: serve(file, { delay: 10 }) };
        server.forget();
        expect(await open(task)).toEqual({ shape: slice.shape });
        await server.idle();
        expect(server.seen.every(({ method }) => method === "GET")).toBe(true);
        expect(server.seen.length).toBeLessThanOrEqual(slice.kind === "dense" ? 3 : 5);
        expect(server.bytes).toBeLessThanOrEqual(2 ** 20 + (slice.kind === "dense" ? 0 : 192 * KIBIBYTE));

        server.forget();
        expect(await readSlice(task)).toEqual({ shape: slice.shape, sha1: [slice.sha1] });
        await server.idle();
        const once = { bytes: server.bytes, requests: server.seen.length };
        const isPlainColumn = slice.name === "later/plain" && slice.subset[1]![1] === 8;
        if (!isPlainColumn) expect(once.bytes).toBeLessThanOrEqual(1.1 * slice.storedBytes + 192 * KIBIBYTE);
        if (once.requests <= 6) expect(server.roundTrips).toBeLessThanOrEqual(3);

        await open(task);
        server.forget();
        const { sha1 } = await readSlice({ ...task, times: 8 });
        expect(new Set(sha1)).toEqual(new Set([slice.sha1]));
        await server.idle();
        expect(server.bytes).toBeLessThanOrEqual(1.1 * once.bytes);
        expect(server.seen.length).toBeLessThanOrEqual(once.requests + 1);
      }
      expect(loaded.filter(isH5wasm)).toEqual([]);
    });
  }

  it("h5wasm is loaded for what the package does not read itself, and not before (needs Chromium)", async ({
    skip,
  }) => {
    await ready(skip);
    const { array } = readJson("hdf5", "expected.json").dense.find(({ dataset }) => dataset === "nbit");
    const { shape, data } = decodeArray(array);
    const sha1 = createHash("sha1").update(new Uint8Array(data.buffer)).digest("hex");
    const subset = shape.map((extent: number) => [0, extent]);
    const url = server.serve(
      "/filters.h5",
      fileAnswer(new Uint8Array(readFileSync(fixture("hdf5", "filters.h5"))), { headers: allowed }),
    ).href;
    const task: Task = { kind: "dense", name: "nbit", url, shape, subset, storedBytes: 0, sha1 };
    expect(await open(task)).toEqual({ shape });
    expect(await readSlice(task)).toEqual({ shape, sha1: [sha1] });
    expect(loaded.filter(isH5wasm)).not.toEqual([]);
  });

  it("what plugins compress is read without h5wasm (needs Chromium)", async ({ skip }) => {
    await ready(skip);
    const { href } = server.serve(
      "/plugins.h5",
      fileAnswer(new Uint8Array(readFileSync(fixture("filters", "plugins.h5"))), { headers: allowed }),
    );
    const before = loaded.filter(isH5wasm).length;
    const { values, cases } = readJson("filters", "expected.json");
    for (const name of ["lzf", "lz4", "zstd 3", "bzip2 9", "bitshuffle zstd 24", "blosc zlib shuffle 5", "blosc2 0"]) {
      const { shape, data } = decodeArray(
        values[cases.find((one: { dataset: string }) => one.dataset === name).values],
      );
      const sha1 = createHash("sha1").update(new Uint8Array(data.buffer)).digest("hex");
      const subset = shape.map((extent: number): [number, number] => [0, extent]);
      const task: Task = { kind: "dense", name, url: href, shape, subset, storedBytes: 0, sha1 };
      expect(await open(task)).toEqual({ shape });
      expect(await readSlice(task)).toEqual({ shape, sha1: [sha1] });
    }
    expect(loaded.filter(isH5wasm).length).toBe(before);
  });

  const bytes = contents.get("old.h5.gz")!;
  const cors: Record<string, string> = allowed;
  const seenEnds = new Set<number>();
  it.for<[string, Answer]>([
    ["without Content-Length", fileAnswer(bytes, { chunked: true, headers: cors })],
    ["without ETag", fileAnswer(bytes, { headers: { ...cors, etag: undefined } })],
    ["without ranges", ({ response }) => void response.writeHead(200, cors).end(bytes)],
    ["that hides Content-Range", fileAnswer(bytes, { headers: { "access-control-allow-origin": "*" } })],
    ["that redirects", ({ response }) => void response.writeHead(307, { ...cors, location: "/elsewhere" }).end()],
    [
      "that is overloaded",
      (exchange) => {
        if (exchange.earlier % 2 === 1) return fileAnswer(bytes, { headers: cors })(exchange);
        exchange.response.writeHead(503, { ...cors, "retry-after": "0" }).end();
      },
    ],
    [
      "whose connections break",
      async (exchange) => {
        const { range, response, send } = exchange;
        const { start, end } = range(bytes.length)!;
        if (seenEnds.has(end)) return fileAnswer(bytes, { headers: cors })(exchange);
        seenEnds.add(end);
        response.writeHead(206, {
          ...cors,
          "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
          "content-length": String(end - start),
        });
        await send(bytes.subarray(start, start + Math.ceil((end - start) / 2)));
        response.destroy();
      },
    ],
  ])("from a server %s: the same values (needs Chromium)", async ([, answer], { skip }) => {
    await ready(skip);
    server.serve("/elsewhere", fileAnswer(bytes, { headers: cors }));
    const task: Task = { ...rows, url: server.serve("/manners", answer).href };
    expect(await open(task)).toEqual({ shape: rows.shape });
    expect(await readSlice(task)).toEqual({ shape: rows.shape, sha1: [rows.sha1] });
  });

  it.for<[string, Answer, object, string, RegExp]>([
    [
      "no ranges, for a file that is too large to be downloaded",
      ({ response }) => void response.writeHead(200, { ...cors, "content-length": String(bytes.length) }).end(bytes),
      { maxDownload: 1_000_000 },
      "LIMIT_EXCEEDED",
      /is larger than maxDownload, which is 1000000 bytes.* ignores Range headers/,
    ],
    [
      "no Content-Range that may be seen, where ranges are required",
      fileAnswer(bytes, { headers: { "access-control-allow-origin": "*" } }),
      { range: "require" },
      "UNSUPPORTED_FEATURE",
      /shows no Content-Range header; .* Access-Control-Expose-Headers/,
    ],
    ["nothing to this origin", fileAnswer(bytes), { retries: 0 }, "IO", /does not allow requests .*\(CORS\)/],
    [
      "a page",
      ({ response }) => void response.writeHead(200, cors).end("<!doctype html>"),
      {},
      "FILE_INVALID",
      /an HTML/,
    ],
    ["404", ({ response }) => void response.writeHead(404, cors).end(), {}, "NOT_FOUND", /answered 404/],
    [
      "416",
      ({ response }) => void response.writeHead(416, { ...cors, "content-range": "bytes */0" }).end(),
      {},
      "FILE_INVALID",
      /it is empty/,
    ],
  ])(
    "a server that gives %s: an error says so (needs Chromium)",
    async ([, answer, options, code, message], { skip }) => {
      await ready(skip);
      const outcome = await open({ ...rows, url: server.serve("/refused", answer).href, options });
      expect(outcome.error).toMatch(message);
      expect(outcome.code).toBe(code);
    },
  );

  it("headers of one's own are asked for beforehand, and then sent (needs Chromium)", async ({ skip }) => {
    await ready(skip);
    const url = server.serve("/private", (exchange) => {
      const { method, headers } = exchange.request;
      if (method === "OPTIONS") {
        const also = { "access-control-allow-headers": "Range, Authorization" };
        exchange.response.writeHead(204, { ...cors, ...also }).end();
      } else if (headers.authorization !== "Bearer x") exchange.response.writeHead(401, cors).end();
      else return fileAnswer(bytes, { headers: cors })(exchange);
    }).href;
    const task: Task = { ...rows, url, options: { headers: { authorization: "Bearer x" } } };
    expect(await open(task)).toEqual({ shape: rows.shape });
    expect(await readSlice(task)).toEqual({ shape: rows.shape, sha1: [rows.sha1] });
    expect(server.seen.some(({ method }) => method === "OPTIONS")).toBe(true);
    const { error } = await open({ ...rows, url });
    expect(error).toMatch(/401 Unauthorized: it wants credentials/);
  });

  it("a file that changes on the server is an error, not a mixture (needs Chromium)", async ({ skip }) => {
    await ready(skip);
    const task: Task = { ...rows, url: serve("old.h5.gz") };
    await open(task);
    serve("old.h5.gz", { headers: { etag: '"2"' } });
    const { code, error } = await readSlice(task);
    expect(error).toMatch(/has changed on the server since it was opened \(ETag "1", now "2"\)/);
    expect(code).toBe("IO");
    serve("old.h5.gz");
    server.serve("/old.h5.gz", ({ response }) => void response.writeHead(416, cors).end());
    expect((await readSlice(task)).error).toMatch(/answered 416/);
  });

  it("an abort ends the requests to a slow server (needs Chromium)", async ({ skip }) => {
    await ready(skip);
    const task: Task = { ...rows, url: serve("old.h5.gz"), abortAfter: 200 };
    await open(task);
    serve("old.h5.gz", { delay: 60_000 });
    server.forget();
    expect((await readSlice(task)).error).toBe("enough");
    await server.idle();
    expect(server.seen.length).toBeGreaterThan(0);
    expect(server.seen.every(({ dropped }) => dropped)).toBe(true);
  });

  it.for(["file", "private file", "reader"] as const)(
    "a %s is read on demand (needs Chromium)",
    async (from, { skip }) => {
      await ready(skip);
      for (const slice of files[0]!.slices) {
        const task: Task = { ...slice, from, url: serve("old.h5.gz") };
        expect(await open(task)).toEqual({ shape: slice.shape });
        expect(await readSlice(task)).toEqual({ shape: slice.shape, sha1: [slice.sha1] });
      }
    },
  );

  it("a worker reads from a handle that does not wait (needs Chromium)", async ({ skip }) => {
    await ready(skip);
    const task: Task = { ...rows, from: "sync access handle", url: serve("old.h5.gz") };
    expect(await open(task)).toEqual({});
    expect(await call("readInWorker", task)).toEqual({ shape: rows.shape, sha1: [rows.sha1] });
  });
});
