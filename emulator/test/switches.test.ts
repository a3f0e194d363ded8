/** Every switch, both (all) of its settings, by what a client sees. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: NOW });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const esa = (action: string, parameters: Record<string, string> = {}, method = "POST") =>
  alibaba(emulator.endpoint, "esa", action, { SiteId, ...parameters }, { method });
const esaCode = async (...call: Parameters<typeof esa>): Promise<unknown> => (await esa(...call)).body["Code"];
const teo = async (action: string, input: object): Promise<Record<string, unknown> & { Error?: { Code: string } }> =>
  (await tencent(emulator.endpoint, action, input)).response;
const purgeTags = (...tags: string[]): ReturnType<typeof esa> =>
  esa("PurgeCaches", { Type: "cachetag", Content: JSON.stringify({ CacheTags: tags }) });

/** What a client sees under each setting. The default stands first, as in the definition. */
const cases: Record<string, { see: () => Promise<unknown>; expected: Record<string, unknown> }> = {
  "esa.unconfiguredCacheTag": {
    see: async () => {
      const { RequestId: _, ...rest } = (await esa("GetCacheTag")).body;
      return rest;
    },
    expected: {
      empty: { SiteVersion: 0, TagName: "", CaseInsensitive: "off" },
      absent: { SiteVersion: 0 },
      default: { SiteVersion: 0, TagName: "Cache-Tag", CaseInsensitive: "off" },
    },
  },
  "esa.emptyTagName": {
    see: () => esaCode("UpdateCacheTag", { TagName: "" }),
    expected: { reset: undefined, reject: "InvalidParameter.ArgValue" },
  },
  "esa.omittedFields": {
    see: async () => {
      await esa("UpdateCacheTag", { TagName: "Mine", CaseInsensitive: "on" });
      await emulator.control.clock.advance(1000);
      await esa("UpdateCacheTag", { CaseInsensitive: "off" });
      return (await esa("GetCacheTag")).body["TagName"];
    },
    expected: { unchanged: "Mine", reset: "" },
  },
  "esa.quotaCode": {
    see: async () => {
      await emulator.control.settings.limits({ "esa.quota.enterprise.cachetag": 0 });
      const { status, body } = await purgeTags("a");
      return [status, body["Code"]];
    },
    expected: { QuotaExceeded: [400, "QuotaExceeded"], OverQuota: [403, "Purge.OverQuota"] },
  },
  "esa.throttleCode": {
    see: async () => {
      await emulator.control.settings.limits({ "esa.perSecond": 0 });
      return esaCode("GetCacheTag");
    },
    expected: { TooManyRequests: "TooManyRequests", "Throttling.User": "Throttling.User" },
  },
  "esa.uploadStart": {
    see: async () => {
      const Url = await emulator.control.storage.put("switch.txt", "http://www.example.com/\n");
      const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
      await emulator.control.clock.advance(5000);
      return (await esa("GetUploadTask", { UploadId: String(body["UploadId"]) })).body["Status"];
    },
    expected: { auto: "success", submit: "init" },
  },
  "esa.uploadResubmit": {
    see: async () => {
      const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url: "https://a.com/x" });
      return esaCode("SubmitUploadTask", { UploadId: String(body["UploadId"]) });
    },
    expected: { accept: undefined, refuse: "InvalidParameters" },
  },
  "esa.partialUploadListedAs": {
    see: async () => {
      const Url = await emulator.control.storage.put("switch.txt", "http://www.example.com/\nbad\n");
      await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
      await emulator.control.clock.advance(5000);
      const times = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-23T00:00:00Z" };
      const [task] = (await esa("ListUploadTasks", times)).body["Tasks"] as Record<string, unknown>[];
      return task?.["Status"];
    },
    expected: { Failed: "Failed", Complete: "Complete" },
  },
  "esa.preloadTaskId": {
    see: async () => typeof (await esa("PreloadCaches", { Content: '["http://www.example.com/"]' })).body["TaskId"],
    expected: { string: "string", number: "number" },
  },
  "esa.rows": {
    see: async () => {
      await purgeTags("a", "b", "c");
      return (await esa("DescribePurgeTasks", { Type: "cachetag" })).body["TotalCount"];
    },
    expected: { perTarget: 3, perTask: 1 },
  },
  "cdn.throttleStatus": {
    see: async () => {
      await emulator.control.settings.limits({ "cdn.quotaPerSecond": 0 });
      return (await alibaba(emulator.endpoint, "cdn", "DescribeRefreshQuota")).status;
    },
    expected: { 503: 503, 400: 400, 429: 429 },
  },
  "cdn.tagQuota": {
    see: async () => {
      const parameters = { DomainName: "cdn.example.com", CacheTag: "a,b" };
      await alibaba(emulator.endpoint, "cdn", "RefreshObjectCacheByCacheTag", parameters);
      return (await alibaba(emulator.endpoint, "cdn", "DescribeRefreshQuota")).body["UrlRemain"];
    },
    expected: { url: "9998", none: "10000" },
  },
  "cdn.quotaShape": {
    see: async () => {
      const { UrlQuota, BlockRemain, blockRemain } = (await alibaba(emulator.endpoint, "cdn", "DescribeRefreshQuota"))
        .body;
      return [UrlQuota, BlockRemain, blockRemain];
    },
    expected: { strings: ["10000", "0", undefined], numbers: [10_000, undefined, 0] },
  },
  "dcdn.tagQuota": {
    see: async () => {
      const parameters = { DomainName: "dcdn.example.com", CacheTag: "a,b" };
      await alibaba(emulator.endpoint, "dcdn", "RefreshDcdnObjectCacheByCacheTag", parameters);
      return (await alibaba(emulator.endpoint, "dcdn", "DescribeDcdnRefreshQuota")).body["UrlRemain"];
    },
    expected: { url: "9998", none: "10000" },
  },
  "dcdn.quotaShape": {
    see: async () => (await alibaba(emulator.endpoint, "dcdn", "DescribeDcdnRefreshQuota")).body["DirQuota"],
    expected: { strings: "100", numbers: 100 },
  },
  "dcdn.edgeRoutineTasks": {
    see: async () => {
      const parameters = { ObjectPath: "http://er.example.com/", ObjectType: "File" };
      const { body } = await alibaba(emulator.endpoint, "dcdn", "RefreshErObjectCaches", parameters);
      const TaskId = String(body["RefreshTaskId"]);
      return (await alibaba(emulator.endpoint, "dcdn", "DescribeDcdnRefreshTaskById", { TaskId })).body["TotalCount"];
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
      await emulator.control.origin.publish(page);
      await emulator.control.visit("http://www.example.net/");
      await teo("CreatePurgeTask", { ZoneId, Type: "purge_cache_tag", Targets: ["a"] });
      await emulator.control.clock.advance(1500);
      return (await emulator.control.visit("http://www.example.net/")).cache;
    },
    expected: { delete: "MISS", invalidate: "REVALIDATED" },
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
      return (await alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath })).body["Code"];
    },
    expected: {
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
      "InvalidObjectPath.Size.Malformed": "InvalidObjectPath.Size.Malformed",
    },
  },
  "cdn.preloadQueueStatus": {
    see: async () => {
      await emulator.control.settings.limits({ "cdn.preloadQueue": 0 });
      const ObjectPath = "http://cdn.example.com/";
      const { status, body } = await alibaba(emulator.endpoint, "cdn", "PushObjectCache", { ObjectPath });
      return [status, body["Code"]];
    },
    expected: { 400: [400, "PreloadQueueFull"], 403: [403, "PreloadQueueFull"] },
  },
  "dcdn.longUrlCode": {
    see: async () => {
      const ObjectPath = `http://dcdn.example.com/${"x".repeat(1024)}`;
      return (await alibaba(emulator.endpoint, "dcdn", "RefreshDcdnObjectCaches", { ObjectPath })).body["Code"];
    },
    expected: {
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
      "InvalidObjectPath.Size.Malformed": "InvalidObjectPath.Size.Malformed",
    },
  },
  "dcdn.preloadQueueStatus": {
    see: async () => {
      await emulator.control.settings.limits({ "dcdn.preloadQueue": 0 });
      const ObjectPath = "http://dcdn.example.com/";
      const { status, body } = await alibaba(emulator.endpoint, "dcdn", "PreloadDcdnObjectCaches", { ObjectPath });
      return [status, body["Code"]];
    },
    expected: { 400: [400, "PreloadQueueFull"], 403: [403, "PreloadQueueFull"] },
  },
  "dcdn.edgeRoutineDomainsCode": {
    see: async () => {
      const parameters = { ObjectPath: "http://er.example.com/\nhttp://dcdn.example.com/", ObjectType: "File" };
      return (await alibaba(emulator.endpoint, "dcdn", "RefreshErObjectCaches", parameters)).body["Code"];
    },
    expected: {
      InvalidParameters: "InvalidParameters",
      "InvalidObjectPath.Malformed": "InvalidObjectPath.Malformed",
    },
  },
  "esa.invalidTypeCode": {
    see: () => esaCode("PurgeCaches", { Type: "none", Content: "{}" }),
    expected: { InvalidParameters: "InvalidParameters", InvalidType: "InvalidType" },
  },
  "esa.domainsCode": {
    see: () => {
      const Files = Array.from({ length: 11 }, (_, index) => `http://h${index}.example.com/`);
      return esaCode("PurgeCaches", { Type: "file", Content: JSON.stringify({ Files }) });
    },
    expected: { DomainNameOverLimit: "DomainNameOverLimit", InvalidParameters: "InvalidParameters" },
  },
  "esa.preloadTime": {
    see: async () => {
      await esa("PreloadCaches", { Content: '["http://www.example.com/"]' });
      const [task] = (await esa("DescribePreloadTasks")).body["Tasks"] as Record<string, unknown>[];
      return task?.["CreateTime"];
    },
    expected: { utc: "2026-11-22 12:00:00", "utc+8": "2026-11-22 20:00:00", iso: "2026-11-22T12:00:00Z" },
  },
  "esa.forms": {
    see: async () => (await alibaba(emulator.endpoint, "esa", "GetSite", { SiteId }, { form: true })).body["Code"],
    expected: { read: undefined, ignored: "MissingSiteId" },
  },
  "auth.securityTokenStatus": {
    see: async () => {
      const options = { key: "STS.EMULATOR", token: "another" };
      const { status, body } = await alibaba(emulator.endpoint, "esa", "GetSite", { SiteId }, options);
      return [status, body["Code"]];
    },
    expected: {
      400: [400, "InvalidSecurityToken.MismatchWithAccessKey"],
      403: [403, "InvalidSecurityToken.MismatchWithAccessKey"],
    },
  },
  "alibaba.parameterPrecedence": {
    see: async () => {
      const parameters = { SiteId, SiteVersion: "9" };
      const { body } = await alibaba(emulator.endpoint, "esa", "GetCacheTag", parameters, {
        form: true,
        alsoInQuery: { SiteVersion: "0" },
      });
      return body["Code"];
    },
    expected: { form: "VersionNotValid", query: undefined },
  },
  "rate.countRejectedCalls": {
    see: async () => {
      await emulator.control.settings.limits({ "teo.perSecond": 1 });
      await teo("DescribeZones", {});
      await teo("DescribeZones", {});
      const { response } = await tencent(emulator.endpoint, "DescribeZones", {});
      return /equals to `(\d+)`/.exec(response.Error?.Message ?? "")?.[1];
    },
    expected: { on: "3", off: "2" },
  },
};
/** These have tests of their own, in auth.test.ts. */
const elsewhere = ["auth.timeReference", "auth.tc3StrictService"];

