/** Alibaba Cloud CDN, API version 2018-05-10. */
import { defineSwitch } from "../../../ports/settings.ts";
import * as errors from "../refresh/errors.ts";
import type { Flavor } from "../refresh/flavor.ts";
import { allLimits, flavorLimits } from "../refresh/limits.ts";
import { describeTaskById, describeTasks } from "../refresh/listing.ts";
import { openRefresh, refreshErrors, refreshResources } from "../refresh/open.ts";
import { describeQuota, preloadObjects, refreshByTag, refreshObjects } from "../refresh/operations.ts";
import { commonSwitches, flavorSwitches } from "../refresh/switches.ts";
import { cdnCatalog, cdnTexts, throttling } from "./errors.ts";
import type { AlibabaService } from "../product.ts";
import { postQuery } from "../settings.ts";

const throttleStatus = defineSwitch({
  name: "cdn.throttleStatus",
  values: ["503", "400", "429"],
  basis: "CHOICE",
  about: "HTTP status of a Throttling error: old gateways answer 503, newer ones 400 or 429.",
});

const olderDaily: Flavor["olderDaily"] & object = {
  pages: defineSwitch({
    name: "cdn.dailyFiles",
    values: ["newer", "older"],
    basis: "UNVERIFIED",
    about:
      "Files a day: as the newer pages have it (`cdn.daily.file`), or as RefreshObjectCaches' older page (`cdn.olderDaily.file`).",
  }),
  files: {
    name: "cdn.olderDaily.file",
    value: 2_000,
    source: "Alibaba Cloud CDN, RefreshObjectCaches, older page: 2,000 URLs and 100 directories each day",
    readOn: "2026-11-22",
  },
};

const flavor: Flavor = {
  name: "cdn",
  olderDaily,
  limits: flavorLimits(
    "cdn",
    "Alibaba Cloud CDN API 2018-05-10: RefreshObjectCaches, PushObjectCache, DescribeRefresh*",
    {
      batch: { File: 1000, Directory: 100, Regex: 1, IgnoreParams: 100 },
      daily: { File: 10_000, Directory: 100, Regex: 20, IgnoreParams: 100 },
      domains: 10,
      urlLength: 1024,
      urlsPerMinute: 1000,
      refreshQueue: 100_000,
      tagBatch: 1000,
      preloadBatch: 100,
      preloadDaily: 1000,
      preloadQueue: 50_000,
      refreshMerge: 2000,
      preloadMerge: 500,
      refreshPerSecond: 50,
      preloadPerSecond: 50,
      tasksPerSecond: 10,
      taskByIdPerSecond: 30,
      quotaPerSecond: 20,
      pageSize: 100,
      idsPerCall: 10,
      refreshMs: 2000,
      preloadMs: 3000,
      listingDelayMs: 0,
      historyMs: 3 * 86_400_000,
      resetHour: 0,
    },
    ["tagBatch", "refreshQueue", "refreshMs", "preloadMs", "listingDelayMs"],
  ),
  switches: flavorSwitches("cdn"),
  listWrapper: "CDNTask",
  listedTypes: {
    file: "file",
    directory: "directory",
    regex: "regex",
    ignoreparams: "ignoreparams",
    tag: "tag",
    preload: "preload",
  },
  percent: (percent) => `${percent}%`,
  descriptions: {
    status: "Origin Return StatusCode 5XX",
    timeout: "Origin Timeout",
    internal: "Internal Error",
  },
  idDigits: [9, 11],
  preloadOverBatch: errors.overLimit,
  // the documents give this code for pushes too
  preloadOverDaily: errors.refreshQuota,
  quotaHasPreloadEdge: true,
  throttled: (settings) => throttling.with({ status: Number(settings.switch(throttleStatus)) }),
};

export const cdn: AlibabaService = {
  name: "cdn",
  product: "Cdn",
  version: "2018-05-10",
  postQuery,
  settings: {
    switches: [throttleStatus, olderDaily.pages, ...commonSwitches(flavor.switches)],
    limits: [...allLimits(flavor.limits), olderDaily.files],
    texts: cdnTexts,
  },
  defaultSeed: {
    domains: ["cdn.example.com", "static.example.com"].map((domain) => ({ domain, account: "1234567890123456" })),
  },
  catalog: cdnCatalog,
  errors: refreshErrors(flavor),
  resources: refreshResources(flavor),
  open: (tenant, seed) =>
    openRefresh(flavor, tenant, seed, (refresh) => ({
      RefreshObjectCaches: refreshObjects(refresh),
      RefreshObjectCacheByCacheTag: refreshByTag(refresh, "DomainName"),
      PushObjectCache: preloadObjects(refresh, "PushTaskId"),
      DescribeRefreshTasks: describeTasks(refresh, ["file", "directory", "regex", "ignoreparams", "preload"]),
      DescribeRefreshTaskById: describeTaskById(refresh),
      DescribeRefreshQuota: describeQuota(refresh),
    })),
};
