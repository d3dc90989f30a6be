import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { launchChromium } from "../../../../tooling/consumer/chromium.js";

/*
 * What undoes filters, in a browser: on the page's own thread and in workers, also where the page's security policy forbids
 * these, WebAssembly, or both.
 */

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Chunks from 2 KB to 4 MB, several of each. */
const sizes = [2000, 40_000, 150_000, 400_000, 4_000_000, 400_000, 150_000, 2000, 400_000];
const chunks = sizes.map((size) => Buffer.from(Int32Array.from({ length: size / 4 }, (_, i) => (i * i) % 97).buffer));

/** The bytes of a chunk after another, as deflate of what shuffle makes of them. */
const streams = chunks.map((bytes) => {
  const count = bytes.length / 4;
  return deflateSync(bytes.map((_, i) => bytes[(i % count) * 4 + Math.floor(i / count)]!));
});

/** What the page does: undoes the filters of every chunk three times, all at once, and says which came out wrong. */
const program = `
import { withDecodedChunk } from "./bundle.js";
const read = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const filters = [{ id: 2, name: "shuffle", optional: false, parameters: [4] }, { id: 1, name: "deflate", optional: false, parameters: [6] }];
window.run = async (count) => {
  const wrong = [];
  const jobs = Array.from({ length: 3 * count }, async (_, i) => {
    const [stream, expected] = await Promise.all([read("stream/" + (i % count)), read("chunk/" + (i % count))]);
    const copy = stream.slice();
    let result;
    await withDecodedChunk(stream, filters, 0, expected.length, "chunk", (bytes) => { result = bytes.slice(); }, {});
    const equal = (a, b) => a.length === b.length && a.every((byte, k) => byte === b[k]);
    if (!equal(result, expected) || !equal(stream, copy)) wrong.push(i);
  });
  await Promise.all(jobs);
  return wrong;
};
window.damaged = async () => {
  const stream = (await read("stream/4")).slice(0, -5);
  return withDecodedChunk(stream, filters, 0, 4000000, "chunk", () => {}, {}).then(() => "nothing", ({ code, message }) => code + " " + message);
};
window.ready = true;
`;

let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    resolve: {
      alias: [
        { find: /^delayedarray\/internal$/, replacement: source("../delayedarray/src/internal.ts") },
        { find: /^delayedarray$/, replacement: source("../delayedarray/src/index.ts") },
      ],
    },
    build: {
      write: false,
      lib: { entry: source("src/decode/undo-filters.ts"), formats: ["es"], fileName: () => "bundle.js" },
      minify: true,
    },
  });
  // Filters that few files have come in files of their own, loaded when a chunk needs them.
  const scripts = new Map<string, string>();
  for (const one of (Array.isArray(result) ? result : [result]).flatMap((it) => ("output" in it ? it.output : []))) {
    if (one.type === "chunk") scripts.set(`/${one.fileName}`, one.code);
  }
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const [, kind, number] = pathname.split("/");
    const policy = searchParams.get("policy");
    if (policy !== null) response.setHeader("content-security-policy", policy);
    const send = (type: string, body: string | Uint8Array) =>
      response.writeHead(200, { "content-type": type }).end(body);
    if (kind === "") send("text/html", '<script type="module" src="program.js"></script>');
    else if (kind === "program.js") send("text/javascript", program);
    else if (scripts.has(pathname)) send("text/javascript", scripts.get(pathname)!);
    else if (kind === "stream") send("application/octet-stream", streams[Number(number)]!);
    else if (kind === "chunk") send("application/octet-stream", chunks[Number(number)]!);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

/** A page with a security policy, and what went wrong on it. */
async function pageWith(skip: TestContext["skip"], policy: string | null): Promise<{ page: Page; errors: string[] }> {
  browser ??= await launchChromium(skip);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const query = policy === null ? "" : `?policy=${encodeURIComponent(policy)}`;
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`);
  await page.waitForFunction("window.ready", undefined, { timeout: 30_000 });
  return { page, errors };
}

const policies: [string, string | null, boolean][] = [
  ["no policy", null, true],
  ["a policy that forbids workers", "worker-src 'none'", false],
  ["a policy that forbids WebAssembly", "script-src 'self'", false],
  ["a policy that allows WebAssembly, but no workers made from texts", "script-src 'self' 'wasm-unsafe-eval'", false],
  ["a policy for trusted types", "require-trusted-types-for 'script'", false],
];

describe("chunks in a browser", () => {
  test.for(policies)("%s (needs Chromium)", async ([, policy, hasWorkers], { skip }) => {
    const { page, errors } = await pageWith(skip, policy);
    try {
      for (let i = 0; i < 3; i++) expect(await page.evaluate(`run(${chunks.length})`)).toEqual([]);
      expect(page.workers().length > 0).toBe(hasWorkers);
      expect(page.workers().length).toBeLessThanOrEqual(4);
      expect(await page.evaluate("damaged()")).toMatch(/^FILE_INVALID chunk is damaged: it cannot be inflated/);
      expect(errors).toEqual([]);
      if (hasWorkers) {
        // They end when there is nothing to do, and begin again.
        await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0);
        expect(await page.evaluate(`run(${chunks.length})`)).toEqual([]);
        expect(page.workers().length).toBeGreaterThan(0);
      }
    } finally {
      await page.close();
    }
  });
});
