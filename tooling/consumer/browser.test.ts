import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, readJson } from "../fixtures/read.mjs";
import { launchChromium } from "./chromium.js";
import { makeProject, type Project } from "./project.js";

const chapter = readJson("chapter", "expected.json");

const page = `<!doctype html><pre id="text"></pre><script type="module" src="./main.js"></script>`;

// Fetched whole and opened as a Blob: what a viewer does with a file that the user picked.
const main = `
import { log1p } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";

const show = (value) => { document.getElementById("text").textContent = JSON.stringify(value); };
const load = async (name) => (await fetch("./" + name)).blob();
try {
  const array = await Hdf5DenseArray.open(await load("whee.h5"), "yay");
  const matrix = await Hdf5CompressedSparseMatrix.open(await load("sparse_whee.h5"), "sparse_blah", { shape: [1000, 200], byColumn: true });
  const logs = await log1p(array.subset([0, [0, 1]])).toDense();
  show({ text: await array.format(), sparse: await matrix.format(), sum: await matrix.sum(), logs: logs.toNested() });
} catch (error) {
  show({ error: String(error), stack: error.stack });
}
`;

describe("a Vite build of hdf5array", () => {
  let project: Project;
  let server: Server;
  const warnings: string[] = [];

  beforeAll(async () => {
    project = makeProject(["delayedarray", "hdf5array"]);
    project.write("index.html", page);
    project.write("main.js", main);
    mkdirSync(join(project.folder, "public"));
    for (const name of ["whee.h5", "sparse_whee.h5"])
      cpSync(fixture("chapter", name), join(project.folder, "public", name));
    await build({
      root: project.folder,
      configFile: false,
      base: "./",
      logLevel: "silent",
      build: { rollupOptions: { onwarn: (warning) => warnings.push(warning.message) }, chunkSizeWarningLimit: 10_000 },
    });
    server = createServer((request, response) => {
      const path = join(project.folder, "dist", new URL(request.url ?? "/", "http://localhost").pathname);
      const file = path.endsWith("/") || path.endsWith("\\") ? join(path, "index.html") : path;
      const type = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" }[extname(file)];
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.writeHead(200, { "content-type": type ?? "application/octet-stream" }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => server.close());

  it("is made without warnings, such as about modules that a browser lacks", () => {
    expect(warnings).toEqual([]);
  });

  it("opens files in the browser and shows their values (needs Chromium)", async ({ skip }) => {
    const browser = await launchChromium(skip);
    try {
      const tab = await browser.newPage();
      const errors: string[] = [];
      tab.on("pageerror", (error) => errors.push(String(error)));
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction("document.getElementById('text').textContent !== ''", undefined, { timeout: 60_000 });
      const shown = JSON.parse((await tab.textContent("#text")) ?? "");
      expect(errors).toEqual([]);
      expect(shown.error).toBeUndefined();
      expect(shown.text).toBe(chapter.whee.text);
      expect(shown.sparse).toBe(chapter.sparse_whee.text);
      expect(shown.sum).toBeCloseTo(chapter.sparse_whee.sum, 8);
      expect(shown.logs).toHaveLength(2);
    } finally {
      await browser.close();
    }
  });
});
