import { DelayedArrayError } from "delayedarray";

interface Page {
  readonly document?: {
    createElement(name: "a"): { href: string; download: string; click(): void };
  };
}

/** How long a browser may take to begin a download, in milliseconds. */
const GRACE = 60_000;

/**
 * A target that is downloaded by the browser, as if the user had followed a link to the file.
 *
 * @param fileName - the name that the browser proposes
 * @returns the target for a writer
 * @throws `UNSUPPORTED_FEATURE`, once the file is complete, where there is no page, as in a worker
 */
export function hdf5Download(fileName: string): (file: Blob) => void {
  return (file) => {
    const { document } = globalThis as Page;
    if (document === undefined) {
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${fileName}: there is no page from which to download it; give a path, a file handle or a function that gets the file`,
      );
    }
    const href = URL.createObjectURL(file);
    const link = document.createElement("a");
    link.href = href;
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(href), GRACE);
  };
}
