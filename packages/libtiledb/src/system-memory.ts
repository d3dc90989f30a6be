import koffi from "koffi";

const isLinux = process.platform === "linux";
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
  if (!isLinux || memory.byteLength < LARGE_PAGE) return;
  advise ??= koffi.load(null).func("madvise", "int", ["uintptr_t", "size_t", "int"]) as Advise;
  const address = koffi.address(memory);
  const start = ((address + LARGE_PAGE - 1n) / LARGE_PAGE) * LARGE_PAGE;
  const end = ((address + BigInt(memory.byteLength)) / LARGE_PAGE) * LARGE_PAGE;
  // Systems may be built without: what it returns does not matter.
  if (end > start) advise(start, end - start, MADV_HUGEPAGE);
}

/** In milliseconds. */
const IDLE = 5000;

interface Trim {
  async(pad: number, done: (error: Error | null) => void): void;
}
let trim: Trim | "none" | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * To be called after a query is freed. TileDB would hand the memory that it freed back to the system after each query
 * (`sm.mem.malloc_trim`), on the thread that frees it, and the next query would have to ask for it page by page. So it is
 * handed back on another thread, once no query was freed for some seconds.
 */
export function trimWhenIdle(): void {
  if (!isLinux) return;
  if (timer !== undefined) timer.refresh();
  else timer = setTimeout(handBack, IDLE).unref();
}

function handBack(): void {
  timer = undefined;
  trim ??= findTrim();
  if (trim !== "none") trim.async(0, () => {});
}

function findTrim(): Trim | "none" {
  try {
    return koffi.load(null).func("malloc_trim", "int", ["size_t"]) as unknown as Trim;
  } catch {
    return "none"; // It is glibc's own.
  }
}
