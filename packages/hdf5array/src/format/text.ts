const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of a name or a value, which the file has in UTF-8 or ASCII; what is neither becomes U+FFFD. In HDF5 a leading
 * U+FEFF is a part of the text, not a mark of its encoding.
 */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The same up to the first zero, if there is one. */
export function textToZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textOf(end < 0 ? bytes : bytes.subarray(0, end));
}
