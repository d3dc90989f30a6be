import { meanOfLogs, storeOf } from "./counts.js";

for (const format of [2, 3] as const) {
  console.log(`\nZarr format ${format}: counts, log1p(counts), and the means of its columns`);
  await meanOfLogs(storeOf(format));
}
