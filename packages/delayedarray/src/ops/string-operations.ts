import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Kernel } from "../kernels/register.js";
import * as strings from "../kernels/strings.js";

const COMPARISONS: Readonly<Record<string, Kernel>> = {
  equal: strings.equalStrings,
  notEqual: strings.notEqualStrings,
  less: strings.lessStrings,
  lessEqual: strings.lessEqualStrings,
  greater: strings.greaterStrings,
  greaterEqual: strings.greaterEqualStrings,
};

/** An operation whose operands' dtypes are known. */
interface ResolvedOperation {
  readonly compute: readonly DType[];
  readonly result: DType;
  readonly kernel: Kernel;
}

function refuse(name: string, dtypes: readonly DType[], why: string): never {
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${name} of ${dtypes.join(" and ")}: ${why}`);
}

/**
 * What an element-wise operation does with strings: they are compared with strings, and chosen by a condition. Nothing
 * else is done with them.
 *
 * @param dtypes - of the operands; at least one is `string`
 * @throws `DTYPE_UNSUPPORTED` for any other operation, and for strings beside something else
 */
export function stringOperation(name: string, dtypes: readonly DType[]): ResolvedOperation {
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison !== undefined) {
    if (dtypes.some((dtype) => dtype !== "string")) {
      refuse(name, dtypes, "strings are compared with strings only: convert one side first, with map");
    }
    return { compute: dtypes, result: "bool", kernel: comparison };
  }
  if (name === "where") {
    const [condition, ...choices] = dtypes;
    if (condition === "string") refuse(name, dtypes, "a condition of strings: compare them first");
    if (choices.some((dtype) => dtype !== "string")) refuse(name, dtypes, "strings and numbers have no common dtype");
    return { compute: ["bool", "string", "string"], result: "string", kernel: strings.chooseStrings };
  }
  return refuse(name, dtypes, "strings can be compared, chosen with where, and mapped with a function of your own");
}
