// A case as a person would write it, for the report of a failure.
import { unpack } from "./arrays.js";
import type { Packed, TreeNode } from "./case.js";

const isPacked = (value: unknown): value is Packed =>
  Array.isArray(value) && typeof value[0] === "string" && Array.isArray(value[1]) && typeof value[2] === "string";

function text(value: unknown): string {
  if (isPacked(value)) {
    const { dtype, shape, data, mask } = unpack(value);
    const elements = Array.from<number | bigint>(data).map((one, i) =>
      mask?.[i] === 1 ? `(${one})` : Object.is(one, -0) ? "-0" : String(one),
    );
    return `${dtype} [${shape}] {${elements.slice(0, 40).join(" ")}${elements.length > 40 ? " ..." : ""}}`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  return Object.entries(value)
    .map(([key, one]) => `${key}=${text(one)}`)
    .join(" ");
}

/** Nodes one by one, `#n` for the n-th; elements in parentheses are missing. */
export function describeTree(nodes: readonly TreeNode[]): string {
  const isNode = (name: string, k: number) => !["ndarray", "seed", "sparse"].includes(name) && k === 0;
  return nodes
    .map((node, at) => {
      const [name, ...rest] = node as [string, ...unknown[]];
      const parts = rest.map((one, k) => {
        if (Array.isArray(one) && (name === "concatenate" || name === "stack") && k === 0)
          return `[${one.map((index) => `#${index}`).join(", ")}]`;
        const refers =
          typeof one === "number" && (isNode(name, k) || !["round", "concatenate", "stack"].includes(name));
        return refers ? `#${one}` : text(one);
      });
      return `  #${at} = ${name}(${parts.join("; ")})`;
    })
    .join("\n");
}
