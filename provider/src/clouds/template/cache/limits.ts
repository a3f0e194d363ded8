/** What the service takes, as data. A real one names its source: https://…, read 2026-11-28. */
import type { Pace } from "../../../core/rate-limit.ts";
import type { KindRules } from "../../../triggers/service.ts";

export const purgeTypes = ["url"] as const;
export type PurgeType = (typeof purgeTypes)[number];

export const purgeLimits: Readonly<Record<PurgeType, KindRules>> = {
  url: { perCall: 10, bytesPerCall: 1 << 20, noun: "file", listed: "always" },
};

/** 20 calls a second for each operation. */
export function pace(_action: string): Pace {
  return { calls: 20, perMs: 1000 };
}

/** How long it lists a task. */
export const memoryMs = 24 * 3600 * 1000;
export const pageSize = 100;
