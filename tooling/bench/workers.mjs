// Who performs the tasks.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Failure } from "../process.mjs";
import { limit, startWorker } from "./worker.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Starts everybody. Each library has a process of its own, so that none is slowed down by the leftovers of another.
 * @returns {Promise<Record<string, import("./worker.mjs").Worker>>}
 */
export async function startWorkers(python) {
  const peer = here("python/peer.py");
  const commands = {
    ours: ["this project", process.execPath, [here("ours.mjs")]],
    biocpy: ["BiocPy", python, [peer, "biocpy"]],
    h5py_alone: ["h5py", python, [peer, "h5py_alone"]],
    h5wasm_alone: ["h5wasm", process.execPath, [here("h5wasm.mjs")]],
    tiledb_alone: ["TileDB-Py", python, [peer, "tiledb_alone"]],
  };
  const workers = {
    node: freshProcess((script) => [process.execPath, here(script)]),
    python: freshProcess((script) => [python, here(`python/${script}`)]),
  };
  try {
    for (const [key, command] of Object.entries(commands)) workers[key] = await startWorker(...command);
    return workers;
  } catch (error) {
    for (const worker of Object.values(workers)) worker.close(); // They would wait for ever, and this process for them.
    throw error;
  }
}

/** Performs a "task" by running a script to its end in a new process; the result is what it printed. */
function freshProcess(commandFor) {
  return {
    versions: {},
    async perform(script, { path, name }) {
      const [command, ...args] = commandFor(script);
      const begin = performance.now();
      const printed = await output(command, [...args, path, name]);
      const seconds = (performance.now() - begin) / 1000;
      const text = Buffer.from(printed.toString("utf8").replaceAll("\r\n", "\n"));
      return {
        seconds,
        digest: createHash("sha1").update(text).digest("hex"),
        shape: [text.length],
        arrays: { text: { dtype: "uint8", base64: text.toString("base64") } },
      };
    },
    close() {},
  };
}

/** @returns {Promise<Buffer>} */
function output(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], timeout: limit });
    const parts = [];
    child.stdout.on("data", (part) => parts.push(part));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(parts));
      else reject(new Failure(`${args[0]}: ${signal ?? `exit code ${code}`}`));
    });
  });
}
