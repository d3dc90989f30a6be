import type { Pointer } from "./c-types.js";
import { invalidArgument } from "./errors.js";
import type { AnyResource, Resource } from "./resource.js";

/** Lets go of what a handle held when the handle was collected without having been closed. */
const abandoned = new FinalizationRegistry<AnyResource>((resource) => resource.release());

/**
 * The owner of a C object. `close()` gives it back at once, `using` does so at the end of a block, and a handle that was
 * forgotten is given back when it is collected.
 */
export abstract class Handle<Name extends string> implements Disposable {
  #resource: Resource<Name>;
  readonly #label: string;
  #closed = false;

  protected constructor(resource: Resource<Name>, label: string) {
    this.#resource = resource;
    this.#label = label;
    abandoned.register(this, resource, this);
  }

  /** Whether `close()` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The C object. @throws TileDbError INVALID_ARGUMENT after `close()`. @internal */
  get resource(): Resource<Name> {
    if (this.#closed) throw invalidArgument(`the ${this.#label} is closed`);
    return this.#resource;
  }

  /** The address of the C object. @throws TileDbError INVALID_ARGUMENT after `close()`. @internal */
  get pointer(): Pointer<Name> {
    return this.resource.pointer;
  }

  /** Frees the C object, as soon as no call that is running uses it. Calling it again does nothing. */
  close(): void {
    this.letGo();
  }

  [Symbol.dispose](): void {
    this.letGo();
  }

  /** Goes on with another C object; the one so far is freed as soon as nothing uses it. */
  protected replaceResource(resource: Resource<Name>): void {
    abandoned.unregister(this);
    this.#resource.release();
    this.#resource = resource;
    abandoned.register(this, resource, this);
  }

  protected letGo(): void {
    if (this.#closed) return;
    this.#closed = true;
    abandoned.unregister(this);
    this.#resource.release();
  }
}
