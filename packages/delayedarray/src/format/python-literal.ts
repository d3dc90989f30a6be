/** What Python's `str.isprintable` says no to: all that Unicode counts as separators or "other", but the space. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

const NAMED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (character === " " || !UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!.toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}

/**
 * A string as Python writes it: in single quotes, or in double quotes if only single ones are in it; what cannot be
 * printed is escaped.
 *
 * @see Python's `repr` of a `str`
 */
export function pythonLiteral(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + Array.from(text, (character) => escaped(character, quote)).join("") + quote;
}
