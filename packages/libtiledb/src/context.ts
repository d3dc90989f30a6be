import type { Pointer } from "./c-types.js";
import { type ContextArguments, type ContextFunction, call, callAsync, callWithError } from "./call.js";
import { Config, type ConfigValues, withConfig } from "./config.js";
import { Handle } from "./handle.js";
import { addressCell, addressIn, checkText, textIn } from "./memory.js";
import { native } from "./native.js";
import { type AnyResource, Resource } from "./resource.js";

/** How many arrays are opened and queries made before a context goes on with a C object that is new. */
const USES_OF_ONE = 500;

/** C objects of one context that may be there besides the one in use: each has threads of its own. */
const MOST_OLD = 4;

/**
 * Where TileDB keeps its threads, caches and settings (`tiledb_ctx_t`). Making one starts threads, so programs share one:
 * what takes an optional context uses {@link defaultContext}.
 *
 * TileDB keeps statistics of every query, some 12 KB each, until the C object is freed. So it is replaced now and then by a
 * new one with the same settings; what was made before keeps the old one until it is freed itself. Arrays in memory
 * (`mem://`) are part of the C object: a context with any keeps it.
 */
export class Context extends Handle<"tiledb_ctx_t"> {
  readonly #alive: Counter;
  #uses = 0;
  #isKept = false;

  /**
   * @param config settings, copied.
   * @throws TileDbError LIBRARY_MISSING when there is no library; INVALID_ARGUMENT for settings that TileDB refuses.
   */
  constructor(config: Config | ConfigValues = {}) {
    const alive: Counter = { count: 0 };
    super(
      withConfig(config, ({ pointer }) => makeContext(pointer, alive)),
      "context",
    );
    this.#alive = alive;
  }

  /** To be called before an array is opened or a query made: goes on with a new C object if it is time. @internal */
  use(): void {
    if (++this.#uses < USES_OF_ONE || this.#isKept || this.#alive.count > MOST_OLD) return;
    this.#uses = 0;
    const config = addressCell();
    this.call("tiledb_ctx_get_config", config);
    try {
      this.replaceResource(makeContext(addressIn(config), this.#alive));
    } catch {
      // The one in use goes on doing its work.
    } finally {
      native().tiledb_config_free(config);
    }
  }

  /** To be called with the URI of an array that is made: see the class about arrays in memory. @internal */
  keepFor(uri: string): void {
    if (uri.startsWith("mem://")) this.#isKept = true;
  }

  /** Calls a C function with this context; see `call`. @internal */
  call<K extends ContextFunction>(name: K, ...args: ContextArguments<K>): void {
    call(this.pointer, name, ...args);
  }

  /** Calls a C function with this context on another thread; see `callAsync`. @internal */
  callAsync<K extends ContextFunction>(
    uses: readonly AnyResource[],
    name: K,
    ...args: ContextArguments<K>
  ): Promise<void> {
    return callAsync(this.pointer, [this.resource, ...uses], name, ...args);
  }

  /** Makes the owner of a C object that needs this context for as long as it lives. @internal */
  own<Name extends string>(
    cell: BigUint64Array,
    free: "tiledb_array_free" | "tiledb_group_free" | "tiledb_query_free" | "tiledb_subarray_free" | "tiledb_vfs_free",
    parents: readonly AnyResource[] = [],
  ): Resource<Name> {
    const release = (address: Pointer<Name>) => native()[free](addressCell(address));
    return new Resource<Name>(addressIn<Name>(cell), release, [this.resource, ...parents]);
  }
}

interface Counter {
  count: number;
}

function makeContext(config: Pointer<"tiledb_config_t">, alive: Counter): Resource<"tiledb_ctx_t"> {
  const cell = addressCell();
  callWithError("tiledb_ctx_alloc_with_error", config, cell);
  alive.count++;
  return new Resource(addressIn<"tiledb_ctx_t">(cell), (address) => {
    alive.count--;
    native().tiledb_ctx_free(addressCell(address));
  });
}

/**
 * Runs a task with the settings of a context and, over them, those of a call.
 *
 * @internal
 */
export async function withContextConfig<T>(
  context: Context,
  values: Config | ConfigValues,
  task: (config: Pointer<"tiledb_config_t">) => Promise<T>,
): Promise<T> {
  const cell = addressCell();
  context.call("tiledb_ctx_get_config", cell);
  const pointer = addressIn<"tiledb_config_t">(cell);
  try {
    for (const [name, value] of Object.entries(values instanceof Config ? values.entries() : values)) {
      callWithError(
        "tiledb_config_set",
        pointer,
        checkText(name, "the parameter's name"),
        checkText(String(value), name),
      );
    }
    return await task(pointer);
  } finally {
    native().tiledb_config_free(cell);
  }
}

/** A setting of a context; `undefined` when it has none. @internal */
export function contextSetting(context: Context, name: string): string | undefined {
  const config = addressCell();
  context.call("tiledb_ctx_get_config", config);
  try {
    const value = addressCell();
    callWithError("tiledb_config_get", addressIn(config), name, value);
    return addressIn(value) === 0n ? undefined : textIn(value);
  } finally {
    native().tiledb_config_free(config);
  }
}

let shared: Context | undefined;

/** The context of whoever names none, made on first use with TileDB's default settings. */
export function defaultContext(): Context {
  if (shared === undefined || shared.closed) shared = new Context();
  return shared;
}
