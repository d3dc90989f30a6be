import koffi from "koffi";
import { type Arguments, foreignType, type Result } from "./c-types.js";
import { declarations, type FunctionName } from "./declarations/index.js";
import { TileDbError } from "./errors.js";
import { locateLibrary, muslAdvice } from "./library.js";

type Declarations = typeof declarations;

/** The arguments of the C function `K`. */
export type ArgumentsOf<K extends FunctionName> = Arguments<Declarations[K][1]>;

/** What the C function `K` returns. */
export type ResultOf<K extends FunctionName> = Result<Declarations[K][0]>;

/** A C function: called at once, or on a thread of libuv's pool with a callback at the end. */
export interface NativeFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  async(...args: [...A, callback: (error: Error | null, result: R) => void]): void;
}

/** Every declared C function of the loaded library. */
export type Native = { readonly [K in FunctionName]: NativeFunction<ArgumentsOf<K>, ResultOf<K>> };

let loaded: { readonly path: string; readonly functions: Native } | undefined;

/**
 * The C functions, from a library that is located and loaded when first asked for.
 *
 * @throws TileDbError LIBRARY_MISSING when it cannot be found or loaded.
 */
export function native(): Native {
  return load().functions;
}

/** The path of the library in use; loads it if need be. */
export function libraryPath(): string {
  return load().path;
}

function load(): { readonly path: string; readonly functions: Native } {
  if (loaded !== undefined) return loaded;
  const path = locateLibrary();
  try {
    const library = koffi.load(path, { lazy: true });
    keepLoaded(path);
    loaded = { path, functions: bind(library) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `TileDB's library at ${path} could not be loaded: ${reason}. ${muslAdvice() ?? ""}`.trimEnd();
    throw new TileDbError("LIBRARY_MISSING", message, { cause });
  }
  return loaded;
}

/**
 * Counts one more use of the library, never given back. TileDB's threads outlive the worker that started them, while
 * the foreign function interface unloads its libraries when a worker ends, which would pull the code from under them.
 */
function keepLoaded(path: string): void {
  if (process.platform === "win32") {
    koffi.load("kernel32.dll").func("LoadLibraryW", "void *", ["str16"])(path);
  } else {
    const RTLD_LAZY = 1;
    koffi.load(null).func("dlopen", "void *", ["str", "int"])(path, RTLD_LAZY);
  }
}

/** Each function is looked up when it is first used: a program needs few of them. */
function bind(library: ReturnType<typeof koffi.load>): Native {
  const functions = {};
  for (const [name, [returns, parameters]] of Object.entries(declarations)) {
    Object.defineProperty(functions, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = library.func(name, foreignType(returns), parameters.map(foreignType));
        Object.defineProperty(functions, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return functions as Native;
}
