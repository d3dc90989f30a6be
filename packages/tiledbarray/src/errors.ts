import { DelayedArrayError } from "delayedarray";
import { TileDbError } from "libtiledb";

/** What TileDB's words may mean, where they do not say. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /bad_alloc|memory allocation failed/i,
    "its files say that more memory is needed than there is: unless the array is that large, they are damaged",
  ],
  [
    /http response code: 40[13]\b/i,
    'access denied: check "vfs.s3.aws_access_key_id" and "vfs.s3.aws_secret_access_key" in config, or the keys of the environment',
  ],
  [
    /curlCode: /,
    'the server did not answer: check "vfs.s3.endpoint_override", "vfs.s3.scheme" and "vfs.s3.region" in config, or the network',
  ],
  [
    /encrypted with (?!NO_ENCRYPTION)\w+ but given key is for NO_ENCRYPTION/,
    'the array is encrypted: give "sm.encryption_type": "AES_256_GCM" and its key as "sm.encryption_key" in config',
  ],
  [
    /encrypted with NO_ENCRYPTION but given key/,
    'the array is not encrypted: leave "sm.encryption_type" and "sm.encryption_key" out of config',
  ],
  [
    /invalid key length for encryption type/i,
    'with "sm.encryption_type": "AES_256_GCM" the setting "sm.encryption_key" has 32 bytes; one does not go without the other',
  ],
  [
    /error finalizing decryption/i,
    '"sm.encryption_key" in config is not the key that it was written with, or its files are damaged',
  ],
  [/is newer than/i, "it was written by a later version of TileDB than this one, or its files are damaged"],
];

/**
 * The one place where errors of TileDB become those of delayed arrays: same code, TileDB's message after `where`, and
 * the `TileDbError` as cause. Those of the file system are `IO`. Anything else is given back as it is.
 */
export function translateError(error: unknown, where: string): unknown {
  if (isSystemError(error)) return new DelayedArrayError("IO", `${where}: ${error.message}`, { cause: error });
  if (!(error instanceof TileDbError)) return error;
  const { code } = error;
  // What servers sent along, dates and ids of requests, explains nothing.
  const message = error.message.replace(/ ?\[(?:Headers|Remote IP|Request ID): [^\]]*\]/g, "");
  const hint = hints.find(([pattern]) => pattern.test(message))?.[1];
  return new DelayedArrayError(code, `${where}: ${message}${hint === undefined ? "" : ` (${hint})`}`, { cause: error });
}

/** What moving files fails with. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/** Runs a task whose errors are translated. */
export async function translated<T>(where: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw translateError(error, where);
  }
}
