import type { Declaration } from "../c-types.js";

/** Dimension labels. */
export const dimensionLabelFunctions = {
  tiledb_array_schema_add_dimension_label: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "uint32_t", "const char*", "tiledb_data_order_t", "tiledb_datatype_t"],
  ],
  tiledb_array_schema_get_dimension_label_num: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "uint64_t*"],
  ],
  tiledb_array_schema_get_dimension_label_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "uint64_t", "tiledb_dimension_label_t**"],
  ],
  tiledb_dimension_label_free: ["void", ["tiledb_dimension_label_t**"]],
  tiledb_dimension_label_get_dimension_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "uint32_t*"],
  ],
  tiledb_dimension_label_get_label_attr_name: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "const char**"],
  ],
  tiledb_dimension_label_get_label_order: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "tiledb_data_order_t*"],
  ],
  tiledb_dimension_label_get_label_type: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "tiledb_datatype_t*"],
  ],
  tiledb_dimension_label_get_name: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "const char**"]],
  tiledb_dimension_label_get_uri: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_dimension_label_t*", "const char**"]],
} as const satisfies Record<string, Declaration>;
