/** Every number of CDN, DCDN, EdgeOne and of the signatures, by what a client sees with it and with another value. */
import { expect, test } from "vitest";
import { type Answer, alibaba, tencent } from "./clients.ts";
import { type LimitCase as Case, NOW, SiteId, ZoneId, describeLimits, useBench } from "./settings.ts";

const bench = useBench({
  services: {
    teo: {
      zones: [
        {
          zoneId: ZoneId,
          zoneName: "example.net",
          account: "100012345678",
          domains: ["*.example.net"],
          features: ["cacheTag", "edgePrefetch"],
        },
      ],
    },
  },
});
const { teo } = bench;
const later = (ms: number): Promise<unknown> => bench.emulator.control.clock.advance(ms);
const urls = (host: string, count: number): string[] => Array.from({ length: count }, (_, i) => `http://${host}/${i}`);
const firstStatus = ({ body }: Answer): unknown => (body["Tasks"] as { Status: string }[])[0]?.Status;

function ofRefresh(name: "cdn" | "dcdn", actions: Readonly<Record<string, string>>): Record<string, Case> {
  const host = `${name}.example.com`;
  const call = (action: string, parameters: Record<string, string> = {}): Promise<Answer> =>
    alibaba(bench.emulator.endpoint, name, actions[action] ?? "", parameters);
  const code = async (...given: Parameters<typeof call>): Promise<unknown> => (await call(...given)).body["Code"];
  const refresh = (ObjectType: string, lines: string[]): Promise<unknown> =>
    code("refresh", { ObjectType, ObjectPath: lines.join("\n") });
  const lines = (type: string, count: number): string[] =>
    urls(host, count).map((u) => (type === "Directory" ? `${u}/` : u));
  const push = (count: number): Promise<unknown> => code("preload", { ObjectPath: urls(host, count).join("\n") });
  const byTag = (CacheTag: string): Promise<unknown> => code("byTag", { DomainName: host, CacheTag });
  const throttled = name === "cdn" ? "Throttling" : "TooManyRequests";
  const preloadOver = name === "cdn" ? "SingleRequest.OverLimit" : "InvalidObjectPath.ExceedsMaximum";
  const preloadDaily = name === "cdn" ? "QuotaExceeded.Refresh" : "QuotaExceeded.Preload";
  /** How many rows an id has after so long; or its first status. */
  const task = async (
    action: "refresh" | "preload",
    afterMs: number,
    what: "Status" | "TotalCount",
  ): Promise<unknown> => {
    const { body } = await call(action, { ObjectPath: `http://${host}/` });
    const TaskId = String(body["RefreshTaskId"] ?? body["PushTaskId"] ?? body["PreloadTaskId"]);
    await later(afterMs);
    const found = await call("byId", { TaskId });
    return what === "Status" ? firstStatus(found) : found.body["TotalCount"];
  };
  const ids = async (action: "refresh" | "preload"): Promise<number> => {
    const { body } = await call(action, { ObjectPath: urls(host, 3).join("\n") });
    return String(body["RefreshTaskId"] ?? body["PushTaskId"] ?? body["PreloadTaskId"]).split(",").length;
  };
  const rate = (action: string, parameters: Record<string, string> = {}): Case => ({
    to: 0,
    see: () => code(action, parameters),
    usual: undefined,
    after: throttled,
  });
  const types = { file: "File", directory: "Directory", regex: "Regex", ignoreParams: "IgnoreParams" };
  const perType = (kind: string, after: string): [string, Case][] =>
    Object.entries(types).map(([member, type]) => [
      `${name}.${kind}.${member}`,
      { to: 0, see: () => refresh(type, lines(type, 1)), usual: undefined, after },
    ]);
  return {
    ...Object.fromEntries(perType("batch", "SingleRequest.OverLimit")),
    ...Object.fromEntries(perType("daily", "QuotaExceeded.Refresh")),
    [`${name}.domains`]: {
      to: 0,
      see: () => refresh("File", lines("", 1)),
      usual: undefined,
      after: "InvalidParameters",
    },
    [`${name}.urlLength`]: {
      to: 9,
      see: () => refresh("File", lines("", 1)),
      usual: undefined,
      after: "InvalidObjectPath.Malformed",
    },
    [`${name}.urlsPerMinute`]: {
      to: 1,
      see: () => refresh("File", lines("", 2)),
      usual: undefined,
      after: "QuotaPerMinuteExceeded.Refresh",
    },
    [`${name}.refreshQueue`]: {
      to: 1,
      see: () => refresh("File", lines("", 2)),
      usual: undefined,
      after: "TooMany.Refresh",
    },
    [`${name}.tagBatch`]: { to: 1, see: () => byTag("a,b"), usual: undefined, after: "InvalidParameters" },
    [`${name}.preloadBatch`]: { to: 1, see: () => push(2), usual: undefined, after: preloadOver },
    [`${name}.preloadDaily`]: { to: 1, see: () => push(2), usual: undefined, after: preloadDaily },
    [`${name}.preloadQueue`]: { to: 1, see: () => push(2), usual: undefined, after: "PreloadQueueFull" },
    [`${name}.refreshMerge`]: { to: 2, see: () => ids("refresh"), usual: 1, after: 2 },
    [`${name}.preloadMerge`]: { to: 2, see: () => ids("preload"), usual: 1, after: 2 },
    [`${name}.refreshPerSecond`]: rate("refresh", { ObjectPath: `http://${host}/` }),
    [`${name}.preloadPerSecond`]: rate("preload", { ObjectPath: `http://${host}/` }),
    [`${name}.tasksPerSecond`]: rate("tasks"),
    [`${name}.taskByIdPerSecond`]: rate("byId", { TaskId: "1" }),
    [`${name}.quotaPerSecond`]: rate("quota"),
    [`${name}.pageSize`]: {
      to: 10,
      see: () => code("tasks", { PageSize: "11" }),
      usual: undefined,
      after: "InvalidPageSize",
    },
    [`${name}.idsPerCall`]: {
      to: 1,
      see: () => code("byId", { TaskId: "1,2" }),
      usual: undefined,
      after: "InvalidParameters",
    },
    [`${name}.refreshMs`]: {
      to: 9000,
      see: () => task("refresh", 5000, "Status"),
      usual: "Complete",
      after: "Refreshing",
    },
    [`${name}.preloadMs`]: {
      to: 9000,
      see: () => task("preload", 5000, "Status"),
      usual: "Failed",
      after: "Refreshing",
    },
    [`${name}.listingDelayMs`]: { to: 500, see: () => task("refresh", 0, "TotalCount"), usual: 1, after: 0 },
    [`${name}.historyMs`]: { to: 1000, see: () => task("refresh", 2000, "TotalCount"), usual: 1, after: 0 },
    [`${name}.resetHour`]: {
      to: 6,
      see: async () => {
        await bench.emulator.control.clock.freeze("2026-11-22T21:30:00Z");
        await push(1);
        await later(3_600_000);
        return (await call("quota")).body["PreloadRemain"];
      },
      usual: "999",
      after: "1000",
    },
  };
}

