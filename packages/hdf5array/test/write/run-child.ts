// Runs a script that writes a file in a process of its own.
import { spawn } from "node:child_process";

export interface RunOptions {
  /** Sees what it prints, and may end it. */
  readonly watch?: (line: string, kill: () => void) => void;
  /** Shell commands before, such as a limit. */
  readonly before?: string;
}

export interface Ended {
  /** What killed it, if anything did. */
  readonly signal: string | null;
  /** What it complained of. */
  readonly errors: string;
  /** The last line that it printed, which is JSON. */
  result(): never;
}

/** Runs a script with arguments, which uses the built package, until it ends. */
export function runChild(
  script: URL,
  args: readonly string[],
  { watch, before = "" }: RunOptions = {},
): Promise<Ended> {
  const child = spawn("bash", ["-c", `${before}exec "$0" "$@"`, process.execPath, script.pathname, ...args]);
  let output = "";
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  child.stdout.on("data", (data) => {
    output += data;
    watch?.(String(data), () => child.kill("SIGKILL"));
  });
  return new Promise((resolve) => {
    child.on("close", (_, signal) => {
      resolve({ signal, errors, result: () => JSON.parse(output.slice(output.lastIndexOf("\n") + 1)) as never });
    });
  });
}
