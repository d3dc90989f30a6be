/** What `spawnSync` takes, of which `cwd` and `env` have defaults. */
export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly [name: string]: unknown;
}

/** The folder of the repository. */
export const root: string;

/** A program ended badly; it has said why itself, so that its message is one line and needs no stack. */
export class Failure extends Error {}

/** Prints what is being done. */
export function say(text: string): void;

/** Runs a program to its end, its output shown. Throws a `Failure` unless it succeeds. */
export function run(command: string, args: readonly string[], options?: ProcessOptions): void;

/** Runs a program to its end and returns what it printed, whatever the status. */
export function capture(
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): { status: number; stdout: string; stderr: string };

/** The program of an installed package, to be started with Node: the command named like the package, or its first. */
export function tool(packageName: string): string;

/** Runs the program of an installed package with this Node. */
export function runTool(packageName: string, args: readonly string[], options?: ProcessOptions): void;

/** npm's own program: the one that started us, else the one beside this Node. */
export function npm(): string;

export function runNpm(args: readonly string[], options?: ProcessOptions): void;

/** Runs `body` and returns what it returned and the seconds that it took. */
export function timed<T>(body: () => T | Promise<T>): Promise<{ value: T; seconds: number }>;
