// What the processes have in common that tests start to write a file.
import process from "node:process";
import { DelayedArrayError } from "delayedarray";

/**
 * Does something, and prints a line for each step of its progress. The last line is JSON: what came of it and the most memory
 * that the process took, or the error's code and message.
 *
 * @param {(options: { onProgress: (progress: { done: number, total: number }) => void }) => Promise<object>} work
 */
export async function report(work) {
  // The signal for a file beyond its limit would end the process before it learns of the failed write.
  process.on("SIGXFSZ", () => {});
  const onProgress = ({ done, total }) => process.stdout.write(`${done}/${total}\n`);
  try {
    const result = await work({ onProgress });
    process.stdout.write(JSON.stringify({ ...result, peak: process.resourceUsage().maxRSS * 1024 }));
  } catch (error) {
    if (!(error instanceof DelayedArrayError)) throw error;
    process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
  }
}
