import type { Shape } from "../base/shape.js";

/** Longest line, in characters; a longer word still stands whole on a line of its own. */
const LINE_WIDTH = 75;

const SEPARATOR = ", ";
const DOTS = "...";

/**
 * Puts words into nested brackets, one row to a line, `...` in the middle of axes that are cut, longer rows wrapped and
 * indented to their bracket, and a blank line more between blocks for each rank above two.
 *
 * @param words - one per element, C order
 * @param shape - extents of what is shown, none zero; at least one axis
 * @param isCut - per axis, whether its middle is left out
 * @see NumPy's `array2string` with `separator=", "`
 */
export function layOut(words: readonly string[], shape: Shape, isCut: readonly boolean[]): string {
  let next = 0;
  return block(0);

  function block(axis: number): string {
    const extent = shape[axis]!;
    const dotsBefore = isCut[axis] ? extent / 2 : -1;
    const parts: string[] = [];
    for (let i = 0; i < extent; i++) {
      if (i === dotsBefore) parts.push(DOTS);
      parts.push(axis === shape.length - 1 ? words[next++]! : block(axis + 1));
    }
    const indent = " ".repeat(axis + 1);
    if (axis === shape.length - 1) return `[${wrap(parts, indent, LINE_WIDTH - shape.length)}]`;
    const lineEnd = SEPARATOR.trimEnd() + "\n".repeat(shape.length - 1 - axis);
    return `[${parts.join(lineEnd + indent)}]`;
  }
}

/** Width of a word in characters, as Python counts them: a pair of surrogates is one. */
function widthOf(word: string): number {
  let width = word.length;
  for (let i = 1; i < word.length; i++) {
    if ((word.charCodeAt(i) & 0xfc00) === 0xdc00 && (word.charCodeAt(i - 1) & 0xfc00) === 0xd800) width--;
  }
  return width;
}

/**
 * A row of words as lines, the first without its indent.
 *
 * @param width - room for indent and words; what the separator or the closing brackets need comes on top
 */
function wrap(words: readonly string[], indent: string, width: number): string {
  let done = "";
  let line = indent;
  let used = indent.length;
  words.forEach((word, i) => {
    const own = widthOf(word);
    // A line that holds nothing yet takes any word: a break would not help.
    if (line.length > indent.length && used + own > width) {
      done += `${line.trimEnd()}\n`;
      line = indent;
      used = indent.length;
    }
    const isLast = i === words.length - 1;
    line += isLast ? word : word + SEPARATOR;
    used += isLast ? own : own + SEPARATOR.length;
  });
  return (done + line).slice(indent.length);
}
