import type { ValueId } from "./program.js";

/**
 * Where a value of a program is missing. Values share these, so that those of a long chain of operations take no more
 * room than the chain.
 *
 * - `source`: wherever that source's entry is missing
 * - `flag`: wherever that value, of dtype bool, is 1
 * - `any`: wherever one of the parts is missing
 */
export type Missing =
  | { readonly kind: "source"; readonly id: ValueId }
  | { readonly kind: "flag"; readonly id: ValueId }
  | { readonly kind: "any"; readonly parts: readonly Missing[] };

/** Missing where any operand is missing; `undefined` where none can be. */
export function missingInAny(parts: readonly (Missing | undefined)[]): Missing | undefined {
  const some = [...new Set(parts)].filter((part) => part !== undefined);
  return some.length <= 1 ? some[0] : { kind: "any", parts: some };
}

/** The sources and flags that say what is missing, each once. */
export interface MissingParts {
  readonly sources: readonly ValueId[];
  readonly flags: readonly ValueId[];
}

/** All parts of a union of unions, however deep. */
export function missingParts(missing: Missing | undefined): MissingParts {
  const seen = new Set<Missing>();
  const sources = new Set<ValueId>();
  const flags = new Set<ValueId>();
  const rest = missing === undefined ? [] : [missing];
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (seen.has(part)) continue;
    seen.add(part);
    if (part.kind === "any") rest.push(...part.parts);
    else (part.kind === "source" ? sources : flags).add(part.id);
  }
  return { sources: [...sources], flags: [...flags] };
}
