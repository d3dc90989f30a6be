import { isMainThread } from "node:worker_threads";
import type { Pointer } from "./c-types.js";

/** A resource of any kind, to be held and let go. */
export interface AnyResource {
  hold(): void;
  release(): void;
}

const live = new Set<{ releaseUnused(): void }>();

/** How many C objects are not freed yet. */
export function liveResources(): number {
  return live.size;
}

// A worker that ends takes its registry of forgotten handles with it, but not the threads of its contexts. Freed are those
// that no call is using, the latest first, because what was made from another was made after it.
if (!isMainThread) {
  process.once("exit", () => {
    for (const resource of [...live].reverse()) resource.releaseUnused();
  });
}

/**
 * A C object and how to free it, counted: whoever uses it (its handle, an object made from it, a call that is running)
 * holds it, and it is freed when the last one lets go. So neither the order in which handles are closed or collected nor
 * a call in flight can make C use what was freed.
 */
export class Resource<Name extends string> implements AnyResource {
  readonly pointer: Pointer<Name>;
  readonly #free: (pointer: Pointer<Name>) => void;
  readonly #parents: readonly AnyResource[];
  /** What C refers to by address, kept referenced until the object is freed. */
  readonly attachments = new Map<string, unknown>();
  #uses = 1;

  constructor(pointer: Pointer<Name>, free: (pointer: Pointer<Name>) => void, parents: readonly AnyResource[] = []) {
    this.pointer = pointer;
    this.#free = free;
    this.#parents = parents;
    live.add(this);
    for (const parent of parents) parent.hold();
  }

  hold(): void {
    this.#uses++;
  }

  release(): void {
    if (--this.#uses > 0) return;
    live.delete(this);
    this.#free(this.pointer);
    this.attachments.clear();
    for (const parent of this.#parents) parent.release();
  }

  /** Lets go in place of a handle that will not, unless something else holds on as well. */
  releaseUnused(): void {
    if (this.#uses === 1) this.release();
  }
}
