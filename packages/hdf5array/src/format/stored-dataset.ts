import type { DatasetInfo, Hdf5Filter } from "./dataset-info.js";

/** An address that the file marks as undefined: nothing was ever stored there. */
export type Address = number | null;

/** Where an object of the global heap is. */
export interface HeapId {
  readonly address: Address;
  readonly index: number;
}

/** A filter with what its writer noted for undoing it. */
export interface StoredFilter extends Hdf5Filter {
  /** Whether a chunk may do without it (flag bit 0): writers skip an optional filter that fails. */
  readonly optional: boolean;
  /** The filter's own parameters, unsigned 32-bit. */
  readonly parameters: readonly number[];
}

/**
 * Where the chunks of a dataset are noted.
 *
 * @see HDF5 File Format Specification, section IV.A.2.i, "The Data Layout Message", and section VII, "Appendix C: Types of
 * Indexes for Dataset Chunks"
 */
export type ChunkIndexHeader =
  | { readonly kind: "btree1"; readonly address: Address }
  | { readonly kind: "single"; readonly address: Address; readonly size: number; readonly filterMask: number }
  | { readonly kind: "implicit"; readonly address: Address }
  | { readonly kind: "fixed-array"; readonly address: Address; readonly pageBits: number }
  | {
      readonly kind: "extensible-array";
      readonly address: Address;
      readonly maxBits: number;
      readonly indexElements: number;
      readonly minPointers: number;
      readonly minElements: number;
      readonly pageBits: number;
    }
  | { readonly kind: "btree2"; readonly address: Address };

/** Where the values of a dataset are. */
export type DataLayout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: Address; readonly size: number }
  | {
      readonly kind: "chunked";
      /** Extents of a chunk, one per axis. */
      readonly chunkShape: readonly number[];
      /** Bytes per element, as the layout message says. */
      readonly elementSize: number;
      /** Bytes in which the index of filtered chunks notes a chunk's size; layout message 3 always uses 4. */
      readonly index: ChunkIndexHeader;
      /** Whether chunks that stick out over the dataset's edge are stored without filters (layout message 4, flag bit 0). */
      readonly plainEdgeChunks: boolean;
      /** Version of the layout message: 3 (and before), 4 or 5. */
      readonly version: number;
    }
  /** Values in other files. */
  | { readonly kind: "external" }
  /** Values in other datasets. */
  | { readonly kind: "virtual"; readonly mapping: HeapId };

/** A dataset as its object header describes it. */
export interface StoredDataset {
  readonly info: DatasetInfo;
  /** Extents up to which the dataset may grow, `Infinity` for unlimited; equal to the shape when it may not. */
  readonly maxShape: readonly number[] | null;
  readonly layout: DataLayout;
  /** In the order in which they were applied; to be undone from the last to the first. */
  readonly filters: readonly StoredFilter[];
  /** Bytes of the element that stands where nothing was stored; `null` for zeros. */
  readonly fill: Uint8Array | null;
  /** Whether the file says that nothing stands there, not even zeros: a dataset that was never written cannot be read. */
  readonly hasNoFill?: boolean;
}
