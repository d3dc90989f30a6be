// Expressions from what is written in a case, through the package's public functions and methods.

import type { AnyArray, DType, Operand } from "delayedarray";
import * as library from "delayedarray";
import { behindSeed, layOut, plainOf, sparseOf, unpack } from "./arrays.js";
import type { OperandText, Packed, SparseForm, SubsetText, TreeNode } from "./case.js";
import { chunkedSeed } from "./chunked-seed.js";
import { subsetOf } from "./subset-of.js";

/** What stands at the bottom of a tree. */
export const SEED_KINDS = ["dense C", "dense F", "seed", "masked", "sparse"] as const;
export type SeedKind = (typeof SEED_KINDS)[number];

/** A node that has been built. */
export interface Built {
  readonly array: AnyArray;
  /** The seeds below it. */
  readonly kinds: ReadonlySet<SeedKind>;
}

/** Told of each operation that was built: its name, the dtypes of the arrays that it takes, the seeds below it. */
export type Notice = (operation: string, dtypes: ReadonlySet<DType>, kinds: ReadonlySet<SeedKind>) => void;

/** What `map` is given, by the names that cases have for it. */
const FUNCTIONS = {
  half: (value: library.ScalarOf) => Number(value) / 2,
  aboveOne: (value: library.ScalarOf) => Number(value) > 1,
  same: (value: library.ScalarOf) => value,
};

type ElementwiseFunction = (...operands: (Operand | null)[]) => library.DelayedArray;

/** A method where the first operand has it, in every other node; else the function of that name. */
function apply(name: string, operands: (Operand | null)[], asMethod: boolean): library.DelayedArray {
  const [first, ...others] = operands;
  // `where` alone is a function only: its first operand is the condition.
  if (asMethod && name !== "where" && library.isDelayedArray(first)) {
    const method = (first as unknown as Record<string, ElementwiseFunction>)[name];
    if (method === undefined) throw new Error(`no method ${name}`);
    return method.apply(first, others);
  }
  const found = (library as unknown as Record<string, ElementwiseFunction>)[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found(...operands);
}

function literalOf(text: Exclude<OperandText, number>): Operand | null {
  if (text === null) return null;
  if ("I" in text) return BigInt(text.I);
  if ("i" in text) return Number.isSafeInteger(Number(text.i)) ? Number(text.i) : BigInt(text.i);
  if ("f" in text) return typeof text.f === "number" ? text.f : Number(text.f.replace("inf", "Infinity"));
  if ("b" in text) return text.b;
  return "plain" in text ? plainOf(text.plain) : unpack(text.typed).data;
}

function seedOf(node: TreeNode): Built | undefined {
  const [name, packed, how] = node as
    | ["ndarray", Packed, "F"]
    | ["seed", Packed, number[]]
    | ["sparse", Packed, SparseForm];
  const masked: SeedKind[] = (packed as Packed)[3] === undefined ? [] : ["masked"];
  if (name === "ndarray") {
    const array = layOut(unpack(packed), how);
    return { array, kinds: new Set([(how as string) === "C" ? "dense C" : "dense F", ...masked]) };
  }
  if (name === "seed") return { array: behindSeed(packed, how), kinds: new Set(["seed", ...masked]) };
  if (name !== "sparse") return undefined;
  const array = sparseOf(unpack(packed), how);
  const chunks = array.shape.map((extent) => Math.max(1, Math.ceil(extent / 2)));
  return { array: how === "seed" ? chunkedSeed(array, chunks) : array, kinds: new Set(["sparse", ...masked]) };
}

function operationOf(node: TreeNode, at: number, arrayAt: (index: number) => AnyArray): library.DelayedArray {
  const [name, x, ...rest] = node as [string, number, ...unknown[]];
  const asMethod = at % 2 === 1;
  const operandOf = (text: OperandText): Operand | null => (typeof text === "number" ? arrayAt(text) : literalOf(text));
  const wrapped = () => library.wrap(arrayAt(x));
  switch (name) {
    case "astype":
      return asMethod ? wrapped().astype(rest[0] as DType) : library.astype(arrayAt(x), rest[0] as DType);
    case "round":
      return asMethod ? wrapped().round(rest[0] as number) : library.round(arrayAt(x), rest[0] as number);
    case "subset": {
      const entries = subsetOf(rest[0] as SubsetText);
      return asMethod ? wrapped().subset(entries) : library.subset(arrayAt(x), entries);
    }
    case "transpose": {
      const axes = rest[0] as number[] | null;
      return axes === null && asMethod ? wrapped().T : library.transpose(arrayAt(x), axes);
    }
    case "reshape":
      return asMethod ? wrapped().reshape(rest[0] as number[]) : library.reshape(arrayAt(x), rest[0] as number[]);
    case "set":
      return wrapped().set(subsetOf(rest[0] as SubsetText), operandOf(rest[1] as OperandText) as Operand);
    case "map": {
      const options = rest[1] === null ? {} : { dtype: rest[1] as DType };
      return library.map(arrayAt(x), FUNCTIONS[rest[0] as keyof typeof FUNCTIONS], options);
    }
    case "concatenate":
    case "stack": {
      const parts = (node[1] as unknown as number[]).map(arrayAt);
      return (name === "stack" ? library.stack : library.concatenate)(parts, rest[0] as number);
    }
    default:
      return apply(name, (node.slice(1) as OperandText[]).map(operandOf), asMethod);
  }
}

/** The nodes that a node refers to. */
function inputsOf(node: TreeNode): number[] {
  const [name, ...rest] = node as [string, ...unknown[]];
  if (name === "concatenate" || name === "stack") return rest[0] as number[];
  if (["astype", "round", "map", "subset", "transpose", "reshape"].includes(name)) return [rest[0] as number];
  return (name === "set" ? [rest[0], rest[2]] : rest).filter((one) => typeof one === "number");
}

/** Builds all nodes; the last one is the tree. `notice` is not told of the last if that throws. */
export function build(nodes: readonly TreeNode[], notice: Notice = () => {}): AnyArray {
  const built: Built[] = [];
  const builtAt = (index: number): Built => {
    const one = built[index];
    if (one === undefined) throw new Error(`node ${index} is not there yet`);
    return one;
  };
  nodes.forEach((node, at) => {
    const seed = seedOf(node);
    if (seed !== undefined) {
      built.push(seed);
      return;
    }
    const array = operationOf(node, at, (index) => builtAt(index).array);
    const inputs = inputsOf(node).map(builtAt);
    const kinds = new Set(inputs.flatMap((one) => [...one.kinds]));
    notice(node[0], new Set(inputs.map((one) => one.array.dtype)), kinds);
    built.push({ array, kinds });
  });
  return builtAt(nodes.length - 1).array;
}
