/** A section begins. */
export function heading(title: string): void {
  console.log(`\n${title}\n${"=".repeat(title.length)}`);
}

/** What is done next, and the code that does it. */
export function step(what: string, code?: string): void {
  console.log(`\n${what}`);
  if (code !== undefined) console.log(code.trim().replace(/^\s*/gm, "  > "));
}

/** `42 of 2,000 values` */
export function share(values: number, all: number): string {
  return `${values.toLocaleString("en")} of ${all.toLocaleString("en")} values`;
}
