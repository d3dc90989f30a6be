import koffi from "koffi";

const LARGE_PAGE = 2n ** 21n;
const MADV_HUGEPAGE = 14;

type Advise = (address: bigint, length: bigint, advice: number) => number;
let advise: Advise | undefined;

/**
 * Asks the system to back memory with large pages where it is not in use yet (`madvise`, Linux only). The first touch of
 * each page of 4 KB takes longer than writing it does; a large one, which NumPy asks for as well, has 2 MB.
 *
 * @param memory a new typed array, which need not start or end at a page; nothing happens for one below that size.
 */
export function preferLargePages(memory: ArrayBufferView): void {
  if (process.platform !== "linux" || memory.byteLength < LARGE_PAGE) return;
  advise ??= koffi.load(null).func("madvise", "int", ["uintptr_t", "size_t", "int"]) as Advise;
  const address = koffi.address(memory);
  const start = ((address + LARGE_PAGE - 1n) / LARGE_PAGE) * LARGE_PAGE;
  const end = ((address + BigInt(memory.byteLength)) / LARGE_PAGE) * LARGE_PAGE;
  // Systems may be built without: what it returns does not matter.
  if (end > start) advise(start, end - start, MADV_HUGEPAGE);
}
