import { chapter } from "./chapter.js";
import { experiment } from "./experiment.js";
import { pbmc } from "./pbmc.js";

console.log(`Delayed arrays on HDF5 files and TileDB arrays.

Lines that begin with > are code, what follows is what it prints. An operation on a delayed array gives a new array at
once and reads nothing. Values are read when they are asked for, and only the chunks that hold them.`);

await chapter();
const { top } = await pbmc();
await experiment(top.map(({ index }) => index));

console.log("\nThe code is in examples/chapter/src, the guide in docs/getting-started.md.");
