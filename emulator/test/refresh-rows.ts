/** The rows of the CDN and DCDN conformance tables. */
import type { Row } from "./conformance.ts";

export const times = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join("\n");

interface Names {
  readonly refresh: string;
  readonly byTag: string;
  readonly preload: string;
  readonly tasks: string;
  readonly byId: string;
  readonly quota: string;
  readonly pageSize: number;
}

export const names: Record<"cdn" | "dcdn", Names> = {
  cdn: {
    refresh: "RefreshObjectCaches",
    byTag: "RefreshObjectCacheByCacheTag",
    preload: "PushObjectCache",
    tasks: "DescribeRefreshTasks",
    byId: "DescribeRefreshTaskById",
    quota: "DescribeRefreshQuota",
    pageSize: 100,
  },
  dcdn: {
    refresh: "RefreshDcdnObjectCaches",
    byTag: "RefreshDcdnObjectCacheByCacheTag",
    preload: "PreloadDcdnObjectCaches",
    tasks: "DescribeDcdnRefreshTasks",
    byId: "DescribeDcdnRefreshTaskById",
    quota: "DescribeDcdnRefreshQuota",
    pageSize: 50,
  },
};

const missing = (name: string) => ({
  code: "MissingParameter",
  message: `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
});
const malformed = { code: "InvalidObjectPath.Malformed", message: "The specified ObjectPath is invalid." };
const overLimit = {
  code: "SingleRequest.OverLimit",
  message: "A maximum of 1000 URLs are supported for each request.",
};
const refreshQuota = { code: "QuotaExceeded.Refresh", message: "You've exceeded the prescribed refresh limits." };
const parametersWrong = { code: "InvalidParameters", message: "The parameters you provided are invalid." };

export function sharedRows({ refresh, byTag, preload, tasks, byId, quota, pageSize }: Names): Row[] {
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

export const ownRows: Record<"cdn" | "dcdn", Row[]> = {
  cdn: [
    {
      name: "a push of 101 URLs",
      action: "PushObjectCache",
      parameters: { ObjectPath: times(101, (index) => `http://a.com/${index}`) },
      ...overLimit,
    },
    {
      name: "more pushes than a day has",
      action: "PushObjectCache",
      parameters: { ObjectPath: "http://a.com/" },
      before: (control) => control.settings.limits({ "cdn.preloadDaily": 0 }),
      ...refreshQuota,
    },
    {
      name: "more calls than a second allows",
      action: "DescribeRefreshQuota",
      before: (_control, call) => Promise.all(Array.from({ length: 20 }, () => call({}))),
      status: 503,
      code: "Throttling",
      message: "Request was denied due to request throttling.",
    },
  ],
  dcdn: [
    {
      name: "a preload of 101 URLs",
      action: "PreloadDcdnObjectCaches",
      parameters: { ObjectPath: times(101, (index) => `http://a.com/${index}`) },
      code: "InvalidObjectPath.ExceedsMaximum",
      message: "The number of URLs in ObjectPath exceeds the maximum.",
    },
    {
      name: "more preloads than a day has",
      action: "PreloadDcdnObjectCaches",
      parameters: { ObjectPath: "http://a.com/" },
      before: (control) => control.settings.limits({ "dcdn.preloadDaily": 0 }),
      code: "QuotaExceeded.Preload",
      message: "You've exceeded the prescribed preload limits.",
    },
    {
      name: "more calls than a second allows",
      action: "DescribeDcdnRefreshTasks",
      before: (_control, call) => Promise.all(Array.from({ length: 5 }, () => call({}))),
      status: 429,
      code: "TooManyRequests",
      message: "Too many requests, please try again later.",
    },
    {
      name: "an Edge Routine refresh of two domains",
      action: "RefreshErObjectCaches",
      parameters: { ObjectPath: "http://a.com/\nhttp://b.com/", ObjectType: "File" },
      ...parametersWrong,
    },
    {
      name: "an Edge Routine refresh without a type",
      action: "RefreshErObjectCaches",
      parameters: { ObjectPath: "http://a.com/" },
      ...missing("ObjectType"),
    },
    {
      name: "an Edge Routine refresh merged with a foreign domain",
      action: "RefreshErObjectCaches",
      parameters: { ObjectPath: "http://a.com/", ObjectType: "File", MergeDomainName: "a.com,foreign.com" },
      status: 404,
      code: "InvalidDomain.NotFound",
      message: "The domain [foreign.com] does not belong to you.",
    },
    {
      name: "an Edge Routine without a subdomain",
      action: "RefreshErObjectCaches",
      parameters: { ObjectPath: "http://a.com/", ObjectType: "File", RoutineId: "name" },
      ...parametersWrong,
    },
    {
      name: "Edge Routine tags without a domain",
      action: "RefreshErObjectCachesByCacheTag",
      parameters: { CacheTag: "a" },
      ...missing("Domain"),
    },
  ],
};
