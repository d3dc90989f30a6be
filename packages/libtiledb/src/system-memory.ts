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

/** In milliseconds. */
const IDLE = 5000;

/** The largest size that glibc counts on seeing again, 32 MB, less what it puts around it. */
const LARGEST_SEEN_AGAIN = 2 ** 25 - 2 ** 16;

let isKeeping = false;

/**
 * Has freed memory kept by this process (Linux, once): glibc hands back what lies at the end of a heap unless it has seen a large
 * array freed before, of which it expects more (`mallopt(3)`, `M_TRIM_THRESHOLD`). JavaScript frees its own late, so this frees one
 * that is never touched.
 */
export function keepFreedMemory(): void {
  if (isKeeping || process.platform !== "linux") return;
  isKeeping = true;
  const library = koffi.load(null);
  const allocate = library.func("malloc", "uintptr_t", ["size_t"]) as (size: number) => bigint | number;
  const free = library.func("free", "void", ["uintptr_t"]) as (address: bigint | number) => void;
  free(allocate(LARGEST_SEEN_AGAIN));
}

let trim: ((pad: number) => number) | "none" | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * To be called after a query that keeps memory is freed: hands the memory back to the system once there was no such query for
 * some seconds. TileDB does so after every other query (`sm.mem.malloc_trim`), also of what others kept.
 */
export function handBackWhenIdle(): void {
  // Other systems than Linux hand back by themselves.
  if (process.platform !== "linux") return;
  if (timer === undefined) timer = setTimeout(handBack, IDLE).unref();
  else timer.refresh();
}

function handBack(): void {
  timer = undefined;
  trim ??= findTrim();
  if (trim !== "none") trim(0);
}

function findTrim(): typeof trim & {} {
  try {
    return koffi.load(null).func("malloc_trim", "int", ["size_t"]) as (pad: number) => number;
  } catch {
    return "none"; // It is glibc's own.
  }
}
