// What a worker in Node does (see `worker.mjs`): JSON lines in, JSON lines out.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

/** Up to so many bytes, an array travels in the answer itself. */
const small = 4096;

/**
 * Performs tasks until the input ends.
 * @param tasks pairs by name: what is measured, and how its result is told as a shape and plain arrays
 * @param versions of what performs them
 */
export async function answerTasks(tasks, versions) {
  // What a library logs must not be taken for an answer.
  console.log = console.error;
  answer({ versions });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      answer(await perform(tasks, JSON.parse(line)));
    } catch (error) {
      answer({ error: error.stack ?? String(error) });
    }
  }
}

async function perform(tasks, { task, options, folder }) {
  const [measured, describe] = tasks[task];
  const begin = performance.now();
  const result = await measured(options);
  const seconds = (performance.now() - begin) / 1000;
  const { shape, arrays } = describe(result);
  const digest = createHash("sha1").update(JSON.stringify(shape));
  const sent = {};
  for (const [name, [dtype, values]] of Object.entries(arrays)) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    digest.update(bytes);
    sent[name] = { dtype, ...place(name, bytes, folder) };
  }
  return { seconds, digest: digest.digest("hex"), shape, arrays: sent };
}

function place(name, bytes, folder) {
  if (bytes.length <= small) return { base64: bytes.toString("base64") };
  if (folder === undefined) return {};
  const file = join(folder, `${name}.bin`);
  writeFileSync(file, bytes);
  return { file };
}

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
