import type { Pointer } from "./c-types.js";
import { type ContextArguments, type ContextFunction, call, callAsync, callWithError } from "./call.js";
import { type Config, type ConfigValues, withConfig } from "./config.js";
import { Handle } from "./handle.js";
import { addressCell, addressIn } from "./memory.js";
import { native } from "./native.js";
import { type AnyResource, Resource } from "./resource.js";

/**
 * Where TileDB keeps its threads, caches and settings (`tiledb_ctx_t`). Making one starts threads, so programs share one:
 * what takes an optional context uses {@link defaultContext}.
 */
export class Context extends Handle<"tiledb_ctx_t"> {
  /**
   * @param config settings, copied.
   * @throws TileDbError LIBRARY_MISSING when there is no library; INVALID_ARGUMENT for settings that TileDB refuses.
   */
  constructor(config: Config | ConfigValues = {}) {
    const cell = addressCell();
    withConfig(config, (settings) => callWithError("tiledb_ctx_alloc_with_error", settings.pointer, cell));
    const free = (address: Pointer<"tiledb_ctx_t">) => native().tiledb_ctx_free(addressCell(address));
    super(new Resource(addressIn<"tiledb_ctx_t">(cell), free), "context");
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

let shared: Context | undefined;

/** The context of whoever names none, made on first use with TileDB's default settings. */
export function defaultContext(): Context {
  if (shared === undefined || shared.closed) shared = new Context();
  return shared;
}
