import { defaultBufferSize } from "delayedarray";
import { type Context, consolidate, vacuum } from "libtiledb";

/** Memory that joining takes at least: less than this and TileDB joins few fragments at a time. */
const LEAST_BYTES = 64 * 2 ** 20;

/** Joins the fragments of an array and deletes those that were joined. */
export async function joinFragments(uri: string, bufferSize: number | undefined, context: Context): Promise<void> {
  const bytes = Math.max(LEAST_BYTES, Math.floor(bufferSize ?? defaultBufferSize()));
  await consolidate(uri, { context, config: { "sm.consolidation.total_buffer_size": bytes } });
  await vacuum(uri, { context });
}
