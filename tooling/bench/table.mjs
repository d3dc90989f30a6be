// What was measured, as Markdown.

/**
 * @param {{ one: import("./cases.mjs").Case, times: import("./measure.mjs").Times[] }[]} outcomes
 */
export function timesTable(outcomes) {
  const rows = [];
  for (const { one, times } of outcomes) {
    const [ours, ...peers] = times.map(({ name, seconds }) => ({
      name,
      best: Math.min(...seconds),
      median: median(seconds),
    }));
    for (const [index, peer] of peers.entries()) {
      const ratios = [peer.best / ours.best, peer.median / ours.median].map(ratio);
      const title = index === 0 ? one.title : "";
      rows.push([title, index === 0 ? both(ours) : "", peer.name, both(peer), ratios.join(" / ")]);
    }
  }
  const header = ["measured", "this project", "peer", "the peer's time", "peer / this project"];
  const table = markdownTable(header, ["left", "right", "left", "right", "right"], rows);
  const notes = outcomes.flatMap(({ one }) => (one.note === undefined ? [] : [`- ${one.title}: ${one.note}`]));
  return notes.length === 0 ? table : `${table}\n\n${notes.join("\n")}`;
}

/** @param {Record<string, string>} all */
export function versionList(all) {
  return Object.entries(all)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

function both({ best, median: middle }) {
  return `${duration(best)} / ${duration(middle)}`;
}

/** Three digits, in milliseconds. */
function duration(seconds) {
  const milliseconds = seconds * 1000;
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}

function ratio(value) {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function markdownTable(header, sides, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const padded = (row) =>
    line(row.map((cell, i) => (sides[i] === "left" ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))));
  const rule = line(widths.map((width, i) => (sides[i] === "left" ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)));
  return [padded(header), rule, ...rows.map(padded)].join("\n");
}
