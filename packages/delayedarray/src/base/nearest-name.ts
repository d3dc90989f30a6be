/** Changes that a typing error takes at most, for each three letters of the name. */
const LETTERS_PER_CHANGE = 3;

/** Shorter names are part of too many others to say anything. */
const LEAST_PART = 4;

/**
 * The name that was probably meant: the one that differs least, in few letters or only in how they are capitalised, or the
 * only one that the given name is a part of, as `s3.region` is of `vfs.s3.region`.
 *
 * @returns `undefined` when none is near
 */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / LETTERS_PER_CHANGE)) + 1;
  const around: string[] = [];
  for (const name of names) {
    const known = name.toLowerCase();
    if (wanted.length >= LEAST_PART && known.includes(wanted)) around.push(name);
    const changes = changesBetween(wanted, known, least);
    if (changes < least) {
      least = changes;
      nearest = name;
    }
  }
  return nearest ?? (around.length === 1 ? around[0] : undefined);
}

/**
 * Letters that have to be put in, taken out or replaced to get from one text to the other; neighbours that changed places are
 * one change (the distance of Damerau and Levenshtein, in its restricted form).
 *
 * @param limit - from here on how many there are does not matter
 */
function changesBetween(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      let changes = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwapped) changes = Math.min(changes, before[j - 2]! + 1);
      row.push(changes);
    }
    before = last;
    last = row;
  }
  return last[to.length]!;
}
