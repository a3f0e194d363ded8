/** Every switch of CDN, DCDN and EdgeOne, all of its settings, by what a client sees. */
import { expect, test } from "vitest";
import { alibaba, tencent } from "./clients.ts";
import { ZoneId, describeSwitches, useBench } from "./settings.ts";

const bench = useBench();
const { acrossSeconds, teo } = bench;

describeSwitches(bench, ["cdn.", "dcdn.", "teo.", "tencent.", "rate.", "tasks."], {
  "cdn.throttleStatus": {
    see: async () => {
      await bench.emulator.control.settings.limits({ "cdn.quotaPerSecond": 0 });
      return (await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota")).status;
    },
    expected: { 503: 503, 400: 400, 429: 429 },
  },
  "cdn.ignoreParamsWord": {
    see: () => wordsOf("cdn", "RefreshObjectCaches"),
    expected: {
      both: [undefined, undefined],
      ExQuery: [undefined, "InvalidObjectType.Malformed"],
      IgnoreParams: ["InvalidObjectType.Malformed", undefined],
    },
  },
  "dcdn.ignoreParamsWord": {
    see: () => wordsOf("dcdn", "RefreshDcdnObjectCaches"),
    expected: {
      IgnoreParams: ["InvalidObjectType.Malformed", undefined],
      both: [undefined, undefined],
      ExQuery: [undefined, "InvalidObjectType.Malformed"],
    },
  },
  "cdn.dailyFiles": {
    see: async () => (await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota")).body["UrlQuota"],
    expected: { newer: "10000", older: "2000" },
  },
  "cdn.tagQuota": {
    see: async () => {
      const parameters = { DomainName: "cdn.example.com", CacheTag: "a,b" };
      await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCacheByCacheTag", parameters);
      return (await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota")).body["UrlRemain"];
    },
    expected: { url: "9998", none: "10000" },
  },
  "cdn.quotaShape": {
    see: async () => {
      const { UrlQuota, BlockRemain, blockRemain } = (
        await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota")
      ).body;
      return [UrlQuota, BlockRemain, blockRemain];
    },
    expected: { strings: ["10000", "0", undefined], numbers: [10_000, undefined, 0] },
  },
  "dcdn.tagQuota": {
    see: async () => {
      const parameters = { DomainName: "dcdn.example.com", CacheTag: "a,b" };
      await alibaba(bench.emulator.endpoint, "dcdn", "RefreshDcdnObjectCacheByCacheTag", parameters);
      return (await alibaba(bench.emulator.endpoint, "dcdn", "DescribeDcdnRefreshQuota")).body["UrlRemain"];
    },
    expected: { url: "9998", none: "10000" },
  },
  "dcdn.quotaShape": {
    see: async () => (await alibaba(bench.emulator.endpoint, "dcdn", "DescribeDcdnRefreshQuota")).body["DirQuota"],
    expected: { strings: "100", numbers: 100 },
  },
  "dcdn.edgeRoutineTasks": {
    see: async () => {
      const parameters = { ObjectPath: "http://er.example.com/", ObjectType: "File" };
      const { body } = await alibaba(bench.emulator.endpoint, "dcdn", "RefreshErObjectCaches", parameters);
      const TaskId = String(body["RefreshTaskId"]);
      return (await alibaba(bench.emulator.endpoint, "dcdn", "DescribeDcdnRefreshTaskById", { TaskId })).body[
        "TotalCount"
      ];
    },
    expected: { listed: 1, unlisted: 0 },
  },
  "teo.zoneNotFound": {
    see: async () => (await teo("DescribeContentQuota", { ZoneId: "zone-0" })).Error?.Code,
    expected: {
      "InvalidParameter.ZoneNotFound": "InvalidParameter.ZoneNotFound",
      "InvalidParameterValue.ZoneNotFound": "InvalidParameterValue.ZoneNotFound",
      "ResourceNotFound.ZoneNotFound": "ResourceNotFound.ZoneNotFound",
      "ResourceUnavailable.ZoneNotFound": "ResourceUnavailable.ZoneNotFound",
      "InvalidParameter.DomainNotFound": "InvalidParameter.DomainNotFound",
    },
  },
  "teo.invalidType": {
    see: async () => (await teo("CreatePurgeTask", { ZoneId, Type: "x" })).Error?.Code,
    expected: {
      "InvalidParameter.ParameterError": "InvalidParameter.ParameterError",
      InvalidParameterValue: "InvalidParameterValue",
    },
  },
  "teo.allTargetsFailed": {
    see: async () => {
      const answer = await teo("CreatePurgeTask", { ZoneId, Type: "purge_host", Targets: ["x.org"] });
      const { Error: error, JobId, FailedList } = answer;
      return error?.Code ?? [String(JobId).length, FailedList];
    },
    expected: {
      error: "InvalidParameter.Target",
      job: [12, [{ Reason: "domain not valid", Targets: ["x.org"] }]],
      emptyJob: [0, [{ Reason: "domain not valid", Targets: ["x.org"] }]],
    },
  },
  "teo.cacheTagDomains": {
    see: async () => (await teo("CreatePurgeTask", { ZoneId, Type: "purge_cache_tag", Targets: ["a"] })).Error?.Code,
    expected: { optional: undefined, required: "InvalidParameter.ParameterError" },
  },
  "teo.tagPurge": {
    see: async () => {
      const page = { host: "www.example.net", path: "/", body: "x", headers: { "cache-tag": "a" } };
      await bench.emulator.control.origin.publish(page);
      await bench.emulator.control.visit("http://www.example.net/");
      await teo("CreatePurgeTask", { ZoneId, Type: "purge_cache_tag", Targets: ["a"] });
      await bench.emulator.control.clock.advance(1500);
      return (await bench.emulator.control.visit("http://www.example.net/")).cache;
    },
    expected: { delete: "MISS", invalidate: "REVALIDATED" },
  },
  "teo.deniedCode": {
    see: async () => {
      await bench.emulator.control.faults.add({ kind: "permissionDenied" });
      return (await teo("DescribeZones", {})).Error?.Code;
    },
    expected: {
      "UnauthorizedOperation.CamUnauthorized": "UnauthorizedOperation.CamUnauthorized",
      "AuthFailure.UnauthorizedOperation": "AuthFailure.UnauthorizedOperation",
    },
  },
  "teo.emptyFailedList": {
    see: async () => (await teo("CreatePurgeTask", { ZoneId, Type: "purge_all" }))["FailedList"],
    expected: { array: [], null: null },
  },
  "teo.purgeAllTarget": {
    see: async () => {
      const { JobId } = await teo("CreatePurgeTask", { ZoneId, Type: "purge_all" });
      const Filters = [{ Name: "job-id", Values: [JobId] }];
      const [row] = (await teo("DescribePurgeTasks", { ZoneId, Filters }))["Tasks"] as Record<string, unknown>[];
      return row?.["Target"];
    },
    expected: { empty: "", zone: "example.net" },
  },
  "teo.tagQuotaRow": {
    see: async () => {
      const quota = (await teo("DescribeContentQuota", { ZoneId }))["PurgeQuota"] as { Type: string }[];
      return quota.some(({ Type }) => Type === "purge_cache_tag");
    },
    expected: { shown: true, hidden: false },
  },
  "cdn.longUrlCode": {
    see: async () => {
      const ObjectPath = `http://cdn.example.com/${"x".repeat(1024)}`;
      return (await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath })).body["Code"];
    },
    expected: {
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
      "InvalidObjectPath.Size.Malformed": "InvalidObjectPath.Size.Malformed",
    },
  },
  "cdn.preloadQueueStatus": {
    see: async () => {
      await bench.emulator.control.settings.limits({ "cdn.preloadQueue": 0 });
      const ObjectPath = "http://cdn.example.com/";
      const { status, body } = await alibaba(bench.emulator.endpoint, "cdn", "PushObjectCache", { ObjectPath });
      return [status, body["Code"]];
    },
    expected: { 400: [400, "PreloadQueueFull"], 403: [403, "PreloadQueueFull"] },
  },
  "dcdn.longUrlCode": {
    see: async () => {
      const ObjectPath = `http://dcdn.example.com/${"x".repeat(1024)}`;
      return (await alibaba(bench.emulator.endpoint, "dcdn", "RefreshDcdnObjectCaches", { ObjectPath })).body["Code"];
    },
    expected: {
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
      "InvalidObjectPath.Size.Malformed": "InvalidObjectPath.Size.Malformed",
    },
  },
  "dcdn.preloadQueueStatus": {
    see: async () => {
      await bench.emulator.control.settings.limits({ "dcdn.preloadQueue": 0 });
      const ObjectPath = "http://dcdn.example.com/";
      const { status, body } = await alibaba(bench.emulator.endpoint, "dcdn", "PreloadDcdnObjectCaches", {
        ObjectPath,
      });
      return [status, body["Code"]];
    },
    expected: { 400: [400, "PreloadQueueFull"], 403: [403, "PreloadQueueFull"] },
  },
  "dcdn.edgeRoutineDomainsCode": {
    see: async () => {
      const parameters = { ObjectPath: "http://er.example.com/\nhttp://dcdn.example.com/", ObjectType: "File" };
      return (await alibaba(bench.emulator.endpoint, "dcdn", "RefreshErObjectCaches", parameters)).body["Code"];
    },
    expected: {
      InvalidParameters: "InvalidParameters",
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
    },
  },
  "tencent.traceId": {
    see: async () => {
      const tamper = { "x-tc-traceid": "da708024" };
      return (await tencent(bench.emulator.endpoint, "DescribeZones", {}, { tamper })).headers["x-tc-traceid"];
    },
    expected: { absent: undefined, echoed: "da708024" },
  },
  ...Object.fromEntries(
    (
      [
        ["cdn", "RefreshObjectCacheByCacheTag"],
        ["dcdn", "RefreshDcdnObjectCacheByCacheTag"],
      ] as const
    ).map(([service, action]) => [
      `${service}.unknownTag`,
      {
        see: async () => {
          const host = `${service}.example.com`;
          await bench.emulator.control.origin.publish({ host, path: "/", body: "x", headers: { "cache-tag": "held" } });
          await bench.emulator.control.visit(`http://${host}/`);
          const code = async (CacheTag: string): Promise<unknown> =>
            (await alibaba(bench.emulator.endpoint, service, action, { DomainName: host, CacheTag })).body["Code"];
          return [await code("held"), await code("held,other")];
        },
        expected: { accepted: [undefined, undefined], InvalidParameters: [undefined, "InvalidParameters"] },
      },
    ]),
  ),
  "teo.tagPurgePlan": {
    see: async () => (await teo("CreatePurgeTask", { ZoneId, Type: "purge_cache_tag", Targets: ["a"] })).Error?.Code,
    expected: { asSeeded: undefined, none: "LimitExceeded.PackNotAllow" },
  },
  "teo.quotaLists": {
    see: async () => {
      const { PurgeQuota, PrefetchQuota } = await teo("DescribeContentQuota", { ZoneId });
      return [PurgeQuota, PrefetchQuota].map(Array.isArray);
    },
    expected: { array: [true, true], null: [false, false] },
  },
  "tasks.spelling": {
    see: async () => {
      const Targets = ["http://WWW.example.net/%7Ea%2FB", "https://wrong.example/"];
      const { JobId, FailedList } = await teo("CreatePurgeTask", { ZoneId, Type: "purge_url", Targets });
      const listed = await teo("DescribePurgeTasks", {
        ZoneId,
        Filters: [{ Name: "job-id", Values: [String(JobId)] }],
      });
      return JSON.stringify([FailedList, listed["Tasks"]]).match(/https?:[^"]*/g);
    },
    expected: {
      asSent: ["https://wrong.example/", "http://WWW.example.net/%7Ea%2FB"],
      other: ["https://wrong.example:443/", "http://www.example.net:80/~a%2fB"],
    },
  },
  "rate.countRejectedCalls": {
    see: async () => {
      const { clock, settings } = bench.emulator.control;
      await settings.limits({ "teo.perSecond": 1 });
      const code = async (): Promise<unknown> => (await teo("DescribeZones", {})).Error?.Code;
      const codes = [await code()];
      for (const ms of [600, 500]) {
        await clock.advance(ms);
        codes.push(await code());
      }
      return codes;
    },
    expected: {
      on: [undefined, "RequestLimitExceeded", "RequestLimitExceeded"],
      off: [undefined, "RequestLimitExceeded", undefined],
    },
  },
  "tencent.rateShape": {
    see: () => acrossSeconds("teo.perSecond", async () => (await teo("DescribeZones", {})).Error?.Code),
    expected: { bucket: "RequestLimitExceeded", window: undefined },
  },
});

test.each([
  ["on", "3"],
  ["off", "2"],
] as const)("in a window with rate.countRejectedCalls %s EdgeOne says how many it saw: %s", async (value, seen) => {
  await bench.emulator.control.settings.switches({ "tencent.rateShape": "window", "rate.countRejectedCalls": value });
  await bench.emulator.control.settings.limits({ "teo.perSecond": 1 });
  await teo("DescribeZones", {});
  await teo("DescribeZones", {});
  expect((await teo("DescribeZones", {})).Error?.Message).toContain(`equals to \`${seen}\` in a second`);
});

/** The codes that ExQuery and IgnoreParams are answered with. */
async function wordsOf(service: "cdn" | "dcdn", action: string): Promise<unknown[]> {
  const ask = async (ObjectType: string) => {
    const parameters = { ObjectPath: `http://${service}.example.com/`, ObjectType };
    return (await alibaba(bench.emulator.endpoint, service, action, parameters)).body["Code"];
  };
  return [await ask("ExQuery"), await ask("IgnoreParams")];
}
