// What must be in no file of the repository: registry addresses in the lockfile, lockfiles of other package managers,
// paths that exist on one machine alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, Failure, root } from "./process.mjs";

/** Absolute paths into somebody's own folders; `/usr/bin/…` and the like are the same everywhere. */
const machinePath = /(?<![\w.$}*~/:-])(?:\/(?:root|home|work|Users|workspace|private|mnt)\/[\w.]|[A-Z]:\\Users\\)/;

const foreignLockfiles = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|bun\.lockb?)$/;

/** Returns what is wrong, one line each. */
export function checkRepository(base = root) {
  const { status, stdout, stderr } = capture("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: base,
  });
  if (status !== 0) throw new Failure(`git ls-files: ${stderr.trim()}`);
  const problems = [];
  for (const file of new Set(stdout.split("\0").filter(Boolean))) {
    if (foreignLockfiles.test(file)) problems.push(`${file}: only pnpm-lock.yaml belongs here`);
    const text = readText(join(base, file));
    if (text === undefined) continue;
    text.split("\n").forEach((line, index) => {
      const at = `${file}:${index + 1}`;
      if (machinePath.test(line)) problems.push(`${at}: a path of one machine: ${excerpt(line, machinePath)}`);
      if (file === "pnpm-lock.yaml" && /https?:\/\//.test(line)) problems.push(`${at}: a registry address`);
      if (/(^|\/)\.(npmrc|pypirc)$/.test(file) && /https?:\/\//.test(line)) problems.push(`${at}: a registry address`);
    });
  }
  return problems;
}

/** The text of a file, or undefined if it is binary or has been deleted. */
function readText(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  return bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString("utf8");
}

function excerpt(line, pattern) {
  const { index } = line.match(pattern);
  return line.slice(index, index + 60).trim();
}
