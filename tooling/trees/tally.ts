// How often each operation was tried with each dtype over each kind of seed.
import { DTYPES, type DType, type NumericDType } from "delayedarray";
import { type Notice, SEED_KINDS, type SeedKind } from "./build.js";

const SHORT: Record<NumericDType, string> = {
  bool: "bool",
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  int64: "i8",
  uint64: "u8",
  float32: "f4",
  float64: "f8",
};

/** Trees are of numbers. */
const NUMBERS = DTYPES.filter((dtype): dtype is NumericDType => dtype !== "string");

export class Tally {
  readonly #pairs = new Map<string, number>();
  readonly #kinds = new Map<string, number>();

  readonly notice: Notice = (operation, dtypes, kinds) => {
    for (const dtype of dtypes) {
      this.#add(this.#pairs, `${operation} ${dtype}`);
      for (const kind of kinds) this.#add(this.#kinds, `${operation} ${dtype} ${kind}`);
    }
  };

  #add(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  /** Operations in which an array of the dtype took part; only those over a kind of seed, if one is given. */
  count(operation: string, dtype: DType, kind?: SeedKind): number {
    const found = kind === undefined ? this.#pairs.get(`${operation} ${dtype}`) : undefined;
    return found ?? this.#kinds.get(`${operation} ${dtype} ${kind}`) ?? 0;
  }

  /** Pairs that were tried fewer than `least` times. */
  rare(pairs: Readonly<Record<string, readonly DType[]>>, least: number): string[] {
    return Object.entries(pairs).flatMap(([operation, dtypes]) =>
      dtypes
        .filter((dtype) => this.count(operation, dtype) < least)
        .map((dtype) => `${operation} of ${dtype}: ${this.count(operation, dtype)} times`),
    );
  }

  /** A line for each operation, a column for each dtype: how often, and over which kinds of seeds. */
  table(operations: readonly string[]): string {
    const cells = operations.map((operation) =>
      NUMBERS.map((dtype) => SEED_KINDS.map((kind) => this.count(operation, dtype, kind)).join("/")),
    );
    const widths = NUMBERS.map((_, k) => Math.max(...cells.map((row) => row[k]!.length), 4));
    const name = Math.max(...operations.map((operation) => operation.length));
    const line = (head: string, row: readonly string[]) =>
      [head.padEnd(name), ...row.map((cell, k) => cell.padStart(widths[k]!))].join(" ");
    return [
      `operations by dtype, over seeds that are ${SEED_KINDS.join("/")}:`,
      line(
        "",
        NUMBERS.map((dtype) => SHORT[dtype]),
      ),
      ...operations.map((operation, i) => line(operation, cells[i]!)),
    ].join("\n");
  }
}
