import { vi } from "vitest";

/** Runs something and gives what it printed besides what it returned. */
export async function withOutput<T>(run: () => Promise<T>): Promise<{ result: T; output: string }> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => {
    lines.push(values.map(String).join(" "));
  });
  try {
    return { result: await run(), output: lines.join("\n") };
  } finally {
    log.mockRestore();
  }
}
