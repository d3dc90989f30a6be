import type { Declaration } from "../c-types.js";

/** Queries and the subarrays that they read or write. */
export const queryFunctions = {
  tiledb_subarray_alloc: ["capi_return_t", ["tiledb_ctx_t*", "const tiledb_array_t*", "tiledb_subarray_t**"]],
  tiledb_subarray_free: ["void", ["tiledb_subarray_t**"]],
  tiledb_subarray_set_coalesce_ranges: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_subarray_t*", "int"]],
  tiledb_subarray_add_range: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_subarray_t*", "uint32_t", "const void*", "const void*", "const void*"],
  ],
  tiledb_subarray_add_range_var: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_subarray_t*", "uint32_t", "const void*", "uint64_t", "const void*", "uint64_t"],
  ],
  tiledb_subarray_add_point_ranges: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_subarray_t*", "uint32_t", "const void*", "uint64_t"],
  ],
  tiledb_subarray_get_range_num: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_subarray_t*", "uint32_t", "uint64_t*"],
  ],
  tiledb_query_alloc: ["int32_t", ["tiledb_ctx_t*", "tiledb_array_t*", "tiledb_query_type_t", "tiledb_query_t**"]],
  tiledb_query_free: ["void", ["tiledb_query_t**"]],
  tiledb_query_set_config: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "tiledb_config_t*"]],
  tiledb_query_set_subarray_t: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "const tiledb_subarray_t*"]],
  tiledb_query_set_data_buffer: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "const char*", "void*", "uint64_t*"]],
  tiledb_query_set_offsets_buffer: [
    "int32_t",
    ["tiledb_ctx_t*", "tiledb_query_t*", "const char*", "uint64_t*", "uint64_t*"],
  ],
  tiledb_query_set_validity_buffer: [
    "int32_t",
    ["tiledb_ctx_t*", "tiledb_query_t*", "const char*", "uint8_t*", "uint64_t*"],
  ],
  tiledb_query_set_layout: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "tiledb_layout_t"]],
  tiledb_query_finalize: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*"]],
  tiledb_query_submit_and_finalize: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*"]],
  tiledb_query_submit: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*"]],
  tiledb_query_has_results: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "int32_t*"]],
  tiledb_query_get_status: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "tiledb_query_status_t*"]],
  tiledb_query_get_status_details: ["int32_t", ["tiledb_ctx_t*", "tiledb_query_t*", "tiledb_query_status_details_t*"]],
  tiledb_query_get_est_result_size: ["int32_t", ["tiledb_ctx_t*", "const tiledb_query_t*", "const char*", "uint64_t*"]],
  tiledb_query_get_est_result_size_var: [
    "int32_t",
    ["tiledb_ctx_t*", "const tiledb_query_t*", "const char*", "uint64_t*", "uint64_t*"],
  ],
  tiledb_query_get_est_result_size_nullable: [
    "int32_t",
    ["tiledb_ctx_t*", "const tiledb_query_t*", "const char*", "uint64_t*", "uint64_t*"],
  ],
  tiledb_query_get_est_result_size_var_nullable: [
    "int32_t",
    ["tiledb_ctx_t*", "const tiledb_query_t*", "const char*", "uint64_t*", "uint64_t*", "uint64_t*"],
  ],
  tiledb_query_get_fragment_num: ["int32_t", ["tiledb_ctx_t*", "const tiledb_query_t*", "uint32_t*"]],
  tiledb_query_get_fragment_uri: ["int32_t", ["tiledb_ctx_t*", "const tiledb_query_t*", "uint64_t", "const char**"]],
} as const satisfies Record<string, Declaration>;
