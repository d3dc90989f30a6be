// What is not a time: how late timers are while a large array is read, and how much memory a statistic over it takes.
import { join } from "node:path";

/** The name by which `--only` asks for it. */
export const LONG_READ = "tiledb-long-read";

/** @returns {Promise<string>} two lines of Markdown */
export async function longRead(workers, folder, sizes) {
  const options = { uri: join(folder, "large.tiledb"), attribute: "count" };
  const { seconds, arrays } = await workers.ours.perform("tiledb-timer", options);
  const [ticks, late] = new Float64Array(new Uint8Array(Buffer.from(arrays.data.base64, "base64")).buffer);
  const peak = await workers.node.perform("statistic-memory.mjs", { path: options.uri, name: options.attribute });
  const bytes = sizes.large[0] * sizes.large[1] * 4;
  return [
    `- TileDB, dense, ${sizes.large.join(" x ")} int32, ${(bytes / 1e9).toFixed(2)} GB: while it is read, in ${seconds.toFixed(1)} s, a timer of`,
    `  10 ms fires ${ticks} times; it is late by at most ${late.toPrecision(2)} ms in 99 of 100 times`,
    `- the means of its columns take at most ${Buffer.from(peak.arrays.text.base64, "base64").toString().trim()} MB of memory, all of the process counted`,
  ].join("\n");
}
