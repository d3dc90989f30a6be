import { ArraySchema } from "./array-schema.js";
import { type Context, contextSetting, defaultContext } from "./context.js";
import { buildCurrentDomain } from "./current-domain.js";
import { buildDomain, type Range } from "./domain.js";
import { TileDbError } from "./errors.js";
import { addressIn, checkText } from "./memory.js";
import { scopedAsync } from "./scope.js";

/**
 * Gives an array a larger current domain, within its domain (`tiledb_array_schema_evolution_expand_current_domain`,
 * `tiledb_array_evolve`). It is a new version of the schema, for arrays that are opened from then on.
 *
 * @param ranges first and last coordinate along each dimension; none may be smaller than now.
 * @throws (rejects) TileDbError when the array has no current domain, or the new one does not hold it; UNSUPPORTED_FEATURE
 * with an encryption key, which TileDB 2.30 does not use here.
 */
export async function expandCurrentDomain(
  uri: string,
  ranges: readonly Range[],
  options: { readonly context?: Context } = {},
): Promise<void> {
  const context = options.context ?? defaultContext();
  if ((contextSetting(context, "sm.encryption_key") ?? "") !== "") {
    throw new TileDbError(
      "UNSUPPORTED_FEATURE",
      `${uri} is encrypted: TileDB 2.30 stores its new schema without encryption, after which it cannot be opened`,
    );
  }
  const { domain } = await ArraySchema.load(checkText(uri, "the URI"), { context });
  await scopedAsync(context, async (scope) => {
    const cell = scope.cell("tiledb_array_schema_evolution_free");
    scope.call("tiledb_array_schema_evolution_alloc", cell);
    const evolution = addressIn<"tiledb_array_schema_evolution_t">(cell);
    const current = buildCurrentDomain(scope, domain, ranges, buildDomain(scope, domain));
    scope.call("tiledb_array_schema_evolution_expand_current_domain", evolution, current);
    await context.callAsync([], "tiledb_array_evolve", uri, evolution);
  });
}
