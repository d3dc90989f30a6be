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

/**
 * A row of words as lines, the first without its indent.
 *
 * @param width - room for indent and words; what the separator or the closing brackets need comes on top
 */
function wrap(words: readonly string[], indent: string, width: number): string {
  let done = "";
  let line = indent;
  words.forEach((word, i) => {
    // A line that holds nothing yet takes any word: a break would not help.
    if (line.length > indent.length && line.length + word.length > width) {
      done += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i < words.length - 1 ? word + SEPARATOR : word;
  });
  return (done + line).slice(indent.length);
}
