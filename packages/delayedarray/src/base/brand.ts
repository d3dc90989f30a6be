/**
 * Recognises instances across copies of this package: an application and a backend may each have installed their own
 * `delayedarray`, and `instanceof` by prototype would deny one's arrays to the other. A class is known by a
 * `Symbol.for` name on its prototype instead.
 *
 * @param ctor - the class, which gets the brand on its prototype and a matching `Symbol.hasInstance`
 * @param name - the class's name, unique across packages, e.g. `"delayedarray.NdArray"`
 */
export function brand(ctor: abstract new (...args: never[]) => object, name: string): void {
  const symbol = Symbol.for(name);
  Object.defineProperty(ctor.prototype, symbol, { value: true });
  Object.defineProperty(ctor, Symbol.hasInstance, {
    // An unbranded subclass inherits this function: for it, the prototype chain decides as usual.
    value(this: unknown, value: unknown): boolean {
      return this === ctor ? hasBrand(value, name) : Function.prototype[Symbol.hasInstance].call(this as never, value);
    },
  });
}

/** Whether `value` is an instance, from any copy, of the class branded with `name`. */
export function hasBrand(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[Symbol.for(name)] === true;
}