const target: Record<string, (count: number) => string[]> = {
  purge_url: (count) => urls("www.example.net", count),
  purge_prefix: (count) => urls("www.example.net", count),
  purge_host: (count) => Array.from({ length: count }, (_, i) => `h${i}.example.net`),
  purge_cache_tag: (count) => urls("t", count),
};
const teoPurge = async (Type: string, count: number): Promise<unknown> => {
  const Targets = target[Type]?.(count);
  return (await teo("CreatePurgeTask", { ZoneId, Type, ...(Targets ? { Targets } : {}) })).Error?.Code;
};
const teoPrefetch = async (type: string, count: number): Promise<unknown> => {
  const Mode = type === "prefetch_edge" ? "edge" : "default";
  return (await teo("CreatePrefetchTask", { ZoneId, Mode, Targets: urls("www.example.net", count) })).Error?.Code;
};
const teoQuota = async (type: string): Promise<{ Batch: number; Daily: number } | undefined> => {
  const { PurgeQuota, PrefetchQuota } = await teo("DescribeContentQuota", { ZoneId });
  const rows = [PurgeQuota, PrefetchQuota].flat() as { Type: string; Batch: number; Daily: number }[];
  return rows.find(({ Type }) => Type === type);
};
const teoTask = async (
  kind: "Purge" | "Prefetch",
  afterMs: number,
  what: "Status" | "TotalCount",
): Promise<unknown> => {
  const input = { ZoneId, Targets: ["http://www.example.net/"], ...(kind === "Purge" ? { Type: "purge_url" } : {}) };
  const { JobId } = await teo(`Create${kind}Task`, input);
  await later(afterMs);
  const found = await teo(`Describe${kind}Tasks`, { ZoneId, Filters: [{ Name: "job-id", Values: [JobId] }] });
  return what === "Status" ? (found["Tasks"] as { Status: string }[])[0]?.Status : found["TotalCount"];
};
const range = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-22T13:00:00Z" };
const describePurges = async (input: object): Promise<unknown> =>
  (await teo("DescribePurgeTasks", { ZoneId, ...range, ...input })).Error?.Code;
const wrong = "InvalidParameter.ParameterError";

