/** What the example uses of the npm package `bioconductor`, which has no types of its own. */
declare module "bioconductor" {
  /** All (`null`), a range, or indices. */
  export type Selected = null | { start: number; end: number } | readonly number[] | Int32Array;

  export class SummarizedExperiment {
    constructor(
      assays: Record<string, unknown>,
      options?: { assayOrder?: string[]; rowNames?: string[]; columnNames?: string[] },
    );
    assayNames(): string[];
    assay(name: string | number): unknown;
    numberOfRows(): number;
    numberOfColumns(): number;
    rowNames(): string[] | null;
    columnNames(): string[] | null;
  }

  export function SLICE_2D<T>(x: T, rows: Selected, columns: Selected): T;
  export function COMBINE_ROWS<T>(objects: T[]): T;
  export function COMBINE_COLUMNS<T>(objects: T[]): T;
  export function CLONE<T>(x: T): T;
}
