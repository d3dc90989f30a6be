// A statistic over a TileDB array in a process of its own: prints the most memory that the process had, in MB.
import { existsSync, readFileSync } from "node:fs";
import { TileDbArray } from "tiledbarray";

const [uri, attributeName] = process.argv.slice(2);
const array = await TileDbArray.open(uri, { attributeName });
await array.mean({ axis: 0 });
await array.close();
// On Linux resourceUsage() counts the process that started this one.
const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
const kilobytes = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
process.stdout.write(`${Math.round(kilobytes / 1024)}\n`);
