import { defaultBufferSize } from "delayedarray";
import { type Context, consolidate, vacuum } from "libtiledb";

/** Memory that joining takes at least: less than this and TileDB joins few fragments at a time. */
const LEAST_BYTES = 64 * 2 ** 20;

/** How long after the last write its fragments are joined, in milliseconds. */
const SETTLED = 10;

/**
 * Joins the fragments of an array and deletes those that were joined.
 *
 * @param rank - of the array
 */
export async function joinFragments(
  uri: string,
  rank: number,
  bufferSize: number | undefined,
  context: Context,
): Promise<void> {
  const bytes = Math.max(LEAST_BYTES, Math.floor(bufferSize ?? defaultBufferSize()));
  // TileDB may leave out what was written in the millisecond in which it looks for fragments to join.
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const config = {
    "sm.consolidation.total_buffer_size": bytes,
    // How much larger what is joined may be than its parts, else TileDB leaves them as they are: on each axis, the last tile
    // sticks out by less than what is written.
    "sm.consolidation.amplification": 2 ** rank,
  };
  await consolidate(uri, { context, config });
  await vacuum(uri, { context });
}
