import { defaultBufferSize } from "delayedarray";
import { type Context, consolidate, vacuum } from "libtiledb";

/** Memory that joining takes at least: less than this and TileDB joins few fragments at a time. */
const LEAST_BYTES = 64 * 2 ** 20;

/** How long after the last write its fragments are joined, in milliseconds. */
const SETTLED = 10;

/** Joins the fragments of an array and deletes those that were joined. */
export async function joinFragments(uri: string, bufferSize: number | undefined, context: Context): Promise<void> {
  const bytes = Math.max(LEAST_BYTES, Math.floor(bufferSize ?? defaultBufferSize()));
  // TileDB may leave out what was written in the millisecond in which it looks for fragments to join.
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  await consolidate(uri, { context, config: { "sm.consolidation.total_buffer_size": bytes } });
  await vacuum(uri, { context });
}
