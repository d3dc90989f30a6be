import { existsSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { pathInRoot, readPages } from "./markdown.js";

const pages = readPages();

test.each(pages.map((page) => [page.path, page] as const))("links of %s lead somewhere", (_, { path, text }) => {
  const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link ?? "");
  for (const link of links.filter((one) => !/^[a-z]+:/.test(one))) {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : posix.join(posix.dirname(path), file);
    expect(existsSync(pathInRoot(target)), `${path}: ${link}`).toBe(true);
    if (anchor === undefined) continue;
    const page = pages.find((one) => one.path === target);
    expect(page && anchorsOf(page.text), `${path}: ${link}`).toContain(anchor);
  }
});

/** The anchors that headings get on GitHub. */
function anchorsOf(text: string): string[] {
  const headings = Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading]) => heading ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
