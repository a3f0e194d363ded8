/** CDN and DCDN: documented error → exact status, code and text. They share one table; each has rows of its own. */
import { type Row, type Suite, alibabaSuite } from "./suite.ts";

export const times = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join("\n");

/** What a service calls the operations. */
interface Names {
  readonly refresh: string;
  readonly byTag: string;
  readonly preload: string;
  readonly tasks: string;
  readonly byId: string;
  readonly quota: string;
  readonly pageSize: number;
}

export const missing = (name: string) => ({
  code: "MissingParameter",
  message: `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
});
const malformed = { code: "InvalidObjectPath.Malformed", message: "The specified ObjectPath is invalid." };
export const overLimit = {
  code: "SingleRequest.OverLimit",
  message: "A maximum of 1000 URLs are supported for each request.",
};
export const refreshQuota = {
  code: "QuotaExceeded.Refresh",
  message: "You've exceeded the prescribed refresh limits.",
};
export const parametersWrong = { code: "InvalidParameters", message: "The parameters you provided are invalid." };

function sharedRows({ refresh, byTag, preload, tasks, byId, quota, pageSize }: Names): Row[] {
  const path = (ObjectPath: string, more: Record<string, string> = {}) => ({
    action: refresh,
    parameters: { ObjectPath, ...more },
  });
  return [
    { name: "no ObjectPath", action: refresh, ...missing("ObjectPath") },
    { name: "an empty ObjectPath", ...path(" \n "), ...missing("ObjectPath") },
    {
      name: "an unknown ObjectType",
      ...path("http://a.com/", { ObjectType: "file" }),
      code: "InvalidObjectType.Malformed",
      message: "The specified ObjectType is invalid.",
    },
    ...["ftp://a.com/", "http://", "/path", "http://a.com/ b", `http://a.com/${"x".repeat(1024)}`, "nodots/x"].map(
      (url) => ({ name: `the path ${url.slice(0, 16)}`, ...path(url), ...malformed }),
    ),
    { name: "a directory without a slash", ...path("http://a.com/d", { ObjectType: "Directory" }), ...malformed },
    { name: "one bad path among good ones", ...path("http://a.com/\nhttp://"), ...malformed },
    { name: "1001 URLs", ...path(times(1001, (index) => `http://a.com/${index}`)), ...overLimit },
    {
      name: "101 directories",
      ...path(
        times(101, (index) => `http://a.com/${index}/`),
        { ObjectType: "Directory" },
      ),
      ...overLimit,
    },
    { name: "two patterns", ...path("http://a.com/.*\nhttp://a.com/x", { ObjectType: "Regex" }), ...overLimit },
    { name: "eleven domains", ...path(times(11, (index) => `http://h${index}.com/`)), ...parametersWrong },
    {
      name: "a foreign domain",
      ...path("http://foreign.com/"),
      status: 404,
      code: "InvalidDomain.NotFound",
      message: "The domain [foreign.com] does not belong to you.",
    },
    {
      name: "a wildcard domain",
      ...path("http://*.a.com/"),
      code: "InvalidExtensiveDomain.ValueNotSupported",
      message: "The specified ExtensiveDomain is not supported.",
    },
    {
      name: "a domain that is offline",
      ...path("http://offline.com/"),
      status: 404,
      code: "InvalidDomain.Offline",
      message: "The specified domain is offline.",
    },
    {
      name: "a domain that is being configured",
      ...path("http://configuring.com/"),
      status: 403,
      code: "ServiceBusy",
      message: "The specified Domain is configuring, please retry later.",
    },
    {
      name: "a protected domain",
      ...path("http://protected.com/"),
      status: 403,
      code: "DomainInProtectedMode",
      message: "The specified domain is in protected mode.",
    },
    {
      name: "a suspended account",
      ...path("http://a.com/"),
      options: { key: "SUSPENDED" },
      status: 403,
      code: "OperationDenied",
      message: "Your account does not open the service, or the service is suspended.",
    },
    {
      name: "an account in arrears",
      ...path("http://a.com/"),
      options: { key: "ARREARS" },
      code: "AccountArrears",
      message: "Your account has overdue payments.",
    },
    {
      name: "a thousand URLs and one more within a minute",
      ...path("http://a.com/one-more"),
      before: (_control, call) => call({ parameters: { ObjectPath: times(1000, (index) => `http://a.com/${index}`) } }),
      code: "QuotaPerMinuteExceeded.Refresh",
      message: "You tried to refresh too frequently; please try again later.",
    },
    {
      name: "more URLs than a day has",
      ...path("http://a.com/1\nhttp://a.com/2"),
      before: (control) => control.settings.limits({ [`${quota.includes("Dcdn") ? "dcdn" : "cdn"}.daily.file`]: 1 }),
      ...refreshQuota,
    },
    {
      name: "a full queue",
      ...path("http://a.com/1"),
      before: (control) => control.settings.limits({ [`${quota.includes("Dcdn") ? "dcdn" : "cdn"}.refreshQueue`]: 0 }),
      code: "TooMany.Refresh",
      message: "The refresh queue is full; please try again later.",
    },
    {
      name: "a full preload queue",
      action: preload,
      parameters: { ObjectPath: "http://a.com/1" },
      before: (control) => control.settings.limits({ [`${quota.includes("Dcdn") ? "dcdn" : "cdn"}.preloadQueue`]: 0 }),
      code: "PreloadQueueFull",
      message: "Preload queue is full, please try again later!",
    },
    {
      name: "a preload to nowhere",
      action: preload,
      parameters: { ObjectPath: "http://a.com/1", Area: "moon" },
      ...parametersWrong,
    },
    {
      name: "preload headers that are no JSON",
      action: preload,
      parameters: { ObjectPath: "http://a.com/1", WithHeader: "gzip" },
      ...parametersWrong,
    },
    { name: "tags without a domain", action: byTag, parameters: { CacheTag: "a" }, ...missing("DomainName") },
    { name: "a domain without tags", action: byTag, parameters: { DomainName: "a.com" }, ...missing("CacheTag") },
    {
      name: "tags of two domains",
      action: byTag,
      parameters: { DomainName: "a.com,b.com", CacheTag: "a" },
      ...parametersWrong,
    },
    {
      name: "tags of a foreign domain",
      action: byTag,
      parameters: { DomainName: "foreign.com", CacheTag: "a" },
      status: 404,
      code: "InvalidDomain.NotFound",
      message: "The domain [foreign.com] does not belong to you.",
    },
    { name: "no id", action: byId, ...missing("TaskId") },
    {
      name: "an id with letters",
      action: byId,
      parameters: { TaskId: "12,x" },
      code: "InvalidTaskId.Malformed",
      message: "The specified taskId is invalid.",
    },
    {
      name: "eleven ids",
      action: byId,
      parameters: { TaskId: "1,2,3,4,5,6,7,8,9,10,11" },
      ...parametersWrong,
    },
    {
      name: "a status without a type",
      action: tasks,
      parameters: { Status: "Complete" },
      code: "MissingParameter.ObjectType",
      message: "The ObjectType parameter is required if DomainName or ObjectType is specified.",
    },
    {
      name: "a type of another case",
      action: tasks,
      parameters: { ObjectType: "File" },
      code: "InvalidObjectType.ValueNotSupported",
      message: "The specified value of ObjectType is not supported.",
    },
    {
      name: "an unknown status",
      action: tasks,
      parameters: { ObjectType: "file", Status: "Pending" },
      code: "InvalidStatus.ValueNotSupported",
      message: "The specified value of Status is not supported.",
    },
    {
      name: "two domains",
      action: tasks,
      parameters: { ObjectType: "file", DomainName: "a.com,b.com" },
      code: "DomainNameOverLimit",
      message: "A maximum of 500 domains are supported for each request.",
    },
    {
      name: "a listing of an id with letters",
      action: tasks,
      parameters: { TaskId: "x" },
      code: "InvalidTaskId.Malformed",
      message: "The specified taskId is invalid.",
    },
    {
      name: `a page of ${pageSize + 1}`,
      action: tasks,
      parameters: { PageSize: String(pageSize + 1) },
      code: "InvalidPageSize",
      message: "Specified parameter PageSize is not valid.",
    },
    ...(
      [
        ["2026-11-22T00:00:00Z", "", "MissingTimeParameter", "The StartTime and EndTime must be both specified."],
        ["yesterday", "2026-11-22T00:00:00Z", "InvalidStartTime.Malformed", "The specified StartTime is invalid."],
        ["2026-11-22T00:00:00Z", "today", "InvalidEndTime.Malformed", "The specified EndTime is invalid."],
        [
          "2026-11-22T02:00:00Z",
          "2026-11-22T01:00:00Z",
          "InvalidEndTime.Mismatch",
          "The specified EndTime is earlier than the StartTime.",
        ],
        [
          "2026-11-23T00:00:00Z",
          "2026-11-24T00:00:00Z",
          "InvalidStartTime.ValueNotSupported",
          "The specified value of StartTime is not supported.",
        ],
        [
          "2026-11-18T00:00:00Z",
          "2026-11-22T00:00:00Z",
          "InvalidTime",
          "The query time cannot exceed the last 3 days.",
        ],
      ] as const
    ).map(([StartTime, EndTime, code, message]) => ({
      name: `the times "${StartTime}" and "${EndTime}"`,
      action: tasks,
      parameters: { StartTime, EndTime },
      code,
      message,
    })),
  ];
}

const account = "1234567890123456";
const key = { cloud: "alibaba", accessKeySecret: "emulator-secret" };
const part = {
  domains: [
    ...["a.com", "b.com"].map((domain) => ({ domain, account })),
    ...Array.from({ length: 11 }, (_, index) => ({ domain: `h${index}.com`, account })),
    { domain: "foreign.com", account: "somebody else" },
    { domain: "offline.com", account, status: "offline" },
    { domain: "configuring.com", account, status: "configuring" },
    { domain: "protected.com", account, status: "protected" },
  ],
  accounts: { suspended: "suspended", arrears: "arrears" },
};

/** The shared rows under a service's names, and its own. */
export function refreshSuite(service: "cdn" | "dcdn", names: Names, own: readonly Row[]): Suite {
  return alibabaSuite(service, {
    options: {
      seed: {
        keys: [
          { ...key, account, accessKeyId: "LTAI5tEMULATOR" },
          { ...key, account: "suspended", accessKeyId: "SUSPENDED" },
          { ...key, account: "arrears", accessKeyId: "ARREARS" },
        ],
        services: { cdn: part, dcdn: part },
      },
    },
    accepted: { action: names.quota },
    rows: [...sharedRows(names), ...own],
  });
}
