import { arrayFunctions } from "./array.js";
import { contextFunctions } from "./context.js";
import { dimensionLabelFunctions } from "./dimension-label.js";
import { enumerationFunctions } from "./enumeration.js";
import { groupFunctions } from "./group.js";
import { queryFunctions } from "./query.js";
import { schemaFunctions } from "./schema.js";
import { storageFunctions } from "./storage.js";

/**
 * The C functions that this package calls, one to one, spelled as in TileDB's headers. `npm run check:declarations`
 * holds them against the pinned signatures of the library's version.
 */
export const declarations = {
  ...contextFunctions,
  ...schemaFunctions,
  ...arrayFunctions,
  ...queryFunctions,
  ...storageFunctions,
  ...groupFunctions,
  ...enumerationFunctions,
  ...dimensionLabelFunctions,
} as const;

/** The name of a declared C function. */
export type FunctionName = keyof typeof declarations;
