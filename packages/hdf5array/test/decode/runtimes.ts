import { vi } from "vitest";

/** What a runtime may have, from the best to the least; the modules choose by what they find when first used. */
export const runtimes = ["WebAssembly and zlib", "WebAssembly alone", "zlib alone", "neither"] as const;

export type Runtime = (typeof runtimes)[number];

/** Loads modules anew, as they are in a runtime: `use` is called at once, for the modules to choose what they use. */
export async function inRuntime<Module>(
  runtime: Runtime,
  load: () => Promise<Module>,
  use: (module: Module) => unknown,
): Promise<Module> {
  vi.resetModules();
  if (!runtime.startsWith("WebAssembly")) vi.stubGlobal("WebAssembly", undefined);
  if (!runtime.includes("zlib")) vi.stubGlobal("process", { ...process, getBuiltinModule: undefined });
  try {
    const module = await load();
    await use(module);
    return module;
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
}
