/**
 * What CDN and DCDN take in one call.
 * Sources: https://help.aliyun.com/document_detail/91164.html and
 * api-dcdn-2018-01-15-refreshdcdnobjectcaches, read 2026-11-22.
 */
import type { DomainLimit } from "../../../core/pace/limits.ts";
import type { KindRules } from "../../../triggers/service.ts";

/** `ExQuery` and `IgnoreParams` are two words for one thing: CDN's SDKs have the one, its newest page and DCDN the other. */
export const refreshTypes = ["File", "Directory", "Regex", "ExQuery", "IgnoreParams", "CacheTag"] as const;
export type RefreshType = (typeof refreshTypes)[number];

export type ListedType = "file" | "directory" | "regex" | "preload";

const megabyte = 1 << 20;
const byUrl = { hostsPerCall: 10, bytesPerCall: 2 * megabyte, listed: "always" } as const;

export const refreshLimits: Readonly<Record<RefreshType, KindRules>> = {
  File: { ...byUrl, perCall: 1000, noun: "file" },
  Directory: { ...byUrl, perCall: 100, noun: "directory", many: true },
  Regex: { ...byUrl, perCall: 1, noun: "pattern", many: true },
  // Its number a call is not published; its daily quota (100) bounds it anyway.
  ExQuery: { ...byUrl, perCall: 100, noun: "file" },
  IgnoreParams: { ...byUrl, perCall: 100, noun: "file" },
  // Not published either; ESA's number. Whether rows name tags is not documented.
  CacheTag: { perCall: 30, bytesPerCall: megabyte, noun: "tag", many: true, listed: "maybe", opaqueRows: true },
};

export const prefetchRules: KindRules = { perCall: 100, bytesPerCall: megabyte, noun: "file", listed: "always" };

const minute = { perMs: 60_000, readOn: "2026-11-22" } as const;

/** The newest pages have ten times what the SDKs' texts say. */
export const fileWindow: DomainLimit = {
  ...minute,
  readings: [10_000, 1000],
  source: "https://help.aliyun.com/document_detail/91164.html; comments of @alicloud/cdn20180510 and dcdn20180115",
};

export const edgeRoutineFileWindow: DomainLimit = {
  ...minute,
  readings: [1000],
  source: "api-dcdn-2018-01-15-refresherobjectcaches",
};
