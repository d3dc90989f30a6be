// Whether what this project found may be, given what h5py found.
import { EXCEPTIONS } from "./exceptions.mjs";

/**
 * @typedef {"equal" | "both fail" | "stricter" | "crash" | "unknown" | "exception" | "failure"} Verdict
 *
 * Outcomes begin with `=` for a finding, `!` for an error (`!absent`: there is no such thing), `*` where h5py's process
 * was ended, and `?` where ours threw what nobody meant to throw.
 */

/** @returns {{ verdict: Verdict, reason?: string }} */
export function judge(probe, theirs, ours) {
  const verdict = plainly(probe, theirs, ours);
  if (verdict !== "failure") return { verdict };
  const reason = Object.keys(EXCEPTIONS).find((name) => EXCEPTIONS[name](probe, theirs, ours));
  return reason === undefined ? { verdict } : { verdict: "exception", reason };
}

function plainly(probe, theirs, ours) {
  if (ours.startsWith("?") || ours.startsWith("*")) return "failure";
  if (theirs.startsWith("*unknown")) return "unknown";
  const absent = ours === "!absent";
  // To say that there is no such attribute is no error: a caller goes on without it. No object, no reading.
  const failed = ours.startsWith("!") && !(absent && probe.what === "attribute");
  if (theirs.startsWith("*")) return failed ? "crash" : "failure";
  if (theirs === "!absent") return absent ? "equal" : failed ? "both fail" : "failure";
  if (theirs.startsWith("!")) return failed ? "both fail" : "failure";
  if (theirs === ours) return "equal";
  // Values of types that this project does not give are not compared.
  if (theirs === "=-" && ours.startsWith("!DTYPE_UNSUPPORTED")) return "equal";
  return failed && !absent ? "stricter" : "failure";
}
