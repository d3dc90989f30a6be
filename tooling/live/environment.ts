// What all live suites share: Python with the peers, and the seed of the run.
import { say } from "../process.mjs";
import { pythonEnvironment } from "../python.mjs";

/** The path of a Python that has NumPy and the libraries that write files. */
export function livePython(): string {
  return pythonEnvironment("python-live", ["numpy", "scipy", "h5py", "hdf5plugin", "tables", "tiledb"]);
}

/** The seed of everything random in this run: LIVE_SEED, or a new one that is printed. */
export function liveSeed(): string {
  if (process.env.LIVE_SEED === undefined) {
    process.env.LIVE_SEED = String(Math.floor(Math.random() * 2 ** 31));
    say(`LIVE_SEED=${process.env.LIVE_SEED} repeats this run`);
  }
  return process.env.LIVE_SEED;
}
