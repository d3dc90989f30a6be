import { type ArraySchema, type Datatype, datatypeSize, storageOf } from "libtiledb";
import type { DenseFragment } from "./fragment-metadata.js";

/**
 * Checks that dense fragments lie within the array's domain, and have the tiles that their box needs: TileDB makes room for
 * those of the box and reads as many as there are.
 *
 * @param fragments - by the name of the file that describes each
 * @throws an error made by `damaged`, with the file and what is wrong
 */
export function checkDenseFragments(
  schema: ArraySchema,
  fragments: ReadonlyMap<string, DenseFragment>,
  damaged: (file: string, what: string) => Error,
): void {
  const { dimensions } = schema.domain;
  for (const [file, { box, tiles }] of fragments) {
    const size = dimensions.reduce((sum, { datatype }) => sum + 2 * datatypeSize(datatype), 0);
    if (box.length !== size) throw damaged(file, `the box of its cells takes ${box.length} bytes, expected ${size}`);
    let at = 0;
    let needed = 1;
    for (const { name, datatype, domain, tile } of dimensions) {
      const first = integerAt(box, at, datatype);
      const last = integerAt(box, at + datatypeSize(datatype), datatype);
      at += 2 * datatypeSize(datatype);
      if (domain === undefined || tile === undefined) return;
      const [start, end] = [BigInt(domain[0]), BigInt(domain[1])];
      const extent = BigInt(tile);
      // TileDB may have rounded up to whole tiles.
      if (first < start || last < first || last >= end + extent) {
        throw damaged(
          file,
          `its cells go from ${first} to ${last} along "${name}", but the domain from ${start} to ${end}`,
        );
      }
      needed *= Number((last - start) / extent - (first - start) / extent) + 1;
    }
    if (needed !== tiles) throw damaged(file, `the box of its cells takes ${needed} tiles, but it lists ${tiles}`);
  }
}

function integerAt(bytes: Buffer, at: number, datatype: Datatype): bigint {
  const storage = storageOf(datatype);
  const size = datatypeSize(datatype);
  if (size === 8) return storage === "uint64" ? bytes.readBigUInt64LE(at) : bytes.readBigInt64LE(at);
  return BigInt(storage.startsWith("u") ? bytes.readUIntLE(at, size) : bytes.readIntLE(at, size));
}
