/** Every switch of Alibaba's wire and of ESA, all of its settings, by what a client sees. */
import { expect, test } from "vitest";
import { alibaba } from "./clients.ts";
import { SiteId, describeSwitches, useBench } from "./settings.ts";

const bench = useBench();
const { acrossSeconds, esa, esaCode, purgeTags } = bench;

// the rest is in auth.test.ts
describeSwitches(
  bench,
  ["esa.", "alibaba.", "auth."],
  {
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
    "esa.managedCacheTag": {
      see: async () => {
        await esa("ActivateVersionManagement");
        return esaCode("UpdateCacheTag", { TagName: "Mine" });
      },
      expected: { allowed: undefined, FunctionConflict: "FunctionConflict" },
    },
    "esa.emptyTagName": {
      see: () => esaCode("UpdateCacheTag", { TagName: "" }),
      expected: { reset: undefined, reject: "InvalidParameter.ArgValue" },
    },
    "esa.omittedFields": {
      see: async () => {
        await esa("UpdateCacheTag", { TagName: "Mine", CaseInsensitive: "on" });
        await bench.emulator.control.clock.advance(1000);
        await esa("UpdateCacheTag", { CaseInsensitive: "off" });
        return (await esa("GetCacheTag")).body["TagName"];
      },
      expected: { unchanged: "Mine", reset: "" },
    },
    "esa.quotaCode": {
      see: async () => {
        await bench.emulator.control.settings.limits({ "esa.quota.enterprise.cachetag": 0 });
        const { status, body } = await purgeTags("a");
        return [status, body["Code"]];
      },
      expected: { QuotaExceeded: [400, "QuotaExceeded"], OverQuota: [403, "Purge.OverQuota"] },
    },
    "esa.throttleCode": {
      see: async () => {
        await bench.emulator.control.settings.limits({ "esa.perSecond": 0 });
        return esaCode("GetCacheTag");
      },
      expected: { TooManyRequests: "TooManyRequests", "Throttling.User": "Throttling.User" },
    },
    "esa.uploadStart": {
      see: async () => {
        const Url = await bench.emulator.control.storage.put("switch.txt", "http://www.example.com/\n");
        const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
        await bench.emulator.control.clock.advance(5000);
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
        const Url = await bench.emulator.control.storage.put("switch.txt", "http://www.example.com/\nbad\n");
        await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
        await bench.emulator.control.clock.advance(5000);
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
      see: async () =>
        (await alibaba(bench.emulator.endpoint, "esa", "GetSite", { SiteId }, { form: true })).body["Code"],
      expected: { read: undefined, ignored: "MissingSiteId" },
    },
    "auth.securityTokenStatus": {
      see: async () => {
        const options = { key: "STS.EMULATOR", token: "another" };
        const { status, body } = await alibaba(bench.emulator.endpoint, "esa", "GetSite", { SiteId }, options);
        return [status, body["Code"]];
      },
      expected: {
        400: [400, "InvalidSecurityToken.MismatchWithAccessKey"],
        403: [403, "InvalidSecurityToken.MismatchWithAccessKey"],
      },
    },
    "alibaba.rateShape": {
      see: () => acrossSeconds("esa.perSecond", () => esaCode("GetSite")),
      expected: { bucket: "TooManyRequests", window: undefined },
    },
    "alibaba.parameterPrecedence": {
      see: async () => {
        const parameters = { SiteId, SiteVersion: "9" };
        const { body } = await alibaba(bench.emulator.endpoint, "esa", "GetCacheTag", parameters, {
          form: true,
          alsoInQuery: { SiteVersion: "0" },
        });
        return body["Code"];
      },
      expected: { form: "VersionNotValid", query: undefined },
    },
    "alibaba.postQuery": {
      see: async () => {
        const parameters = { ObjectPath: "http://cdn.example.com/" };
        const inQuery = await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", parameters);
        const inForm = await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", parameters, { form: true });
        return [inQuery.body["Code"], inForm.body["Code"]];
      },
      expected: { read: [undefined, undefined], ignored: ["MissingParameter", undefined] },
    },
    "esa.cacheKeyTasks": {
      see: async () => {
        const Content = JSON.stringify({ CacheKeys: [{ Url: "http://www.example.com/" }] });
        await esa("PurgeCaches", { Type: "cachekey", Content });
        const { body } = await esa("DescribePurgeTasks", { Type: "cachekey" });
        return body["Code"] ?? body["TotalCount"];
      },
      expected: { listed: 1, unlisted: 0, refused: "InvalidParameters" },
    },
    "esa.purgeAllContent": {
      see: async () => {
        await esa("PurgeCaches", { Type: "purgeall", Content: '{"PurgeAll":true}' });
        const [task] = (await esa("DescribePurgeTasks", { Type: "purgeall" })).body["Tasks"] as Record<
          string,
          unknown
        >[];
        return task?.["Content"];
      },
      expected: { siteName: "example.com", empty: "" },
    },
    "esa.uploadSource": {
      see: async () => {
        // an address that answers with a good line, and is not the emulator's object storage
        await bench.emulator.control.origin.publish({ path: "/lines.txt", body: "http://www.example.com/\n" });
        const Url = `${bench.emulator.origin.url}/lines.txt`;
        const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
        await bench.emulator.control.clock.advance(5000);
        return (await esa("GetUploadTask", { UploadId: String(body["UploadId"]) })).body["Status"];
      },
      expected: { storage: "fail", network: "success" },
    },
    "esa.throttlingStatus": {
      see: async () => {
        await bench.emulator.control.settings.switches({ "esa.throttleCode": "Throttling.User" });
        await bench.emulator.control.settings.limits({ "esa.perSecond": 0 });
        const { status, body } = await esa("GetCacheTag");
        return [status, body["Code"]];
      },
      expected: { 400: [400, "Throttling.User"], 429: [429, "Throttling.User"], 503: [503, "Throttling.User"] },
    },
    ...Object.fromEntries(
      ["GetCacheTag", "SubmitUploadTask", "GetPurgeQuota"].map((action) => [
        `esa.permission.${action}`,
        {
          see: async () =>
            (await alibaba(bench.emulator.endpoint, "esa", action, { SiteId, UploadId: "0" }, { key: "NONE" })).status,
          // without permission needed the call comes to the operation itself
          expected: { asked: 403, free: action === "SubmitUploadTask" ? 400 : 200 },
        },
      ]),
    ),
  },
  ["auth.timeReference", "auth.tc3StrictService"],
);

test("a request line longer than allowed gets 414", async () => {
  await bench.emulator.control.settings.limits({ "http.maxUrlBytes": 8192 });
  const files = (count: number) => JSON.stringify({ Files: Array(count).fill("http://www.example.com/some-page") });
  expect((await esa("PurgeCaches", { Type: "file", Content: files(10) })).status).toBe(200);
  expect((await esa("PurgeCaches", { Type: "file", Content: files(300) })).status).toBe(414);
});
