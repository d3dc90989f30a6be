/**
 * Bytes that this process can still use, as far as the runtime tells: Node, Deno and Bun do, browsers do not.
 *
 * @see https://nodejs.org/api/process.html#processavailablememory
 */
export function freeMemory(): number {
  const runtime = (globalThis as { readonly process?: { availableMemory?(): number } }).process;
  return runtime?.availableMemory?.() ?? Number.POSITIVE_INFINITY;
}
