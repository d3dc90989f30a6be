import { shapeText } from "../base/shape.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import { type Extractable, isOpNode, type OpNode, type Tree, treeOf } from "./node.js";

/** Nodes that are shown unless more are asked for. */
export const MOST_NODES = 1000;

interface Line {
  readonly text: string;
  readonly children: readonly (Tree | string)[];
}

function describeSelection(selection: AxisSelection): string {
  if (selection.kind === "list") {
    const shown = Array.from(selection.indices.subarray(0, 3)).join(",");
    return `[${shown}${selection.length > 3 ? `,… ${selection.length}` : ""}]`;
  }
  const { start, step, length } = selection;
  const end = start + step * length;
  return `${start}:${step < 0 && end < 0 ? "" : end}${step === 1 ? "" : `:${step}`}`;
}

function facts(tree: Tree): string {
  return `${shapeText(tree.shape)} ${tree.dtype}${tree.isSparse ? " sparse" : ""}${tree.isMasked ? " masked" : ""}`;
}

function describeNode(node: OpNode): Line {
  switch (node.kind) {
    case "subset":
      return { text: `subset [${node.selections.map(describeSelection).join(", ")}]`, children: [node.seed] };
    case "transpose":
      return {
        text: `transpose [${node.axes.map((axis) => axis ?? "new").join(", ")}]`,
        children: [node.seed],
      };
    case "dimnames":
      return { text: "dimnames", children: [node.seed] };
    case "combine":
      return { text: `concatenate ${node.seeds.length} along axis ${node.along}`, children: node.seeds };
    case "assign":
      return {
        text: `set [${node.selections.map(describeSelection).join(", ")}]`,
        children: [node.seed, node.value],
      };
    case "elementwise":
      return {
        text: node.parameter === undefined ? node.op : `${node.op}(${node.parameter})`,
        children: node.inputs.map((input) => {
          if (input.kind === "tree") return input.tree;
          const { array } = input;
          return array.ndim === 0
            ? `${String(array.get())} ${array.dtype}`
            : `${shapeText(array.shape)} ${array.dtype} values in memory`;
        }),
      };
    default:
      return node satisfies never;
  }
}

/**
 * The tree of operations as text, the outermost first, one line for each operation, seed and operand in memory. Nothing
 * is read. A chain of operations on one array stands at one depth; operands of the same operation stand side by side.
 *
 * @param most - lines at most
 */
export function showTree(x: Extractable, most: number): string {
  const lines: string[] = [];
  const stack: { readonly item: Tree | string; readonly first: string; readonly next: string }[] = [
    { item: treeOf(x), first: "", next: "" },
  ];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (lines.length === most) {
      lines.push(`… more than ${most} lines; maxNodes shows more`);
      break;
    }
    const { item, first, next } = top;
    if (typeof item === "string") {
      lines.push(first + item);
      continue;
    }
    if (!isOpNode(item)) {
      lines.push(`${first}${facts(item)} ${seedName(item)}`);
      continue;
    }
    const { text, children } = describeNode(item);
    lines.push(`${first}${facts(item)} ${text}`);
    for (let i = children.length - 1; i >= 0; i--) {
      const isOnly = children.length === 1;
      const isLast = i === children.length - 1;
      stack.push({
        item: children[i]!,
        first: isOnly ? next : `${next}${isLast ? "└─ " : "├─ "}`,
        next: isOnly ? next : `${next}${isLast ? "   " : "│  "}`,
      });
    }
  }
  return lines.join("\n");
}

/** What a seed says of itself, else the name of its class. */
function seedName(seed: object): string {
  const described = (seed as { readonly describe?: unknown }).describe;
  if (typeof described === "string") return described;
  // Bundlers put an underscore before the name of a class that refers to itself.
  const name = seed.constructor?.name?.replace(/^_/, "");
  return name === undefined || name === "" || name === "Object" ? "seed" : name;
}
