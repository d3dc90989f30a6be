/** Makes `.tools/<name>` unless it is there, and returns the path of its Python. */
export function pythonEnvironment(name: string, packages: readonly string[]): string;
