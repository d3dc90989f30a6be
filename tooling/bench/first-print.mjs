// What a user writes to see an array: measured from the start of the process to its end.
import { print } from "delayedarray";
import { Hdf5DenseArray } from "hdf5array";

const [path, name] = process.argv.slice(2);
await print(await Hdf5DenseArray.open(path, name));
