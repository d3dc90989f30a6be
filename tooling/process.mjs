// Starting programs, the same way on every platform: no shell, and JavaScript tools through this very Node, because
// the `.cmd` shims of Windows can only be started through a shell. Node built-ins only: nothing is installed yet when
// this runs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A program ended badly; it has said why itself, so that its message is one line and needs no stack. */
export class Failure extends Error {}

export function say(text) {
  process.stdout.write(`• ${text}\n`);
}

/** Runs a program to its end, its output shown. Throws a `Failure` unless it succeeds. */
export function run(command, args, options = {}) {
  const { status, signal, error } = start(command, args, { stdio: "inherit", ...options });
  if (status !== 0) {
    const how = error ? error.message : signal ? `ended by ${signal}` : `exit code ${status}`;
    throw new Failure(`${label(command, args)}: ${how}`);
  }
}

/**
 * Runs a program to its end and returns what it printed, whatever the status.
 * @returns {{ status: number, stdout: string, stderr: string }}
 */
export function capture(command, args, options = {}) {
  const { status, stdout, stderr, error } = start(command, args, { maxBuffer: 2 ** 28, ...options });
  return { status: status ?? 1, stdout: String(stdout ?? ""), stderr: `${stderr ?? ""}${error ? error.message : ""}` };
}

function start(command, args, { cwd = root, env = {}, ...options }) {
  return spawnSync(command, args, { cwd, env: { ...process.env, ...env }, ...options });
}

/** The program of an installed package, to be started with Node: the command named like the package, or its first. */
export function tool(packageName) {
  const folder = join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = typeof bin === "string" ? bin : (bin[packageName] ?? Object.values(bin)[0]);
  return join(folder, path);
}

/** Runs the program of an installed package with this Node. */
export function runTool(packageName, args, options = {}) {
  run(process.execPath, [tool(packageName), ...args], options);
}

/** npm's own program: the one that started us, else the one beside this Node. */
export function npm() {
  const parent = process.env.npm_execpath;
  const candidates = [
    parent && /npm-cli\.[cm]?js$/.test(parent) ? parent : undefined,
    join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(process.execPath), "..", "share", "nodejs", "npm", "bin", "npm-cli.js"),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (found === undefined) throw new Failure("npm was not found beside Node; start this with `npm run`");
  return found;
}

export function runNpm(args, options) {
  run(process.execPath, [npm(), ...args], options);
}

/** Runs `body` and returns what it returned and the seconds that it took. */
export async function timed(body) {
  const begin = performance.now();
  const value = await body();
  return { value, seconds: (performance.now() - begin) / 1000 };
}

function label(command, args) {
  const words = command === process.execPath ? ["node", ...args] : [command, ...args];
  return words.map((word) => (word.startsWith(root) ? relative(root, word) : word)).join(" ");
}
