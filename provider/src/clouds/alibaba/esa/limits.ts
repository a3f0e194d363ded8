/** What ESA takes, as data. */
import type { Pace } from "../../../core/rate-limit.ts";
import type { KindRules } from "../../../triggers/service.ts";

export const purgeTypes = [
  "file",
  "cachekey",
  "cachetag",
  "directory",
  "ignoreParams",
  "hostname",
  "purgeall",
] as const;
export type PurgeType = (typeof purgeTypes)[number];

/**
 * The console's limits, which the API shares.
 * Source: https://help.aliyun.com/zh/edge-security-acceleration/esa/user-guide/purge-cache, read 2026-11-22.
 */
const megabyte = 1 << 20;
const byUrl = { hostsPerCall: 10, bytesPerCall: 2 * megabyte, listed: "always" } as const;

export const purgeLimits: Readonly<Record<PurgeType, KindRules>> = {
  file: { ...byUrl, perCall: 1000, noun: "file" },
  // DescribePurgeTasks has no type for cache keys, so it is not sure that it lists them.
  cachekey: { ...byUrl, perCall: 1000, noun: "cache key", listed: "maybe", opaqueRows: true },
  cachetag: { perCall: 30, bytesPerCall: megabyte, noun: "tag", many: true, listed: "always", literal: true },
  directory: { ...byUrl, perCall: 100, noun: "directory", many: true },
  ignoreParams: { ...byUrl, perCall: 100, noun: "file" },
  hostname: { perCall: 10, bytesPerCall: megabyte, noun: "host", many: true, listed: "always" },
  purgeall: { perCall: 1, bytesPerCall: megabyte, noun: "site", many: true, listed: "always", everything: true },
};

/** Source: https://help.aliyun.com/zh/edge-security-acceleration/esa/user-guide/prefetch-resources, read 2026-11-22. */
export const prefetchLimits: KindRules = { perCall: 100, bytesPerCall: megabyte, noun: "file", listed: "always" };

/** The vendor publishes no rate for ESA; 20 a second is our choice, and throttle answers correct it. */
export function pace(_action: string): Pace {
  return { calls: 20, perMs: 1000 };
}

/** Task lists reach back this far: api-esa-2024-09-10-describepurgetasks, read 2026-11-22. */
export const memoryMs = 3 * 24 * 3600 * 1000;
/** Largest PageSize of DescribePurgeTasks and DescribePreloadTasks. */
export const pageSize = 50;
