import type { Config, ConfigValues } from "./config.js";
import { type Context, defaultContext, withContextConfig } from "./context.js";
import { checkText, textBytes } from "./memory.js";
import { scopedAsync } from "./scope.js";

/** What to work with: a context, and settings such as `sm.consolidation.mode`. */
export interface MaintenanceOptions {
  /** By default the one context that this process shares. */
  readonly context?: Context;
  /** Settings for this call, over those of the context. */
  readonly config?: Config | ConfigValues;
}

/** Joins the fragments of an array, so that it reads faster (`tiledb_array_consolidate`). */
export function consolidate(uri: string, options: MaintenanceOptions = {}): Promise<void> {
  return maintain("tiledb_array_consolidate", uri, options);
}

/** Deletes the fragments that were joined (`tiledb_array_vacuum`). Earlier timestamps cannot be read afterwards. */
export function vacuum(uri: string, options: MaintenanceOptions = {}): Promise<void> {
  return maintain("tiledb_array_vacuum", uri, options);
}

/**
 * Deletes fragments of an array, and with them the cells that they hold (`tiledb_array_delete_fragments_list`).
 *
 * @param fragments their URIs, as `Query.fragmentUris` gives them.
 * @throws (rejects) TileDbError NOT_FOUND when one of them is none of the array's.
 */
export async function deleteFragments(
  uri: string,
  fragments: readonly string[],
  options: { readonly context?: Context } = {},
): Promise<void> {
  if (fragments.length === 0) return;
  const context = options.context ?? defaultContext();
  const texts = fragments.map((fragment) => textBytes(checkText(fragment, "the fragment's URI")));
  await scopedAsync(context, async (scope) => {
    const addresses = BigUint64Array.from(texts, (text) => scope.addressOf(text));
    const name = "tiledb_array_delete_fragments_list";
    await context.callAsync([], name, checkText(uri, "the URI"), addresses, addresses.length);
  });
}

async function maintain(
  name: "tiledb_array_consolidate" | "tiledb_array_vacuum",
  uri: string,
  options: MaintenanceOptions,
): Promise<void> {
  const context = options.context ?? defaultContext();
  checkText(uri, "the URI");
  // TileDB takes these settings instead of those of the context, keys included.
  await withContextConfig(context, options.config ?? {}, (config) => context.callAsync([], name, uri, config));
}
