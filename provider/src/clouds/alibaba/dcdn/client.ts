/** DCDN's names for the family's operations, its rates, and the edge routine's own operations. */
import type sdk from "@alicloud/dcdn20180115";
import type { Pace } from "../../../core/rate-limit.ts";
import { Slot } from "../../../core/context.ts";
import type { Action } from "../../models.ts";
import { refreshCodes } from "../refresh/errors.ts";
import type { RefreshFamily } from "../refresh/client.ts";
import type { RefreshProduct } from "../refresh/product.ts";
import type { UnreleasedOperations } from "../refresh/unreleased.ts";
import { AlibabaClient, type AlibabaContext } from "../client.ts";

type DcdnAction = Action<sdk.default & UnreleasedOperations>;

const family: RefreshFamily<DcdnAction> = {
  refresh: "RefreshDcdnObjectCaches",
  refreshByTag: "RefreshDcdnObjectCacheByCacheTag",
  push: "PreloadDcdnObjectCaches",
  taskById: "DescribeDcdnRefreshTaskById",
  tasks: "DescribeDcdnRefreshTasks",
  quota: "DescribeDcdnRefreshQuota",
  refreshAsForm: false,
  pageSize: 50,
};

export const edgeRoutine = {
  refresh: "RefreshErObjectCaches",
  refreshByTag: "RefreshErObjectCachesByCacheTag",
} as const satisfies Record<string, DcdnAction>;

/** Calls a second, from each operation's page on https://help.aliyun.com/zh/dcdn/, read 2026-11-22; the lower where pages differ. */
const perSecond: Readonly<Record<string, number>> = {
  RefreshDcdnObjectCaches: 30,
  RefreshErObjectCaches: 30,
  PreloadDcdnObjectCaches: 15,
  DescribeDcdnRefreshTasks: 5,
  DescribeDcdnRefreshTaskById: 30,
  DescribeDcdnRefreshQuota: 20,
};

function pace(action: string): Pace {
  // Not published for the tag operations: a choice that throttle answers correct.
  return { calls: perSecond[action] ?? 20, perMs: 1000 };
}

const slot = new Slot<AlibabaClient>("DCDN client");

export const dcdn: RefreshProduct = {
  module: "dcdn",
  family,
  types: ["File", "Directory", "Regex", "IgnoreParams", "CacheTag"],
  listedTypes: ["file", "directory", "preload"],
  schemeless: false,
  pace,
  client: (context: AlibabaContext) =>
    context.share(
      slot,
      () =>
        new AlibabaClient(
          {
            name: "DCDN",
            version: "2018-01-15",
            endpoint: (config) => config.dcdnEndpoint ?? "dcdn.aliyuncs.com",
            // No page says when its quotas begin anew.
            codes: refreshCodes(undefined),
            pace,
          },
          context,
        ),
    ),
};
