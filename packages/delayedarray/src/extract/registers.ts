import type { DType } from "../base/dtype.js";
import { type AnyRegister, makeRegister } from "../kernels/register.js";
import type { Program, ValueId } from "./program.js";

/**
 * One register per value that lives at the same time, so that a chain of operations needs two or three of them however
 * long it is.
 */
export interface Allocation {
  /** The register of each value; `undefined` for sources that have storage of their own. */
  readonly registers: readonly (AnyRegister | undefined)[];
}

type RegisterKind = "int64" | "uint64" | "float64" | "string";

/** What kind of register a dtype needs. */
function registerKind(dtype: DType): RegisterKind {
  return dtype === "int64" || dtype === "uint64" || dtype === "string" ? dtype : "float64";
}

/** Assigns registers to the outputs of steps, reusing each after the last step that reads it. */
export function allocateRegisters(program: Program, length: number): Allocation {
  const lastUse = new Int32Array(program.values).fill(-1);
  program.steps.forEach(({ inputs }, i) => {
    for (const id of inputs) lastUse[id] = i;
  });
  for (const id of [program.result, ...program.missing.flags]) lastUse[id] = program.steps.length;
  const registers = new Array<AnyRegister | undefined>(program.values);
  const kinds = new Map<ValueId, RegisterKind>();
  const free: Record<RegisterKind, AnyRegister[]> = { int64: [], uint64: [], float64: [], string: [] };
  program.steps.forEach(({ inputs, out, dtype }, i) => {
    for (const id of new Set(inputs)) {
      const register = registers[id];
      if (register !== undefined && lastUse[id] === i) free[kinds.get(id)!].push(register);
    }
    const kind = registerKind(dtype);
    kinds.set(out, kind);
    registers[out] =
      free[kind].pop() ?? (dtype === "string" ? new Array<string>(length).fill("") : makeRegister(dtype, length));
  });
  return { registers };
}
