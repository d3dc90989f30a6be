import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import { Presence } from "./presence.js";
import type { Reduction } from "./reduce.js";
import type { WideForm } from "./tile.js";

/** Whether any value, or all values, are not 0. Of nothing, `any` is false and `all` is true. */
export class AnyAllAccumulator extends KernelAccumulator {
  protected readonly kernel: Presence;
  protected override readonly wide: WideForm = "truth";
  readonly #isAll: boolean;

  constructor(reduction: Reduction, source: AccumulatorSource, which: "any" | "all") {
    super(reduction, source, which === "all");
    this.#isAll = which === "all";
    this.kernel = new Presence(reduction.cells, !this.#isAll);
  }

  // Not with missing entries: a cell must have one that is not missing to count, and that is known only in the end; but
  // then a cell that is decided has one.
  override get isDecided(): boolean {
    return this.kernel.undecided === 0;
  }

  finish(): Cells {
    const { kernel } = this;
    const data = new Uint8Array(this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) {
      if (this.tally.zeros(cell) > 0) kernel.zero(cell);
      data[cell] = kernel.found[cell]! ^ (this.#isAll ? 1 : 0);
    }
    return { dtype: "bool", data, mask: this.mask() };
  }
}
