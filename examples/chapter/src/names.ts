import { Dataset, File, ready } from "h5wasm/node";

/** Row names of an h5ad file in AnnData's old form, where `obs` and `var` are tables of records with a field `index`. */
export async function readNames(path: string): Promise<{ genes: string[]; cells: string[] }> {
  await ready;
  const file = new File(path, "r");
  try {
    return { genes: indexOf(file, "var"), cells: indexOf(file, "obs") };
  } finally {
    file.close();
  }
}

function indexOf(file: File, table: string): string[] {
  const dataset = file.get(table);
  if (!(dataset instanceof Dataset)) throw new Error(`${table} is not a dataset`);
  const field = dataset.metadata.compound_type?.members.findIndex(({ name }) => name === "index") ?? -1;
  if (field < 0) throw new Error(`${table} has no field "index"`);
  const records = dataset.value as unknown as (readonly string[])[];
  return records.map((record) => record[field] ?? "");
}
