/** ESA: documented error → exact status, code and text. */
import { badParameters, badUrls, notInSite, ok, purgeRows, quota, times } from "./esa-purge-rows.ts";
import { type Row, alibabaSuite } from "./suite.ts";

const notFound = {
  code: "SiteNotFound",
  status: 404,
  message: "The website does not exist or does not belong to you.",
};
const badValue = {
  code: "InvalidParameter.ArgValue",
  message: "Invalid parameter value. Check whether the value format and length meet the requirements.",
};
const version = {
  code: "VersionNotValid",
  message: "The site does not have version management enabled, or the version number passed in does not exist.",
};

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
  ...purgeRows,
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
    name: "starting an unknown upload",
    action: "SubmitUploadTask",
    parameters: { ...ok, UploadId: "5" },
    ...badParameters,
  },
  {
    name: "failures of an unknown upload",
    action: "GetFailFile",
    parameters: { ...ok, UploadId: "5" },
    ...badParameters,
  },
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

const site = { account: "1234567890123456", records: ["a.com", "*.a.com"] };
const conditions = ["noInstance", "instanceOffline", "busy", "functionConflict", "configTooLong"] as const;

export const suite = alibabaSuite("esa", {
  options: {
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
            ...conditions.map((condition, index) => ({
              ...site,
              siteId: `40${index}`,
              siteName: `${condition}.com`,
              condition,
            })),
          ],
        },
      },
    },
  },
  accepted: { action: "GetSite", parameters: ok },
  rows,
});
