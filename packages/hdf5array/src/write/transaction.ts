import type { Hdf5Source } from "../source/byte-source.js";
import type { RandomStorage } from "./random-storage.js";

/** A file that is being written: nobody sees it before `commit`. */
export interface Transaction {
  /** The target, for messages. */
  readonly name: string;
  /** Whether there was no file, or an empty one, so that `storage` is empty. */
  readonly isNew: boolean;
  /** The new file: empty, or a copy of the old one. */
  readonly storage: RandomStorage;
  /**
   * Puts the new file in the target's place, in one step.
   *
   * @returns what to open it by
   * @throws `IO`, also when the target has changed meanwhile; then, as ever, it stays as it is
   */
  commit(): Promise<Hdf5Source>;
  /** Throws the new file away. After `commit` it does nothing. */
  discard(): Promise<void>;
}
