/**
 * Counts the calls of `node:fs` that change files, and does something at one of them. A call that writes has written half of
 * its bytes by then. Calls that flush count but do nothing: they are slow, and are against power cuts only.
 *
 * @param options.at - number of the call, from 1 on; none if not given
 * @param options.deletes - whether calls that delete files count: they are also how a failure is cleaned up
 * @param options.act - what to do before the call; if it throws, the call fails
 */
export function atWriteCall(options: { at?: number; deletes?: boolean; act?: () => void }): Promise<{
  count: () => number;
  restore: () => void;
}>;
