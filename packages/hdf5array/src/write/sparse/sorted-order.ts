import type { Entries } from "./entry-buffer.js";

/**
 * The order in which entries are sorted by fibre, and within a fibre by position: a radix sort by fibre, which keeps the
 * order in which entries came. Blocks that follow each other bring the positions of a fibre in order; where they do not,
 * the fibre is sorted by itself.
 */
export function sortedOrder({ fibres, indices }: Pick<Entries, "fibres" | "indices">): Uint32Array {
  const order = orderByFibre(fibres);
  for (let start = 0, end: number; start < order.length; start = end) {
    const fibre = fibres[order[start]!]!;
    let last = indices[order[start]!]!;
    let inOrder = true;
    for (end = start + 1; end < order.length && fibres[order[end]!] === fibre; end++) {
      const index = indices[order[end]!]!;
      if (index < last) inOrder = false;
      last = index;
    }
    if (!inOrder) order.subarray(start, end).sort((a, b) => indices[a]! - indices[b]!);
  }
  return order;
}

function orderByFibre(fibres: Uint32Array): Uint32Array {
  let order = new Uint32Array(fibres.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  let low = fibres[0] ?? 0;
  let high = low;
  let sorted = true;
  for (let i = 1; i < fibres.length; i++) {
    const fibre = fibres[i]!;
    if (fibre < fibres[i - 1]!) sorted = false;
    if (fibre < low) low = fibre;
    else if (fibre > high) high = fibre;
  }
  if (sorted) return order;
  // Few entries would take longer to count into many buckets than to sort.
  const bits = fibres.length < 2 ** 16 ? 8 : 16;
  const starts = new Uint32Array(2 ** bits);
  const mask = 2 ** bits - 1;
  let next = new Uint32Array(order.length);
  for (let shift = 0; shift < 32 && (high - low) >>> shift > 0; shift += bits) {
    starts.fill(0);
    for (let i = 0; i < fibres.length; i++) starts[((fibres[i]! - low) >>> shift) & mask]!++;
    for (let bucket = 0, sum = 0; bucket < starts.length; bucket++) {
      const count = starts[bucket]!;
      starts[bucket] = sum;
      sum += count;
    }
    for (let i = 0; i < order.length; i++) {
      const entry = order[i]!;
      next[starts[((fibres[entry]! - low) >>> shift) & mask]!++] = entry;
    }
    [order, next] = [next, order];
  }
  return order;
}