const ofTeo: Record<string, Case> = {
  ...Object.fromEntries(
    [...Object.keys(target), "purge_all", "prefetch_url", "prefetch_edge"].flatMap((type): [string, Case][] => {
      const send = (count: number) => (): Promise<unknown> =>
        type.startsWith("prefetch") ? teoPrefetch(type, count) : teoPurge(type, count);
      const count = type === "purge_all" ? 1 : 2;
      return [
        [`teo.${type}.batch`, { to: count - 1, see: send(count), usual: undefined, after: "LimitExceeded.BatchQuota" }],
        [`teo.${type}.daily`, { to: count - 1, see: send(count), usual: undefined, after: "LimitExceeded.DailyQuota" }],
      ];
    }),
  ),
  "teo.perSecond": {
    to: 0,
    see: async () => (await teo("DescribeZones", {})).Error?.Code,
    usual: undefined,
    after: "RequestLimitExceeded",
  },
  "teo.windowMs": { to: 3_600_000, see: () => describePurges({}), usual: undefined, after: wrong },
  "teo.pageSize": { to: 10, see: () => describePurges({ Limit: 11 }), usual: undefined, after: wrong },
  "teo.filterValues": {
    to: 1,
    see: () => describePurges({ Filters: [{ Name: "statuses", Values: ["success", "failed"] }] }),
    usual: undefined,
    after: wrong,
  },
  "teo.historyMs": { to: 1000, see: () => teoTask("Purge", 2000, "TotalCount"), usual: 1, after: 0 },
  "teo.purgeMs": { to: 9000, see: () => teoTask("Purge", 5000, "Status"), usual: "success", after: "processing" },
  "teo.prefetchMs": { to: 9000, see: () => teoTask("Prefetch", 5000, "Status"), usual: "invalid", after: "processing" },
  "teo.listingDelayMs": { to: 500, see: () => teoTask("Purge", 0, "TotalCount"), usual: 1, after: 0 },
  "teo.quotaResetHour": {
    to: 6,
    see: async () => {
      await bench.emulator.control.clock.freeze("2026-11-22T21:30:00Z");
      await teoPurge("purge_host", 1);
      await later(3_600_000);
      const { PurgeQuota } = await teo("DescribeContentQuota", { ZoneId });
      return (PurgeQuota as { Type: string; DailyAvailable: number }[]).find(({ Type }) => Type === "purge_host")
        ?.DailyAvailable;
    },
    usual: 9999,
    after: 10_000,
  },
};

const signedAgo = async (ms: number): Promise<unknown> => {
  await bench.emulator.control.settings.switches({ "auth.timeReference": "emulator" });
  const date = new Date(Date.parse(NOW) - ms).toISOString().replace(/\.\d+/, "");
  return (await alibaba(bench.emulator.endpoint, "esa", "GetSite", { SiteId }, { date })).body["Code"];
};

const signedAgoTc3 = async (ms: number): Promise<unknown> => {
  await bench.emulator.control.settings.switches({ "auth.timeReference": "emulator" });
  const timestamp = (Date.parse(NOW) - ms) / 1000;
  return (await tencent(bench.emulator.endpoint, "DescribeZones", {}, { timestamp })).response.Error?.Code;
};

const ofOthers: Record<string, Case> = {
  "auth.tc3WindowMs": {
    to: 1000,
    see: () => signedAgoTc3(2000),
    usual: undefined,
    after: "AuthFailure.SignatureExpire",
  },
  "auth.acs3WindowMs": { to: 1000, see: () => signedAgo(2000), usual: undefined, after: "InvalidTimeStamp.Expired" },
};
/** These have tests of their own: switches-alibaba.test.ts, edge.test.ts. */
const elsewhere = ["http.maxUrlBytes", "edge.negativeTtl", "edge.originTimeoutMs", "edge.lateNodeMs"];

describeLimits(bench, ["cdn.", "dcdn.", "teo.", "auth.", "openplatform."], {
  "openplatform.perSecond": {
    to: 0,
    see: async () =>
      (await alibaba(bench.emulator.endpoint, "openplatform", "AuthorizeFileUpload", { Product: "ESA" })).body["Code"],
    usual: undefined,
    after: "Throttling.User",
  },
  "cdn.olderDaily.file": {
    to: 7,
    see: async () => {
      await bench.emulator.control.settings.switches({ "cdn.dailyFiles": "older" });
      return (await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota")).body["UrlQuota"];
    },
    usual: "2000",
    after: "7",
  },
  ...ofRefresh("cdn", {
    refresh: "RefreshObjectCaches",
    byTag: "RefreshObjectCacheByCacheTag",
    preload: "PushObjectCache",
    tasks: "DescribeRefreshTasks",
    byId: "DescribeRefreshTaskById",
    quota: "DescribeRefreshQuota",
  }),
  ...ofRefresh("dcdn", {
    refresh: "RefreshDcdnObjectCaches",
    byTag: "RefreshDcdnObjectCacheByCacheTag",
    preload: "PreloadDcdnObjectCaches",
    tasks: "DescribeDcdnRefreshTasks",
    byId: "DescribeDcdnRefreshTaskById",
    quota: "DescribeDcdnRefreshQuota",
  }),
  ...ofTeo,
  ...ofOthers,
});

test("there is no limit of another family but those that other files try", async () => {
  const { limits } = await bench.emulator.control.settings.get();
  const others = limits.filter(({ name }) => !/^(esa|cdn|dcdn|teo|openplatform|auth)\./.test(name));
  expect(others.map(({ name }) => name).sort()).toEqual(elsewhere.toSorted());
});

test("EdgeOne tells its limits", async () => {
  await bench.emulator.control.settings.limits({ "teo.purge_host.batch": 3, "teo.purge_host.daily": 4 });
  expect(await teoQuota("purge_host")).toMatchObject({ Batch: 3, Daily: 4 });
});
