import type { DType } from "../base/dtype.js";
import { castKernel } from "../kernels/cast.js";
import { choose } from "../kernels/choose.js";
import { logicalOr } from "../kernels/compare.js";
import { copy } from "../kernels/math.js";
import type { Kernel } from "../kernels/register.js";
import type { ElementwiseNode } from "../ops/node.js";
import { NdArray } from "../values/nd-array.js";
import { type Missing, missingInAny, missingParts } from "./missing.js";
import type { Constant, Flags, Leaf, Program, Source, Step, ValueId } from "./program.js";

/** Puts a program together, value by value. */
export class ProgramBuilder {
  readonly #ndim: number;
  readonly #sources: Source[] = [];
  readonly #steps: Step[] = [];
  readonly #flags: Flags[] = [];
  readonly #dtypes: DType[] = [];
  readonly #missing: (Missing | undefined)[] = [];
  readonly #flagOfSource = new Map<ValueId, ValueId>();
  readonly #flagOf = new Map<Missing | undefined, ValueId>();

  /** @param ndim - axes of the block */
  constructor(ndim: number) {
    this.#ndim = ndim;
  }

  #addValue(dtype: DType, missing: Missing | undefined): ValueId {
    this.#missing.push(missing);
    return this.#dtypes.push(dtype) - 1;
  }

  #addSource(dtype: DType, isMasked: boolean): ValueId {
    return this.#addValue(dtype, isMasked ? { kind: "source", id: this.#dtypes.length } : undefined);
  }

  addLeaf(leaf: Omit<Leaf, "id" | "kind">): ValueId {
    const id = this.#addSource(leaf.tree.dtype, leaf.tree.isMasked);
    this.#sources.push({ kind: "leaf", id, ...leaf });
    return id;
  }

  addConstant(constant: Omit<Constant, "id" | "kind">): ValueId {
    const id = this.#addSource(constant.array.dtype, constant.array.isMasked);
    this.#sources.push({ kind: "constant", id, ...constant });
    return id;
  }

  #addStep(kernel: Kernel, inputs: readonly ValueId[], dtype: DType, missing: Missing | undefined): ValueId {
    const out = this.#addValue(dtype, missing);
    this.#steps.push({ kernel, inputs, out, dtype });
    return out;
  }

  /** One operation on values, converted to the dtypes that it computes in. */
  addOperation(node: ElementwiseNode, operands: readonly ValueId[]): ValueId {
    const inputs = operands.map((id, i) => this.#converted(id, node.compute[i]!));
    const [a] = inputs as [ValueId];
    // A cast is done once its operand has been converted.
    if (node.kernel === copy && this.#dtypes[a] === node.dtype) return a;
    const [first, ...rest] = operands.map((id) => this.#missing[id]);
    if (node.missing === "chosen" && rest.some((missing) => missing !== undefined)) {
      const chosen = this.#addStep(choose, [a, ...rest.map((missing) => this.#flag(missing))], "bool", undefined);
      const missing = missingInAny([first, { kind: "flag", id: chosen }]);
      return this.#addStep(node.kernel, inputs, node.dtype, missing);
    }
    const missing = missingInAny([first, ...rest]);
    if (node.missing === "told" && missing !== undefined) {
      const flag = this.#flag(missing);
      return this.#addStep(node.kernel, [...inputs, flag], node.dtype, { kind: "flag", id: flag });
    }
    return this.#addStep(node.kernel, inputs, node.dtype, missing);
  }

  #converted(id: ValueId, to: DType): ValueId {
    const kernel = castKernel(this.#dtypes[id]!, to);
    return kernel === null ? id : this.#addStep(kernel, [id], to, this.#missing[id]);
  }

  /**
   * A value that is 1 where another is missing. Masks are put together once, at the end, unless an operation needs to
   * know of them value by value.
   */
  #flag(missing: Missing | undefined): ValueId {
    let flag = this.#flagOf.get(missing);
    if (flag === undefined) {
      const { flags, sources } = missingParts(missing);
      const each = [...flags, ...sources.map((source) => this.#sourceFlag(source))];
      flag =
        each.length === 0 ? this.#never() : each.reduce((a, b) => this.#addStep(logicalOr, [a, b], "bool", undefined));
      this.#flagOf.set(missing, flag);
    }
    return flag;
  }

  #sourceFlag(source: ValueId): ValueId {
    let flag = this.#flagOfSource.get(source);
    if (flag === undefined) {
      flag = this.#addValue("bool", undefined);
      this.#flags.push({ id: flag, source });
      this.#flagOfSource.set(source, flag);
    }
    return flag;
  }

  /** A flag that is 0 everywhere. */
  #never(): ValueId {
    const array = new NdArray({ data: new Uint8Array(1), shape: [], dtype: "bool" });
    return this.addConstant({ array, axes: new Array<number>(this.#ndim).fill(-1) });
  }

  finish(result: ValueId, shape: readonly number[], dtype: DType): Program {
    return {
      shape,
      dtype,
      sources: this.#sources,
      flags: this.#flags,
      steps: this.#steps,
      result,
      missing: missingParts(this.#missing[result]),
      values: this.#dtypes.length,
    };
  }
}
