import { allocate } from "../base/dtype.js";
import type { Position } from "../grid/grid.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import type { Kernel } from "./kernel.js";
import type { Reduction } from "./reduce.js";

/** What is not missing needs no look at: the tally counts what is. */
const NOTHING: Kernel = { runs() {}, rows() {}, scatter() {} };

/** How many elements are not missing. Known without reading where none can be. */
export class CountAccumulator extends KernelAccumulator {
  protected readonly kernel = NOTHING;
  protected override readonly wide = "truth";
  readonly #isKnown: boolean;

  constructor(reduction: Reduction, source: AccumulatorSource) {
    super(reduction, source, false);
    this.#isKnown = !source.isMasked;
  }

  override get isDecided(): boolean {
    return this.#isKnown;
  }

  override addDense(block: NdArrayParts, position: Position): void {
    // Only the mask is looked at: zeros stand for strings.
    const isText = block.dtype === "string";
    super.addDense(isText ? { ...block, dtype: "bool", data: new Uint8Array(block.data.length) } : block, position);
  }

  finish(): Cells {
    const data = allocate("float64", this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) data[cell] = this.tally.valid(cell);
    return { dtype: "float64", data };
  }
}
