import { resolveObjectURL } from "node:buffer";
import { Worker as Thread } from "node:worker_threads";
import { vi } from "vitest";

/** What a runtime may have, from the best to the least; the modules choose by what they find when first used. */
export const runtimes = [
  "WebAssembly and zlib",
  "WebAssembly and workers",
  "WebAssembly alone",
  "zlib alone",
  "neither",
] as const;

export type Runtime = (typeof runtimes)[number];

/** Loads modules anew, as they are in a runtime: `use` is called at once, for the modules to choose what they use. */
export async function inRuntime<Module>(
  runtime: Runtime,
  load: () => Promise<Module>,
  use: (module: Module) => unknown,
): Promise<Module> {
  vi.resetModules();
  if (!runtime.startsWith("WebAssembly")) vi.stubGlobal("WebAssembly", undefined);
  vi.stubGlobal("Worker", undefined);
  if (!runtime.includes("zlib")) vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
  try {
    const module = await load();
    if (runtime.includes("workers")) {
      // These begin with the first stream that is worth it, later.
      vi.stubGlobal("Worker", WebWorker);
      vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
    }
    await use(module);
    return module;
  } finally {
    if (!runtime.includes("workers")) vi.unstubAllGlobals();
    vi.resetModules();
  }
}

/** Threads that have not ended. */
export const threads = new Set<Thread>();

/** A browser's worker, as much of it as is used, in a thread of Node. */
export class WebWorker {
  /** How many streams all of them have been given. */
  static given = 0;

  onmessage: (event: { data: unknown }) => void = () => {};
  onerror: (event: { preventDefault(): void }) => void = () => {};
  onmessageerror: () => void = () => {};
  readonly #thread: Promise<Thread>;

  constructor(url: string) {
    const program = resolveObjectURL(url)!.text();
    this.#thread = program.then((text) => {
      const thread = new Thread(`${AS_IN_BROWSERS}\n${text}`, { eval: true });
      threads.add(thread);
      thread.on("message", (data) => this.onmessage({ data }));
      thread.on("error", () => this.onerror({ preventDefault() {} }));
      thread.on("exit", () => threads.delete(thread));
      thread.unref();
      return thread;
    });
  }

  async postMessage(data: unknown, buffers: ArrayBuffer[] = []): Promise<void> {
    if (buffers.length > 0) WebWorker.given++;
    // As in browsers, the buffers are gone at once.
    const moved = buffers.length === 0 ? data : structuredClone(data, { transfer: buffers });
    const moving = buffers.length === 0 ? [] : (moved as unknown[]).filter((one) => one instanceof ArrayBuffer);
    (await this.#thread).postMessage(moved, moving);
  }

  async terminate(): Promise<void> {
    await (await this.#thread).terminate();
  }
}

const AS_IN_BROWSERS = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", (data) => onmessage({ data }));
globalThis.postMessage = (data, buffers) => parentPort.postMessage(data, buffers);
globalThis.onmessage = undefined;
`;
