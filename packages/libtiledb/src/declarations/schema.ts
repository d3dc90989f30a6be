import type { Declaration } from "../c-types.js";

/** Array schemas, domains, dimensions, attributes and filters. */
export const schemaFunctions = {
  tiledb_array_schema_alloc: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_type_t", "tiledb_array_schema_t**"]],
  tiledb_array_schema_free: ["void", ["tiledb_array_schema_t**"]],
  tiledb_array_schema_add_attribute: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_attribute_t*"],
  ],
  tiledb_array_schema_set_allows_dups: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "int"]],
  tiledb_array_schema_get_allows_dups: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "int*"]],
  tiledb_array_schema_get_version: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "uint32_t*"]],
  tiledb_array_schema_set_domain: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_domain_t*"]],
  tiledb_array_schema_set_capacity: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "uint64_t"]],
  tiledb_array_schema_set_cell_order: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_layout_t"]],
  tiledb_array_schema_set_tile_order: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_layout_t"]],
  tiledb_array_schema_set_coords_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t*"],
  ],
  tiledb_array_schema_set_offsets_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t*"],
  ],
  tiledb_array_schema_set_validity_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t*"],
  ],
  tiledb_array_schema_check: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_array_schema_t*"]],
  tiledb_array_schema_evolution_alloc: ["int32_t", ["tiledb_ctx_t*", "tiledb_array_schema_evolution_t**"]],
  tiledb_array_schema_evolution_free: ["void", ["tiledb_array_schema_evolution_t**"]],
  tiledb_array_schema_evolution_expand_current_domain: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_evolution_t*", "tiledb_current_domain_t*"],
  ],
  tiledb_array_schema_get_array_type: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "tiledb_array_type_t*"],
  ],
  tiledb_array_schema_get_capacity: ["capi_return_t", ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "uint64_t*"]],
  tiledb_array_schema_get_cell_order: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "tiledb_layout_t*"],
  ],
  tiledb_array_schema_get_coords_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t**"],
  ],
  tiledb_array_schema_get_offsets_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t**"],
  ],
  tiledb_array_schema_get_validity_filter_list: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_filter_list_t**"],
  ],
  tiledb_array_schema_get_domain: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "tiledb_domain_t**"],
  ],
  tiledb_array_schema_get_tile_order: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "tiledb_layout_t*"],
  ],
  tiledb_array_schema_get_attribute_num: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "uint32_t*"],
  ],
  tiledb_array_schema_get_attribute_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_array_schema_t*", "uint32_t", "tiledb_attribute_t**"],
  ],
  tiledb_array_schema_load: ["capi_return_t", ["tiledb_ctx_t*", "const char*", "tiledb_array_schema_t**"]],
  tiledb_array_schema_load_with_config: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_config_t*", "const char*", "tiledb_array_schema_t**"],
  ],
  tiledb_array_schema_set_current_domain: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_current_domain_t*"],
  ],
  tiledb_array_schema_get_current_domain: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_array_schema_t*", "tiledb_current_domain_t**"],
  ],
  tiledb_current_domain_create: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_current_domain_t**"]],
  tiledb_current_domain_free: ["capi_return_t", ["tiledb_current_domain_t**"]],
  tiledb_current_domain_set_ndrectangle: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_current_domain_t*", "tiledb_ndrectangle_t*"],
  ],
  tiledb_current_domain_get_ndrectangle: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_current_domain_t*", "tiledb_ndrectangle_t**"],
  ],
  tiledb_current_domain_get_is_empty: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_current_domain_t*", "uint32_t*"]],
  tiledb_ndrectangle_alloc: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_domain_t*", "tiledb_ndrectangle_t**"]],
  tiledb_ndrectangle_free: ["capi_return_t", ["tiledb_ndrectangle_t**"]],
  tiledb_ndrectangle_get_range: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_ndrectangle_t*", "uint32_t", "tiledb_range_t*"],
  ],
  tiledb_ndrectangle_set_range: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_ndrectangle_t*", "uint32_t", "tiledb_range_t*"],
  ],
  tiledb_domain_alloc: ["int32_t", ["tiledb_ctx_t*", "tiledb_domain_t**"]],
  tiledb_domain_free: ["void", ["tiledb_domain_t**"]],
  tiledb_domain_get_ndim: ["int32_t", ["tiledb_ctx_t*", "const tiledb_domain_t*", "uint32_t*"]],
  tiledb_domain_add_dimension: ["int32_t", ["tiledb_ctx_t*", "tiledb_domain_t*", "tiledb_dimension_t*"]],
  tiledb_domain_get_dimension_from_index: [
    "int32_t",
    ["tiledb_ctx_t*", "const tiledb_domain_t*", "uint32_t", "tiledb_dimension_t**"],
  ],
  tiledb_dimension_alloc: [
    "int32_t",
    ["tiledb_ctx_t*", "const char*", "tiledb_datatype_t", "const void*", "const void*", "tiledb_dimension_t**"],
  ],
  tiledb_dimension_free: ["void", ["tiledb_dimension_t**"]],
  tiledb_dimension_set_filter_list: ["int32_t", ["tiledb_ctx_t*", "tiledb_dimension_t*", "tiledb_filter_list_t*"]],
  tiledb_dimension_set_cell_val_num: ["int32_t", ["tiledb_ctx_t*", "tiledb_dimension_t*", "uint32_t"]],
  tiledb_dimension_get_filter_list: ["int32_t", ["tiledb_ctx_t*", "tiledb_dimension_t*", "tiledb_filter_list_t**"]],
  tiledb_dimension_get_name: ["int32_t", ["tiledb_ctx_t*", "const tiledb_dimension_t*", "const char**"]],
  tiledb_dimension_get_type: ["int32_t", ["tiledb_ctx_t*", "const tiledb_dimension_t*", "tiledb_datatype_t*"]],
  tiledb_dimension_get_domain: ["int32_t", ["tiledb_ctx_t*", "const tiledb_dimension_t*", "const void**"]],
  tiledb_dimension_get_tile_extent: ["int32_t", ["tiledb_ctx_t*", "const tiledb_dimension_t*", "const void**"]],
  tiledb_attribute_alloc: ["int32_t", ["tiledb_ctx_t*", "const char*", "tiledb_datatype_t", "tiledb_attribute_t**"]],
  tiledb_attribute_free: ["void", ["tiledb_attribute_t**"]],
  tiledb_attribute_set_nullable: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "uint8_t"]],
  tiledb_attribute_set_filter_list: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "tiledb_filter_list_t*"]],
  tiledb_attribute_set_cell_val_num: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "uint32_t"]],
  tiledb_attribute_get_name: ["int32_t", ["tiledb_ctx_t*", "const tiledb_attribute_t*", "const char**"]],
  tiledb_attribute_get_type: ["int32_t", ["tiledb_ctx_t*", "const tiledb_attribute_t*", "tiledb_datatype_t*"]],
  tiledb_attribute_get_nullable: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "uint8_t*"]],
  tiledb_attribute_get_filter_list: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "tiledb_filter_list_t**"]],
  tiledb_attribute_get_cell_val_num: ["int32_t", ["tiledb_ctx_t*", "const tiledb_attribute_t*", "uint32_t*"]],
  tiledb_attribute_set_fill_value: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "const void*", "uint64_t"]],
  tiledb_attribute_get_fill_value: ["int32_t", ["tiledb_ctx_t*", "tiledb_attribute_t*", "const void**", "uint64_t*"]],
  tiledb_attribute_set_fill_value_nullable: [
    "int32_t",
    ["tiledb_ctx_t*", "tiledb_attribute_t*", "const void*", "uint64_t", "uint8_t"],
  ],
  tiledb_attribute_get_fill_value_nullable: [
    "int32_t",
    ["tiledb_ctx_t*", "tiledb_attribute_t*", "const void**", "uint64_t*", "uint8_t*"],
  ],
  tiledb_attribute_get_enumeration_name: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_attribute_t*", "tiledb_string_t**"],
  ],
  tiledb_filter_list_alloc: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_list_t**"]],
  tiledb_filter_list_free: ["void", ["tiledb_filter_list_t**"]],
  tiledb_filter_list_add_filter: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_list_t*", "tiledb_filter_t*"]],
  tiledb_filter_list_set_max_chunk_size: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_list_t*", "uint32_t"]],
  tiledb_filter_list_get_nfilters: ["capi_return_t", ["tiledb_ctx_t*", "const tiledb_filter_list_t*", "uint32_t*"]],
  tiledb_filter_list_get_filter_from_index: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_filter_list_t*", "uint32_t", "tiledb_filter_t**"],
  ],
  tiledb_filter_list_get_max_chunk_size: [
    "capi_return_t",
    ["tiledb_ctx_t*", "const tiledb_filter_list_t*", "uint32_t*"],
  ],
  tiledb_filter_alloc: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_type_t", "tiledb_filter_t**"]],
  tiledb_filter_free: ["void", ["tiledb_filter_t**"]],
  tiledb_filter_get_type: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_t*", "tiledb_filter_type_t*"]],
  tiledb_filter_set_option: [
    "capi_return_t",
    ["tiledb_ctx_t*", "tiledb_filter_t*", "tiledb_filter_option_t", "const void*"],
  ],
  tiledb_filter_get_option: ["capi_return_t", ["tiledb_ctx_t*", "tiledb_filter_t*", "tiledb_filter_option_t", "void*"]],
} as const satisfies Record<string, Declaration>;
