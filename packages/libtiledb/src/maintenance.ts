import { type Config, type ConfigValues, withConfig } from "./config.js";
import { type Context, defaultContext } from "./context.js";
import { checkText } from "./memory.js";

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

async function maintain(
  name: "tiledb_array_consolidate" | "tiledb_array_vacuum",
  uri: string,
  options: MaintenanceOptions,
): Promise<void> {
  const context = options.context ?? defaultContext();
  await withConfig(options.config ?? {}, ({ pointer, resource }) =>
    context.callAsync([resource], name, checkText(uri, "the URI"), pointer),
  );
}
