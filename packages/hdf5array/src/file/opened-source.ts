import type { Dimnames, SeedRecipe } from "delayedarray";
import type { Hdf5Source } from "../source/byte-source.js";
import { checkAddress, sourceAddress } from "../source/source-address.js";
import type { Hdf5File } from "./hdf5-file.js";

/** What an opener that knows a format has found out before it opens an array. */
export interface Findings {
  /** What it recognised, in words: `10x matrix, version 3: features x barcodes`. */
  readonly found: string;
  readonly dimnames: Dimnames | null;
  /** How to find it again: name of an opener, and its arguments besides the source. */
  readonly opener: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * A file that is open already, in the place of a source. The array that is opened from it closes it, as if it had opened
 * it itself.
 */
export class OpenedSource {
  /** @param source - that the file came from */
  constructor(
    readonly file: Hdf5File,
    readonly source: Hdf5Source,
    readonly findings: Findings,
  ) {}

  /** @throws `UNSUPPORTED_FEATURE` when the file came from neither a path nor a URL */
  recipe(): SeedRecipe {
    const { opener, arguments: rest } = this.findings;
    return { opener, arguments: { source: checkAddress(sourceAddress(this.source), this.file.name), ...rest } };
  }
}

/** What was found out of a source before; `null` for one that a user gave. */
export function openedBefore(source: Hdf5Source): OpenedSource | null {
  return (source as unknown) instanceof OpenedSource ? (source as unknown as OpenedSource) : null;
}
