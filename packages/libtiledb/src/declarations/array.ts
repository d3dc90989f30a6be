import type { Declaration } from "../c-types.js";

/** Arrays: creating, opening, what was written, metadata. */
export const arrayFunctions = {
  tiledb_array_alloc: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_array_t**"]],
  tiledb_array_free: ["void", ["tiledb_array_t**"]],
  tiledb_array_create: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "const tiledb_array_schema_t*"]],
  tiledb_array_open: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "tiledb_query_type_t"]],
  tiledb_array_close: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*"]],
  tiledb_array_reopen: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*"]],
  tiledb_array_set_config: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "tiledb_config_t*"]],
  tiledb_array_set_open_timestamp_start: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "uint64_t"]],
  tiledb_array_set_open_timestamp_end: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "uint64_t"]],
  tiledb_array_get_open_timestamp_start: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "uint64_t*"]],
  tiledb_array_get_open_timestamp_end: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "uint64_t*"]],
  tiledb_array_get_schema: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "tiledb_array_schema_t**"]],
  tiledb_array_get_non_empty_domain_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_t*", "uint32_t", "void*", "int32_t*"],
  ],
  tiledb_array_get_non_empty_domain_var_size_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_t*", "uint32_t", "uint64_t*", "uint64_t*", "int32_t*"],
  ],
  tiledb_array_get_non_empty_domain_var_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_t*", "uint32_t", "void*", "void*", "int32_t*"],
  ],
  tiledb_array_consolidate: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_config_t*"]],
  tiledb_array_vacuum: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_config_t*"]],
  tiledb_array_evolve: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_array_schema_evolution_t*"]],
  tiledb_array_delete_fragments_list: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "const char**", "size_t"]],
  tiledb_array_put_metadata: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_t*", "const char*", "tiledb_datatype_t", "uint32_t", "const void*"],
  ],
  tiledb_array_delete_metadata: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "const char*"]],
  tiledb_array_get_metadata: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_t*", "const char*", "tiledb_datatype_t*", "uint32_t*", "const void**"],
  ],
  tiledb_array_get_metadata_num: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_t*", "uint64_t*"]],
  tiledb_array_get_metadata_from_index: [
    "capi_return_t",
    [
      "tiledb_ctx_t*",
      "tiledb_array_t*",
      "uint64_t",
      "const char**",
      "uint32_t*",
      "tiledb_datatype_t*",
      "uint32_t*",
      "const void**",
    ],
  ],
} as const satisfies Record<string, Declaration>;
