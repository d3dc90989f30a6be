import type { Declaration } from "../c-types.js";

/** Groups: their members and metadata, for reading. */
export const groupFunctions = {
  tiledb_group_alloc: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_group_t**"]],
  tiledb_group_free: ["void", ["tiledb_group_t**"]],
  tiledb_group_set_config: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_group_t*", "tiledb_config_t*"]],
  tiledb_group_open: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_group_t*", "tiledb_query_type_t"]],
  tiledb_group_close: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_group_t*"]],
  tiledb_group_get_member_count: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_group_t*", "uint64_t*"]],
  tiledb_group_get_member_by_index_v2: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_group_t*", "uint64_t", "tiledb_string_t**", "tiledb_object_t*", "tiledb_string_t**"],
  ],
  tiledb_group_get_metadata_num: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_group_t*", "uint64_t*"]],
  tiledb_group_get_metadata_from_index: [
    "capi_return_t",
    [
      "tiledb_ctx_t*",
      "tiledb_group_t*",
      "uint64_t",
      "const char**",
      "uint32_t*",
      "tiledb_datatype_t*",
      "uint32_t*",
      "const void**",
    ],
  ],
} as const satisfies Record<string, Declaration>;
