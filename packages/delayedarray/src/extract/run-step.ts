import type { AnyRegister, Register } from "../kernels/register.js";
import type { Step } from "./program.js";

/** Runs one step over a tile. @param values - of all values so far, by id; receives the output */
export function runStep({ kernel, inputs, out }: Step, register: AnyRegister, values: AnyRegister[], n: number): void {
  const a = values[inputs[0]!]!;
  // Spelt out: spreading a list of operands would cost more than a short tile.
  if (inputs.length === 1) kernel(register, n, a);
  else if (inputs.length === 2) kernel(register, n, a, values[inputs[1]!]!);
  else kernel(register, n, a, values[inputs[1]!]!, values[inputs[2]!]!);
  values[out] = register;
}

/** Marks as missing what a step's flags say, from position `start` of the block. */
export function addFlags(mask: Uint8Array, flags: Register, start: number, n: number): void {
  for (let i = 0; i < n; i++) if (flags[i] !== 0) mask[start + i] = 1;
}
