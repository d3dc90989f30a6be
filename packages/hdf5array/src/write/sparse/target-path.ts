import { builtin } from "../../source/builtin.js";
import { pathOfUrl } from "../../source/path-source.js";
import type { Hdf5Target } from "../hdf5-target.js";

type Files = Pick<typeof import("node:fs"), "realpathSync">;
type Paths = Pick<typeof import("node:path"), "dirname" | "resolve">;

/** The full path of a target, where links lead; `undefined` for one that is no path. */
function targetPath(target: Hdf5Target): string | undefined {
  if (typeof target === "string") return realPath(target);
  return Object.prototype.toString.call(target) === "[object URL]" ? realPath(pathOfUrl(target as URL)) : undefined;
}

function realPath(path: string): string | undefined {
  const full = builtin<Paths>("node:path")?.resolve(path);
  try {
    return builtin<Files>("node:fs")?.realpathSync(full!);
  } catch {
    return full;
  }
}

/** The folder in which there has to be room for a target; `undefined` for one that is no path. */
export function targetFolder(target: Hdf5Target): string | undefined {
  const path = targetPath(target);
  return path === undefined ? undefined : builtin<Paths>("node:path")?.dirname(path);
}
