import type { Declaration } from "../c-types.js";

/** Enumerations: the values that an attribute's codes stand for. */
export const enumerationFunctions = {
  tiledb_array_get_enumeration: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_t*", "const char*", "tiledb_enumeration_t**"],
  ],
  tiledb_enumeration_free: ["void", ["tiledb_enumeration_t**"]],
  tiledb_enumeration_get_type: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_enumeration_t*", "tiledb_datatype_t*"]],
  tiledb_enumeration_get_cell_val_num: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_enumeration_t*", "uint32_t*"]],
  tiledb_enumeration_get_data: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_enumeration_t*", "const void**", "uint64_t*"],
  ],
  tiledb_enumeration_get_offsets: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_enumeration_t*", "const void**", "uint64_t*"],
  ],
} as const satisfies Record<string, Declaration>;
