/** ESA: documented error → exact status, code and text. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { esaCatalog } from "../src/vendors/alibaba/esa/errors.ts";
import { alibaba } from "./clients.ts";
import { type Row, checkRow } from "./conformance.ts";

const ok = { SiteId: "100" };
const times = (count: number, item: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => item(index));
const content = (member: string, value: unknown): string => JSON.stringify({ [member]: value });

let emulator: Emulator;
beforeAll(async () => {
  const site = { account: "1234567890123456", records: ["a.com", "*.a.com"] };
  emulator = await startEmulator({
    clock: "2026-11-22T12:00:00Z",
    limits: { "esa.perSecond": 1_000 },
    seed: {
      services: {
        esa: {
          sites: [
            {
              ...site,
              siteId: "100",
              siteName: "a.com",
              versionManagement: true,
              versions: [{ version: 0 }, { version: 1 }, { version: 2, readOnly: true }],
            },
            { ...site, siteId: "200", siteName: "b.com", records: ["b.com"], plan: "basic" },
            { ...site, siteId: "300", siteName: "c.com", account: "somebody else" },
            ...(["noInstance", "instanceOffline", "busy", "functionConflict", "configTooLong"] as const).map(
              (condition, index) => ({ ...site, siteId: `40${index}`, siteName: `${condition}.com`, condition }),
            ),
          ],
        },
      },
    },
  });
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const notFound = {
  code: "SiteNotFound",
  status: 404,
  message: "The website does not exist or does not belong to you.",
};
const badParameters = { code: "InvalidParameters", message: "The specified parameters are invalid." };
const badUrls = { code: "InvalidParameters.InvalidUrls", message: "The specified urls are invalid." };
const badValue = {
  code: "InvalidParameter.ArgValue",
  message: "Invalid parameter value. Check whether the value format and length meet the requirements.",
};
const notInSite = {
  code: "InvalidParameter.RecordNotBelongToSite",
  message: "The record does not belong to the website.",
};
const quota = { code: "QuotaExceeded", message: "The quota of the website is exceeded." };
const version = {
  code: "VersionNotValid",
  message: "The site does not have version management enabled, or the version number passed in does not exist.",
};
const purge = (Type: string, Content: string, more: Record<string, string> = {}) => ({
  action: "PurgeCaches",
  parameters: { ...ok, Type, Content, ...more },
});

const rows: Row[] = [
  { name: "no SiteId", action: "GetCacheTag", code: "MissingSiteId", message: "SiteId is mandatory for this action." },
  {
    name: "a SiteId that is no number",
    action: "GetCacheTag",
    parameters: { SiteId: "1e+21" },
    code: "InvalidSiteId",
    message: "Specified parameter SiteId is not valid.",
  },
  { name: "an unknown site", action: "GetCacheTag", parameters: { SiteId: "999" }, ...notFound },
  { name: "somebody else's site", action: "UpdateCacheTag", parameters: { SiteId: "300" }, ...notFound },
  { name: "a version that is missing", action: "GetCacheTag", parameters: { ...ok, SiteVersion: "7" }, ...version },
  {
    name: "a version without version management",
    action: "UpdateCacheTag",
    parameters: { SiteId: "200", SiteVersion: "1", TagName: "x" },
    ...version,
  },
  {
    name: "a read-only version",
    action: "UpdateCacheTag",
    parameters: { ...ok, SiteVersion: "2", TagName: "x" },
    code: "SpecifiedVersionReadOnly",
    message: "The specified version number is read-only and cannot be modified.",
  },
  ...["a b", "a:b", "ä", "x".repeat(16_385)].map((TagName) => ({
    name: `the tag name ${TagName.slice(0, 5)}`,
    action: "UpdateCacheTag",
    parameters: { ...ok, TagName },
    ...badValue,
  })),
  ...["ON", "true", ""].map((CaseInsensitive) => ({
    name: `CaseInsensitive "${CaseInsensitive}"`,
    action: "UpdateCacheTag",
    parameters: { ...ok, CaseInsensitive },
    ...badValue,
  })),
  {
    name: "a second write within the lock",
    action: "UpdateCacheTag",
    parameters: { ...ok, TagName: "y" },
    before: (_control, call) => call({ parameters: { ...ok, TagName: "x" } }),
    code: "LockFailed",
    message: "The system is handling requests you previously submitted. Try again later.",
  },
  ...[
    [
      "InstanceNotExist",
      "The instance does not exist. Check whether the specified instance ID is correct or whether the instance belongs to your account.",
    ],
    ["Instance.NotOnline", "Your plan is unavailable due to an overdue payment. Complete the payment first."],
    ["Site.ServiceBusy", "The website is being processed. Try again later."],
    [
      "FunctionConflict",
      "The feature configuration conflicts. Sites with version management enabled cannot configure this feature.",
    ],
    [
      "SiteConfigLengthExceedLimit",
      "The overall configuration size of the site exceeds the limit, and the total size of all functional configurations of the site cannot exceed 512K.",
    ],
  ].map(([code = "", message = ""], index) => ({
    name: `a site in the condition ${code}`,
    action: "UpdateCacheTag",
    parameters: { SiteId: `40${index}`, TagName: "x" },
    code,
    message,
  })),
  {
    name: "version management on a small plan",
    action: "ActivateVersionManagement",
    parameters: { SiteId: "200" },
    code: "QuotaCheckFailed.VersionManagement",
    message: "Insufficient quota for version management. Contact technical support.",
  },
  {
    name: "ending version management while versions exist",
    action: "DeactivateVersionManagement",
    parameters: ok,
    code: "IllegalOperation.VersionManagement",
    message:
      "The version management operation failed because incompatible features or environment settings are configured. Adjust your configurations and try again.",
  },
  { name: "an unknown type", ...purge("files", content("Files", ["http://a.com/"])), ...badParameters },
  {
    name: "a type in another case",
    ...purge("ignoreparams", content("IgnoreParams", ["http://a.com/"])),
    ...badParameters,
  },
  {
    name: "no type",
    action: "PurgeCaches",
    parameters: { ...ok, Content: "{}" },
    code: "MissingType",
    message: "Type is mandatory for this action.",
  },
  {
    name: "no content",
    action: "PurgeCaches",
    parameters: { ...ok, Type: "file" },
    code: "MissingContent",
    message: "Content is mandatory for this action.",
  },
  ...["no json", '["http://a.com/"]', '"x"', "null", "5"].map((Content) => ({
    name: `the content ${Content}`,
    ...purge("file", Content),
    code: "InvalidContent",
    message: "The specified content is invalid.",
  })),
  { name: "content of another type", ...purge("file", content("CacheTags", ["a"])), ...badParameters },
  { name: "empty content", ...purge("cachetag", content("CacheTags", [])), ...badParameters },
  { name: "PurgeAll false", ...purge("purgeall", content("PurgeAll", false)), ...badParameters },
  {
    name: "Force that is no boolean",
    ...purge("purgeall", content("PurgeAll", true), { Force: "yes" }),
    code: "InvalidForce",
    message: "Specified parameter Force is not valid.",
  },
  ...["a.com/1", "ftp://a.com/1", "http:///1", "http://a.com/ 1", ""].map((url) => ({
    name: `the URL "${url}"`,
    ...purge("file", content("Files", [url])),
    ...badUrls,
  })),
  {
    name: "a directory without a slash",
    ...purge("directory", content("Directories", ["http://a.com/d"])),
    ...badUrls,
  },
  { name: "a URL of another site", ...purge("file", content("Files", ["http://b.com/"])), ...notInSite },
  { name: "a host of another site", ...purge("hostname", content("Hostnames", ["b.com"])), ...notInSite },
  { name: "a wildcard host", ...purge("hostname", content("Hostnames", ["*.a.com"])), ...badParameters },
  ...(
    [
      ["file", "Files", 1001, (index) => `http://a.com/${index}`],
      ["cachetag", "CacheTags", 31, (index) => `t${index}`],
      ["directory", "Directories", 101, (index) => `http://a.com/${index}/`],
      ["ignoreParams", "IgnoreParams", 101, (index) => `http://a.com/${index}`],
      ["hostname", "Hostnames", 11, (index) => `h${index}.a.com`],
    ] as [string, string, number, (index: number) => string][]
  ).map(([type, member, count, item]) => ({
    name: `${count} items of type ${type}`,
    ...purge(type, content(member, times(count, item))),
    ...badParameters,
  })),
  {
    name: "eleven domains",
    ...purge(
      "file",
      content(
        "Files",
        times(11, (index) => `http://h${index}.a.com/`),
      ),
    ),
    code: "DomainNameOverLimit",
    message: "A maximum of 10 domains are supported for each request.",
  },
  {
    name: "tags on a plan without them",
    action: "PurgeCaches",
    parameters: { SiteId: "200", Type: "cachetag", Content: content("CacheTags", ["a"]) },
    ...quota,
  },
  {
    name: "the 51st purge of everything on a basic plan",
    action: "PurgeCaches",
    parameters: { SiteId: "200", Type: "purgeall", Content: content("PurgeAll", true) },
    before: async (_control, call) => {
      for (let index = 0; index < 50; index += 1) {
        await call({ parameters: { SiteId: "200", Type: "purgeall", Content: content("PurgeAll", true) } });
      }
    },
    ...quota,
  },
  {
    name: "more calls than a second allows",
    action: "GetSite",
    parameters: ok,
    before: async (control, call) => {
      await control.settings.limits({ "esa.perSecond": 2 });
      await Promise.all([call({ parameters: ok }), call({ parameters: ok })]);
    },
    code: "TooManyRequests",
    message: "Too many requests.Please try again later.",
  },
  { name: "a quota of cache keys", action: "GetPurgeQuota", parameters: { ...ok, Type: "cachekey" }, ...badParameters },
  ...(["DescribePurgeTasks", "DescribePreloadTasks"] as const).flatMap((action) => [
    {
      name: `${action}: only StartTime`,
      action,
      parameters: { ...ok, StartTime: "2026-11-22T00:00:00Z" },
      code: "MissingTimeParameter",
      message: "The StartTime and EndTime must be both specified.",
    },
    {
      name: `${action}: EndTime before StartTime`,
      action,
      parameters: { ...ok, StartTime: "2026-11-22T02:00:00Z", EndTime: "2026-11-22T01:00:00Z" },
      code: "InvalidEndTime.Mismatch",
      message: "The specified EndTime is earlier than the StartTime.",
    },
    {
      name: `${action}: older than three days`,
      action,
      parameters: { ...ok, StartTime: "2026-11-19T11:59:59Z", EndTime: "2026-11-22T01:00:00Z" },
      code: "InvalidTime",
      message: "The query time cannot exceed the last 3 days.",
    },
    {
      name: `${action}: a date of another form`,
      action,
      parameters: { ...ok, StartTime: "2026-11-22", EndTime: "2026-11-22T01:00:00Z" },
      code: "InvalidStartTime",
      message: "Specified parameter StartTime is not valid.",
    },
    { name: `${action}: an unknown status`, action, parameters: { ...ok, Status: "Done" }, ...badParameters },
    {
      name: `${action}: a page of 51`,
      action,
      parameters: { ...ok, PageSize: "51" },
      code: "InvalidPageSize",
      message: "Specified parameter PageSize is not valid.",
    },
    {
      name: `${action}: page 0`,
      action,
      parameters: { ...ok, PageNumber: "0" },
      code: "InvalidPageNumber",
      message: "Specified parameter PageNumber is not valid.",
    },
  ]),
  {
    name: "a preload of a host of another site",
    action: "PreloadCaches",
    parameters: { ...ok, Content: '["http://b.com/"]' },
    ...notInSite,
  },
  { name: "a preload of no URL", action: "PreloadCaches", parameters: { ...ok, Content: '["a.com/"]' }, ...badUrls },
  {
    name: "a preload of 101",
    action: "PreloadCaches",
    parameters: { ...ok, Content: JSON.stringify(times(101, (index) => `http://a.com/${index}`)) },
    ...badParameters,
  },
  {
    name: "a preload over the daily quota",
    action: "PreloadCaches",
    parameters: { ...ok, Content: '["http://a.com/", "http://a.com/2"]' },
    before: (control) => control.settings.limits({ "esa.preload.daily": 1 }),
    ...quota,
  },
  {
    name: "an upload of an unknown type",
    action: "UploadFile",
    parameters: { ...ok, Type: "cachetag", UploadTaskName: "x", Url: "https://a.com/x" },
    ...badParameters,
  },
  {
    name: "an upload over 10 MB",
    action: "UploadFile",
    parameters: { ...ok, Type: "file", UploadTaskName: "x", Url: "https://127.0.0.1/big.txt" },
    before: (control) => control.storage.put("big.txt", "x".repeat(10 * 1024 * 1024 + 1)),
    code: "ExceedFileUpload",
    message: "The size of the uploaded file exceeds the upper limit. Select a file less than 10 MB.",
  },
  { name: "an unknown upload", action: "GetUploadTask", parameters: { ...ok, UploadId: "5" }, ...badParameters },
  { name: "an upload without an id", action: "GetUploadTask", parameters: ok, ...badParameters },
  {
    name: "a list of uploads without times",
    action: "ListUploadTasks",
    parameters: ok,
    code: "MissingTimeParameter",
    message: "The StartTime and EndTime must be both specified.",
  },
  {
    name: "an unknown search type",
    action: "ListSites",
    parameters: { SiteName: "a", SiteSearchType: "like" },
    ...badParameters,
  },
];

describe("ESA answers", () => {
  test.each(rows)("$name with $code", (row) => checkRow(emulator.endpoint, "esa", emulator.control, row));

  test.each([...esaCatalog].map(([code, { status, message }]) => ({ code, status, message })))(
    "an injected $code as documented",
    async ({ code, status, message }) => {
      await emulator.control.faults.add({ kind: "error", code, count: 1 });
      const row = { name: code, action: "GetSite", parameters: ok, code, status, message };
      const { body, status: actual } = await alibaba(emulator.endpoint, "esa", "GetSite", ok);
      expect([actual, body["Code"], body["Message"]]).toEqual([row.status, code, message]);
      expect((await alibaba(emulator.endpoint, "esa", "GetSite", ok)).status).toBe(200);
    },
  );
});

describe("ESA accepts", () => {
  test.each<[string, Record<string, string>]>([
    [
      "a batch of 1000 files",
      {
        Type: "file",
        Content: content(
          "Files",
          times(1000, (index) => `https://x.a.com/${index}`),
        ),
      },
    ],
    [
      "cache keys with headers",
      { Type: "cachekey", Content: content("CacheKeys", [{ Url: "http://a.com/", Headers: { UserGeo: "CN" } }]) },
    ],
    [
      "thirty tags",
      {
        Type: "cachetag",
        Content: content(
          "CacheTags",
          times(30, (index) => `标签 ${index}`),
        ),
      },
    ],
    ["everything", { Type: "purgeall", Content: content("PurgeAll", true), Force: "True" }],
    ["hosts", { Type: "hostname", Content: content("Hostnames", ["www.a.com"]), EdgeComputePurge: "False" }],
  ])("%s, in the query and in a form", async (_name, parameters) => {
    for (const form of [false, true]) {
      const { status, body } = await alibaba(
        emulator.endpoint,
        "esa",
        "PurgeCaches",
        { ...ok, ...parameters },
        { form },
      );
      expect(body).toEqual({
        RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
        TaskId: expect.stringMatching(/^\d{11}$/) as string,
      });
      expect(status).toBe(200);
    }
  });
});
