import type { Declaration } from "../c-types.js";

/** Errors, strings, configuration, contexts and the library's version. */
export const contextFunctions = {
  tiledb_version: ["void", ["int32_t*", "int32_t*", "int32_t*"]],
  tiledb_error_message: ["capi_return_t", ["tiledb_error_t*", "const char**"]],
  tiledb_error_free: ["void", ["tiledb_error_t**"]],
  tiledb_string_view: ["capi_return_t", ["tiledb_string_t*", "const char**", "size_t*"]],
  tiledb_string_free: ["capi_return_t", ["tiledb_string_t**"]],
  tiledb_config_alloc: ["capi_return_t", ["tiledb_config_t**", "tiledb_error_t**"]],
  tiledb_config_free: ["void", ["tiledb_config_t**"]],
  tiledb_config_set: ["capi_return_t", ["tiledb_config_t*", "const char*", "const char*", "tiledb_error_t**"]],
  tiledb_config_get: ["capi_return_t", ["tiledb_config_t*", "const char*", "const char**", "tiledb_error_t**"]],
  tiledb_config_unset: ["capi_return_t", ["tiledb_config_t*", "const char*", "tiledb_error_t**"]],
  tiledb_config_load_from_file: ["capi_return_t", ["tiledb_config_t*", "const char*", "tiledb_error_t**"]],
  tiledb_config_save_to_file: ["capi_return_t", ["tiledb_config_t*", "const char*", "tiledb_error_t**"]],
  tiledb_config_iter_alloc: [
    "capi_return_t",
    ["tiledb_config_t*", "const char*", "tiledb_config_iter_t**", "tiledb_error_t**"],
  ],
  tiledb_config_iter_free: ["void", ["tiledb_config_iter_t**"]],
  tiledb_config_iter_here: [
    "capi_return_t",
    ["tiledb_config_iter_t*", "const char**", "const char**", "tiledb_error_t**"],
  ],
  tiledb_config_iter_next: ["capi_return_t", ["tiledb_config_iter_t*", "tiledb_error_t**"]],
  tiledb_config_iter_done: ["capi_return_t", ["tiledb_config_iter_t*", "int32_t*", "tiledb_error_t**"]],
  tiledb_ctx_alloc_with_error: ["capi_return_t", ["tiledb_config_t*", "tiledb_ctx_t**", "tiledb_error_t**"]],
  tiledb_ctx_free: ["void", ["tiledb_ctx_t**"]],
  tiledb_ctx_get_config: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_config_t**"]],
  tiledb_ctx_get_last_error: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_error_t**"]],
} as const satisfies Record<string, Declaration>;
