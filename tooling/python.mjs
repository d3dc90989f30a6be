// A Python environment inside the clone, with packages in the versions that the fixtures were written with.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, Failure, root, run, say } from "./process.mjs";

/** Makes `.tools/<name>` unless it is there, and returns the path of its Python. */
export function pythonEnvironment(name, packages) {
  const folder = join(root, ".tools", name);
  const python = join(folder, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const requirements = pinned(packages);
  const stamp = join(folder, "installed-from");
  const wanted = createHash("sha256").update(requirements.join("\n")).digest("hex");
  if (existsSync(stamp) && existsSync(python) && readFileSync(stamp, "utf8") === wanted) return python;
  say(`installing ${requirements.join(", ")} for Python (once, into .tools/${name})`);
  rmSync(folder, { recursive: true, force: true });
  const [command, ...args] = findPython();
  // Systems that split Python up may lack the part that puts a pip into each environment: theirs can serve it.
  run(command, [...args, "-m", "venv", "--without-pip", folder]);
  const quiet = ["--quiet", "--disable-pip-version-check"];
  run(command, [...args, "-m", "pip", "--python", python, "install", ...quiet, ...requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

function pinned(packages) {
  const lines = readFileSync(join(root, "tooling", "fixtures", "requirements.txt"), "utf8").split(/\r?\n/);
  return packages.map((name) => {
    const line = lines.find((one) => one.startsWith(`${name}==`));
    if (line === undefined) throw new Failure(`${name} has no version in tooling/fixtures/requirements.txt`);
    return line.trim();
  });
}

function findPython() {
  const candidates = [["python3"], ["python"], ["py", "-3"]];
  const recent = "import sys; sys.exit(sys.version_info < (3, 11))";
  const found = candidates.find(([command, ...args]) => capture(command, [...args, "-c", recent]).status === 0);
  if (found === undefined) throw new Failure("Python 3.11 or later was not found (tried python3, python, py -3)");
  return found;
}
