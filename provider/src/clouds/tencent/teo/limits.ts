/** What EdgeOne takes, as data. */
import type { Pace } from "../../../core/rate-limit.ts";
import type { KindRules } from "../../../triggers/service.ts";

export const purgeTypes = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"] as const;
export type PurgeType = (typeof purgeTypes)[number];

const megabyte = 1 << 20;
const always = { bytesPerCall: 4 * megabyte, listed: "always" } as const;

/**
 * The plan decides; `DescribeContentQuota` tells its `Batch`, and where it does not these hold.
 * Source: https://cloud.tencent.com/document/product/1552/57250 (FAQ), read 2026-11-22.
 */
export const purgeLimits: Readonly<Record<PurgeType, KindRules>> = {
  purge_url: { ...always, perCall: 2000, noun: "file" },
  purge_prefix: { ...always, perCall: 1000, noun: "directory", many: true },
  purge_host: { ...always, perCall: 1000, noun: "host", many: true },
  purge_all: { ...always, perCall: 1, noun: "zone", many: true, everything: true },
  purge_cache_tag: { ...always, perCall: 100, noun: "tag", many: true, literal: true },
};

export const prefetchLimits: KindRules = { ...always, perCall: 2000, noun: "file" };

/** 20 calls a second for each operation: https://cloud.tencent.com/document/api/1552/80703, read 2026-11-22. */
export function pace(_action: string): Pace {
  return { calls: 20, perMs: 1000 };
}

/** Lists answer for windows of 7 days. */
export const memoryMs = 7 * 24 * 3600 * 1000;
export const pageSize = 1000;
