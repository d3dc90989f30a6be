// A disk of which little is left.
import { execFileSync } from "node:child_process";

export interface SmallDisk {
  /** Shell commands to run before a program that writes to it. */
  readonly before: string;
  /** What a message says when no more can be written. */
  readonly fault: RegExp;
  /** Gives the disk back; call it when a test is over. */
  remove(): void;
}

/**
 * Makes a folder a disk of some size: a `tmpfs` where it may be mounted, which takes root's rights. Where it may not, no file
 * in it can be larger than that instead.
 */
export function smallDisk(folder: string, kibibytes: number): SmallDisk {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return { before: `ulimit -f ${kibibytes}; `, fault: /ulimit/, remove() {} };
  }
  return { before: "", fault: /the disk is full/, remove: () => execFileSync("umount", [folder]) };
}
