/** CDN's names for the family's operations, and its rates. */
import type sdk from "@alicloud/cdn20180510";
import type { Pace } from "../../../core/rate-limit.ts";
import { Slot } from "../../../core/context.ts";
import type { Action } from "../../models.ts";
import { refreshCodes } from "../refresh/errors.ts";
import type { RefreshFamily } from "../refresh/client.ts";
import type { RefreshProduct } from "../refresh/product.ts";
import { AlibabaClient, type AlibabaContext } from "../client.ts";

const family: RefreshFamily<Action<sdk.default>> = {
  refresh: "RefreshObjectCaches",
  refreshByTag: "RefreshObjectCacheByCacheTag",
  push: "PushObjectCache",
  taskById: "DescribeRefreshTaskById",
  tasks: "DescribeRefreshTasks",
  quota: "DescribeRefreshQuota",
  // The only one whose parameters the vendor's SDK puts in the body.
  refreshAsForm: true,
  pageSize: 100,
};

/** Calls a second, from each operation's page on https://help.aliyun.com/zh/cdn/, read 2026-11-22. */
const perSecond: Readonly<Record<string, number>> = {
  RefreshObjectCaches: 50,
  PushObjectCache: 50,
  DescribeRefreshTasks: 10,
  DescribeRefreshTaskById: 30,
  DescribeRefreshQuota: 20,
};

function pace(action: string): Pace {
  // Not published for the rest (RefreshObjectCacheByCacheTag): a choice that throttle answers correct.
  return { calls: perSecond[action] ?? 20, perMs: 1000 };
}

/** https://www.alibabacloud.com/help/en/cdn/user-guide/quota-management ("replenished at 00:00:00 UTC+8"), read 2026-11-28. */
const quotaResets = "at midnight (UTC+8)";

const slot = new Slot<AlibabaClient>("CDN client");

export const cdn: RefreshProduct = {
  module: "cdn",
  family,
  types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams", "CacheTag"],
  listedTypes: ["file", "directory", "regex", "preload"],
  schemeless: true,
  quotaResets,
  pace,
  client: (context: AlibabaContext) =>
    context.share(
      slot,
      () =>
        new AlibabaClient(
          {
            name: "CDN",
            version: "2018-05-10",
            endpoint: (config) => config.cdnEndpoint ?? "cdn.aliyuncs.com",
            codes: refreshCodes(quotaResets),
            pace,
          },
          context,
        ),
    ),
};
