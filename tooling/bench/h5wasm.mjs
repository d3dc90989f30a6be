// h5wasm as a worker (see `worker.mjs`), as its documentation reads a dataset.
import { readFileSync } from "node:fs";
import h5wasm from "h5wasm/node";
import { answerTasks } from "./answer-tasks.mjs";

await h5wasm.ready;

const tasks = {
  "hdf5-dense": [
    ({ path, name }) => {
      const file = new h5wasm.File(path, "r");
      try {
        const { value, shape } = file.get(name);
        return { value, shape };
      } finally {
        file.close();
      }
    },
    ({ value, shape }) => ({ shape, arrays: { data: [dtypeOf(value), value] } }),
  ],
};

/** NumPy's name of the elements of a typed array: `int32` for an `Int32Array`. */
function dtypeOf(array) {
  return array.constructor.name.replace(/Array$/, "").toLowerCase();
}

const { devDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
await answerTasks(tasks, { h5wasm: devDependencies.h5wasm });
