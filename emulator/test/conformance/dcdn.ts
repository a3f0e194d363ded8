/** DCDN's table of errors: its own rows beside those that it shares. */
import { missing, parametersWrong, times, refreshSuite } from "./refresh-rows.ts";
import type { Row } from "./suite.ts";

const names = {
  refresh: "RefreshDcdnObjectCaches",
  byTag: "RefreshDcdnObjectCacheByCacheTag",
  preload: "PreloadDcdnObjectCaches",
  tasks: "DescribeDcdnRefreshTasks",
  byId: "DescribeDcdnRefreshTaskById",
  quota: "DescribeDcdnRefreshQuota",
  pageSize: 50,
};

const own: Row[] = [
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
    name: "more questions for the quota than a second allows",
    action: "DescribeDcdnRefreshQuota",
    before: (_control, call) => Promise.all(Array.from({ length: 20 }, () => call({}))),
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
];

export const suite = refreshSuite("dcdn", names, own);
