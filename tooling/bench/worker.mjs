// A process that performs tasks, one at a time: JSON lines in, JSON lines out.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure } from "../process.mjs";

/**
 * @typedef {object} Answer
 * @property {number} seconds of the task alone
 * @property {string} digest of all values
 * @property {number[]} shape
 * @property {Record<string, { dtype: string, file?: string, base64?: string }>} arrays with their values if they are
 * small or if a folder was given to put them into
 *
 * @typedef {{ versions: Record<string, string>, perform(task: string, options: object, folder?: string): Promise<Answer>,
 *   close(): void }} Worker
 */

/** A task that takes longer hangs. In milliseconds. */
export const limit = 10 * 60_000;

/** @returns {Promise<Worker>} once the worker has said which versions it holds */
export async function startWorker(name, command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let ended;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended ??= signal ?? `exit code ${code}`;
  });
  child.stdin.on("error", () => {}); // The answer that does not come says it.

  async function answer() {
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    const { value, done } = await lines.next();
    clearTimeout(timer);
    if (done) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // The exit may be told after the end of the output.
      throw new Failure(`${name} ended (${ended ?? "closed its output"})`);
    }
    const message = JSON.parse(value);
    if (message.error !== undefined) throw new Failure(`${name}: ${message.error}`);
    return message;
  }

  const { versions } = await answer();
  return {
    versions,
    perform(task, options, folder) {
      child.stdin.write(`${JSON.stringify({ task, options, ...(folder && { folder }) })}\n`);
      return answer();
    },
    close() {
      child.stdin.end();
    },
  };
}
