import type { Declaration } from "../c-types.js";

/** Objects and files in storage. */
export const storageFunctions = {
  tiledb_object_type: ["int32_t", ["tiledb_ctx_t*", "const char*", "tiledb_object_t*"]],
  tiledb_object_remove: ["int32_t", ["tiledb_ctx_t*", "const char*"]],
  tiledb_object_move: ["int32_t", ["tiledb_ctx_t*", "const char*", "const char*"]],
  tiledb_vfs_alloc: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_config_t*", "tiledb_vfs_t**"]],
  tiledb_vfs_free: ["void", ["tiledb_vfs_t**"]],
  tiledb_vfs_is_dir: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*", "int32_t*"]],
  tiledb_vfs_is_file: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*", "int32_t*"]],
  tiledb_vfs_remove_dir: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*"]],
  tiledb_vfs_remove_file: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*"]],
  tiledb_vfs_create_dir: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*"]],
  tiledb_vfs_dir_size: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*", "uint64_t*"]],
  tiledb_vfs_file_size: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*", "uint64_t*"]],
  tiledb_vfs_ls: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_vfs_t*", "const char*", "int32_t (*)(const char*, void*)", "void*"],
  ],
} as const satisfies Record<string, Declaration>;