describe.each(Object.entries(cases))("%s", (name, { see, expected }) => {
  test.each(Object.keys(expected))("%s", async (value) => {
    await emulator.control.settings.switches({ [name]: value });
    expect(await see()).toEqual(expected[value]);
  });
});

test("every switch and every setting is tried, and its default is the first", async () => {
  const { switches } = await emulator.control.settings.get();
  const tried = Object.fromEntries(
    Object.entries(cases).map(([name, { expected }]) => [name, Object.keys(expected).sort()]),
  );
  const known = switches.filter(({ name }) => !elsewhere.includes(name));
  expect(Object.fromEntries(known.map(({ name, values }) => [name, [...values].sort()]))).toEqual(tried);
  expect(switches.every(({ value, values }) => value === values[0])).toBe(true);
});

test("unknown names and values are refused with what would be right", async () => {
  await expect(emulator.control.settings.switches({ "esa.rows": "none" })).rejects.toThrow(
    'switch \\"esa.rows\\" takes perTarget | perTask, not \\"none\\"',
  );
  await expect(emulator.control.settings.limits({ "esa.speed": 1 })).rejects.toThrow(
    'no limit is named \\"esa.speed\\"',
  );
});

test("a request line longer than allowed gets 414", async () => {
  await emulator.control.settings.limits({ "http.maxUrlBytes": 8192 });
  const files = (count: number) => JSON.stringify({ Files: Array(count).fill("http://www.example.com/some-page") });
  expect((await esa("PurgeCaches", { Type: "file", Content: files(10) })).status).toBe(200);
  expect((await esa("PurgeCaches", { Type: "file", Content: files(300) })).status).toBe(414);
});
