import { DelayedArrayError } from "delayedarray";
import { nearestName, shown } from "delayedarray/internal";
import { Config, type ConfigValues, Context, defaultContext } from "libtiledb";
import { translateError } from "./errors.js";

/** Contexts of settings in use, by the settings. Making one starts threads. */
const contexts = new Map<string, WeakRef<Context>>();

/** Settings whose names go on as the caller likes: each is a header of its own. */
const OPEN_ENDED = ["vfs.s3.custom_headers.", "rest.custom_headers."];

/** Settings that TileDB 2.30 has without a default, which its list leaves out. */
const WITHOUT_DEFAULT = [
  "rest.creation_access_credentials_name",
  "rest.password",
  "rest.resubmit_incomplete",
  "rest.token",
  "rest.username",
];

let names: ReadonlySet<string> | undefined;

/**
 * A context with these settings, shared by all arrays that are opened with them.
 *
 * @param where - what needs it, for the messages
 * @throws `INVALID_ARGUMENT` for a setting that is nearly one of TileDB's, which it would leave unnoticed, or a value that it
 * refuses; `LIBRARY_MISSING`
 */
export function contextFor(config: ConfigValues | undefined, where: string): Context {
  const settings = Object.entries(config ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  try {
    if (settings.length === 0) return defaultContext();
    const key = JSON.stringify(settings.sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = contexts.get(key)?.deref();
    if (known !== undefined) return known;
    for (const [name] of settings) checkName(name, where);
    for (const [other, context] of contexts) if (context.deref() === undefined) contexts.delete(other);
    const context = new Context(Object.fromEntries(settings));
    contexts.set(key, new WeakRef(context));
    return context;
  } catch (error) {
    throw translateError(error, where);
  }
}

/** @throws `INVALID_ARGUMENT` for what callers without types may give for settings */
export function checkConfig(config: unknown, what: string): void {
  if (config === undefined) return;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw invalid(`${what}: config ${shown(config)}: expected an object of settings by name`);
  }
  for (const [name, value] of Object.entries(config)) {
    if (["string", "number", "bigint", "boolean"].includes(typeof value)) continue;
    throw invalid(`${what}: config: ${name} is ${shown(value)}, expected a text, a number or a boolean`);
  }
}

/** Names like none that there are may be settings of another version of TileDB or of what is built on it: TileDB ignores them. */
function checkName(name: string, where: string): void {
  names ??= namesOfSettings();
  if (names.has(name) || OPEN_ENDED.some((start) => name.startsWith(start) && name.length > start.length)) return;
  const nearest = nearestName(name, names);
  if (nearest === undefined) return;
  throw invalid(
    `${where}: config: TileDB has no setting ${JSON.stringify(name)}: did you mean ${JSON.stringify(nearest)}?`,
  );
}

function namesOfSettings(): ReadonlySet<string> {
  const config = new Config();
  try {
    return new Set([...Object.keys(config.entries()), ...WITHOUT_DEFAULT]);
  } finally {
    config.close();
  }
}

function invalid(message: string): DelayedArrayError {
  return new DelayedArrayError("INVALID_ARGUMENT", message);
}
