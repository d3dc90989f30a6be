import type { ViteUserConfig } from "vitest/config";

export function preset(options?: ViteUserConfig["test"]): ViteUserConfig;
