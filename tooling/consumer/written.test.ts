import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { launchChromium } from "./chromium.js";
import { makeProject, type Project } from "./project.js";

/*
 * HDF5 files that are written in a browser: into a file of the origin private file system, and as a download. HDF5 itself,
 * of h5wasm, says what is in them.
 */

const main = `
import { log1p, ndarray, SparseNdarray, wrap } from "delayedarray";
import { hdf5Download, writeHdf5CompressedSparseMatrix, writeHdf5DenseArray } from "hdf5array";

const x = wrap(ndarray(Float64Array.from({ length: 600 }, (_, i) => i), [20, 30]));
const sparse = SparseNdarray.fromCsc({ data: Float32Array.of(1, 2, 3), indices: [0, 4, 2], indptr: [0, 1, 1, 3], shape: [5, 3] });
const stored = async () => (await navigator.storage.getDirectory()).getFileHandle("written.h5", { create: true });

globalThis.tasks = {
  async write() {
    const handle = await stored();
    const written = await writeHdf5DenseArray(log1p(x), handle, "dense", { chunks: [7, 8], maxShape: [null, 30] });
    const text = await written.subset([0, [0, 1]]).format();
    await written.close();
    return text;
  },
  async add() {
    const handle = await stored();
    const more = await writeHdf5DenseArray(log1p(x), handle, "dense", { mode: "append", axis: 0 });
    const shape = more.shape;
    await more.close();
    await (await writeHdf5CompressedSparseMatrix(sparse, handle, "sparse", { layout: "csc" })).close();
    return shape;
  },
  async fail() {
    const handle = await stored();
    const controller = new AbortController();
    const writing = writeHdf5DenseArray(x.add(1), handle, "other", {
      bufferSize: 100,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    return writing.then(() => "written", (error) => String(error));
  },
  async bytes() {
    const buffer = await (await (await stored()).getFile()).arrayBuffer();
    return Array.from(new Uint8Array(buffer));
  },
  async download() {
    await (await writeHdf5DenseArray(x, hdf5Download("logs.h5"), "x")).close();
  },
};
globalThis.ready = true;
`;

describe("HDF5 files written in a browser", () => {
  let project: Project;
  let server: Server;
  let browser: Browser | undefined;
  let tab: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    project = makeProject(["delayedarray", "hdf5array"]);
    project.write("index.html", `<!doctype html><script type="module" src="./main.js"></script>`);
    project.write("main.js", main);
    await build({
      root: project.folder,
      configFile: false,
      base: "./",
      logLevel: "silent",
      build: { target: "es2022", chunkSizeWarningLimit: 10_000 },
    });
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const path = join(project.folder, "dist", pathname === "/" ? "index.html" : pathname);
      const type = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" }[extname(path)];
      if (!existsSync(path)) return response.writeHead(404).end();
      return response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  async function ready(skip: TestContext["skip"]): Promise<void> {
    if (browser !== undefined) return;
    browser = await launchChromium(skip);
    tab = await browser.newPage();
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction("globalThis.ready === true");
  }

  const run = (task: string) => tab.evaluate(`tasks.${task}()`);

  /** What HDF5 finds in a file: shape and values of a dataset. */
  async function contents(bytes: Uint8Array, name: string): Promise<{ shape: unknown; values: number[] }> {
    const h5wasm = await import("h5wasm");
    const { FS } = await h5wasm.ready;
    FS.writeFile("seen.h5", bytes);
    const file = new h5wasm.File("seen.h5", "r");
    try {
      const dataset = file.get(name) as { shape: unknown; value: ArrayLike<number> };
      return { shape: dataset.shape, values: Array.from(dataset.value) };
    } finally {
      file.close();
      FS.unlink("seen.h5");
    }
  }

  const logs = Array.from({ length: 600 }, (_, i) => Math.log1p(i));
  const close = (values: number[], expected: number[]) =>
    values.length === expected.length && values.every((v, i) => Math.abs(v - expected[i]!) <= 1e-15 * Math.abs(v));

  it("go into the origin private file system, are added to, and stay as they are when a write is aborted (needs Chromium)", {
    timeout: 120_000,
  }, async ({ skip }) => {
    await ready(skip);
    expect(await run("write")).toContain("[0.        , 0.69314718]");
    expect(await run("add")).toEqual([40, 30]);
    const bytes = Uint8Array.from((await run("bytes")) as number[]);
    const dense = await contents(bytes, "dense");
    expect(dense.shape).toEqual([40, 30]);
    expect(close(dense.values, [...logs, ...logs])).toBe(true);
    expect((await contents(bytes, "sparse/indices")).values).toEqual([0, 2, 4]);
    expect(await run("fail")).toBe("Error: enough");
    expect(Uint8Array.from((await run("bytes")) as number[])).toEqual(bytes);
    expect(errors).toEqual([]);
  });

  it("are downloaded (needs Chromium)", { timeout: 120_000 }, async ({ skip }) => {
    await ready(skip);
    const [download] = await Promise.all([tab.waitForEvent("download"), run("download")]);
    expect(download.suggestedFilename()).toBe("logs.h5");
    const found = await contents(new Uint8Array(readFileSync(await download.path())), "x");
    expect(found).toEqual({ shape: [20, 30], values: Array.from({ length: 600 }, (_, i) => i) });
    expect(errors).toEqual([]);
  });
});
