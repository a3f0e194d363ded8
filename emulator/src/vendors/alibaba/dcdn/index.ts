/** Alibaba Cloud DCDN with Edge Routine, API version 2018-01-15. */
import { defineSwitch } from "../../../ports/settings.ts";
import * as errors from "../refresh/errors.ts";
import type { Flavor } from "../refresh/flavor.ts";
import { allLimits, flavorLimits } from "../refresh/limits.ts";
import { describeTaskById, describeTasks } from "../refresh/listing.ts";
import { openRefresh, refreshErrors, refreshResources } from "../refresh/open.ts";
import { describeQuota, preloadObjects, refreshByTag, refreshObjects } from "../refresh/operations.ts";
import { commonSwitches, flavorSwitches } from "../refresh/switches.ts";
import { dcdnCatalog, dcdnTexts, tooManyRequests } from "./errors.ts";
import type { AlibabaService } from "../product.ts";
import { postQuery } from "../settings.ts";

const edgeRoutineTasks = defineSwitch({
  name: "dcdn.edgeRoutineTasks",
  values: ["listed", "unlisted"],
  basis: "UNVERIFIED",
  about: "Whether the task operations know the ids of RefreshErObjectCaches and RefreshErObjectCachesByCacheTag.",
});

const flavor: Flavor = {
  name: "dcdn",
  limits: flavorLimits(
    "dcdn",
    "Alibaba Cloud DCDN API 2018-01-15: RefreshDcdnObjectCaches, PreloadDcdnObjectCaches, DescribeDcdnRefresh*",
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
      preloadQueue: 100_000,
      refreshMerge: 2000,
      preloadMerge: 500,
      refreshPerSecond: 30,
      preloadPerSecond: 15,
      tasksPerSecond: 5,
      taskByIdPerSecond: 30,
      quotaPerSecond: 20,
      pageSize: 50,
      idsPerCall: 10,
      refreshMs: 2000,
      preloadMs: 3000,
      listingDelayMs: 0,
      historyMs: 3 * 86_400_000,
      resetHour: 0,
    },
    ["tagBatch", "refreshQueue", "refreshMs", "preloadMs", "listingDelayMs", "resetHour"],
  ),
  switches: flavorSwitches("dcdn"),
  listWrapper: "Task",
  listedTypes: {
    file: "file",
    // the vendor's own word here, and only in this listing
    directory: "path",
    regex: "regex",
    ignoreparams: "ignoreparams",
    tag: "tag",
    preload: "preload",
  },
  percent: String,
  descriptions: {
    status: "OriginReturn StatusCode 5XX",
    timeout: "OriginTimeout",
    internal: "InternalError",
  },
  idDigits: [8, 11],
  preloadOverBatch: errors.objectPathExceeds,
  preloadOverDaily: errors.preloadQuota,
  quotaHasPreloadEdge: false,
  throttled: () => tooManyRequests,
};

export const dcdn: AlibabaService = {
  name: "dcdn",
  product: "dcdn",
  version: "2018-01-15",
  postQuery,
  settings: {
    switches: [edgeRoutineTasks, ...commonSwitches(flavor.switches), flavor.switches.edgeRoutineDomains],
    limits: allLimits(flavor.limits),
    texts: dcdnTexts,
  },
  defaultSeed: {
    domains: ["dcdn.example.com", "er.example.com"].map((domain) => ({ domain, account: "1234567890123456" })),
  },
  catalog: dcdnCatalog,
  errors: refreshErrors(flavor),
  resources: refreshResources(flavor),
  open: (tenant, seed) => {
    const edgeRoutine = { unlisted: () => tenant.settings.switch(edgeRoutineTasks) === "unlisted" };
    return openRefresh(flavor, tenant, seed, (refresh) => ({
      RefreshDcdnObjectCaches: refreshObjects(refresh),
      RefreshDcdnObjectCacheByCacheTag: refreshByTag(refresh, "DomainName"),
      RefreshErObjectCaches: refreshObjects(refresh, { edgeRoutine }),
      RefreshErObjectCachesByCacheTag: refreshByTag(refresh, "Domain", { edgeRoutine }),
      PreloadDcdnObjectCaches: preloadObjects(refresh, "PreloadTaskId"),
      DescribeDcdnRefreshTasks: describeTasks(refresh, ["file", "directory", "preload"]),
      DescribeDcdnRefreshTaskById: describeTaskById(refresh),
      DescribeDcdnRefreshQuota: describeQuota(refresh),
    }));
  },
};
