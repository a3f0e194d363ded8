/** EdgeOne: documented error → exact code and text, always with HTTP 200. */
import { type Row, tencentSuite } from "./suite.ts";

const ZoneId = "zone-1";
const account = "100012345678";
const parameter = (text: string) => ({
  code: "InvalidParameter.ParameterError",
  message: `Parameter error: ${text}`,
});
const missing = (name: string) => ({
  code: "MissingParameter",
  message: `The request is missing a required parameter \`${name}\`.`,
});
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `http://a.com/${index}`);
const range = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-22T13:00:00Z" };

const rows: Row[] = [
  {
    name: "a body that is no object",
    action: "CreatePurgeTask",
    input: "[]",
    code: "InvalidRequest",
    message: "The request body is not a JSON object.",
  },
  { name: "no ZoneId", action: "CreatePurgeTask", input: { Type: "purge_all" }, ...missing("ZoneId") },
  { name: "no Type", action: "CreatePurgeTask", input: { ZoneId }, ...missing("Type") },
  {
    name: "an unknown parameter",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_all", Wait: true },
    code: "UnknownParameter",
    message: "The parameter `Wait` is not recognized.",
  },
  {
    name: "an unknown nested parameter",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_cache_tag", Targets: ["a"], CacheTag: { Domains: [], All: true } },
    code: "UnknownParameter",
    message: "The parameter `CacheTag.All` is not recognized.",
  },
  {
    name: "targets of another type",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_url", Targets: "http://a.com/" },
    code: "InvalidParameter",
    message: "The type of parameter `Targets` is not valid.",
  },
  {
    name: "an unknown Type",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_tag", Targets: ["a"] },
    ...parameter('Invalid "Type".'),
  },
  {
    name: "no targets",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_url" },
    ...parameter('Invalid "Targets".'),
  },
  {
    name: "an unknown zone",
    action: "CreatePurgeTask",
    input: { ZoneId: "zone-9", Type: "purge_all" },
    code: "InvalidParameter.ZoneNotFound",
    message: "The site does not exist.",
  },
  {
    name: "somebody else's zone",
    action: "DescribeContentQuota",
    input: { ZoneId: "zone-3" },
    code: "InvalidParameter.ZoneNotFound",
    message: "The site does not exist.",
  },
  {
    name: "purge_all of every zone",
    action: "CreatePurgeTask",
    input: { ZoneId: "*", Type: "purge_all" },
    ...parameter("ZoneId * is not allowed."),
  },
  {
    name: "an unknown method",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_all", Method: "burn" },
    ...parameter("Method"),
  },
  {
    name: "only bad targets",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_host", Targets: ["*.a.com", "c.com", "a.com/x"] },
    code: "InvalidParameter.Target",
    message: "Resource error",
  },
  {
    name: "more targets than a batch holds",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_url", Targets: many(2001) },
    code: "LimitExceeded.BatchQuota",
    message: "Reached the upper limit of resource number",
  },
  {
    name: "more targets than the day has",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_url", Targets: many(2) },
    before: (control) => control.settings.limits({ "teo.purge_url.daily": 1 }),
    code: "LimitExceeded.DailyQuota",
    message: "Reached the daily upper limit of resource number",
  },
  {
    name: "tags on a plan without them",
    action: "CreatePurgeTask",
    input: { ZoneId: "zone-2", Type: "purge_cache_tag", Targets: ["a"] },
    code: "LimitExceeded.PackNotAllow",
    message: "Not supported by the plan.",
  },
  {
    name: "tags on a host of nobody",
    action: "CreatePurgeTask",
    input: { ZoneId, Type: "purge_cache_tag", Targets: ["a"], CacheTag: { Domains: ["c.com"] } },
    code: "InvalidParameter.DomainNotFound",
    message: "The domain name does not exist or is not belong to this account.",
  },
  {
    name: "more calls than a second allows",
    action: "DescribeZones",
    before: (_control, call) => Promise.all(Array.from({ length: 20 }, () => call({}))),
    code: "RequestLimitExceeded",
    message:
      "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. Please reduce the frequency of calls.",
  },
  {
    name: "a prefetch of nothing",
    action: "CreatePrefetchTask",
    input: { ZoneId },
    ...parameter("Targets"),
  },
  {
    name: "a prefetch in an unknown mode",
    action: "CreatePrefetchTask",
    input: { ZoneId, Targets: many(1), Mode: "origin" },
    ...parameter("Mode"),
  },
  {
    name: "a prefetch to the edge without permission",
    action: "CreatePrefetchTask",
    input: { ZoneId, Targets: many(1), Mode: "edge" },
    ...parameter("Mode edge is not open to you."),
  },
  {
    name: "a prefetch of media segments without permission",
    action: "CreatePrefetchTask",
    input: { ZoneId, Targets: many(1), PrefetchMediaSegments: "on" },
    ...parameter("PrefetchMediaSegments is not open to you."),
  },
  ...["DescribePurgeTasks", "DescribePrefetchTasks"].flatMap((action) => [
    { name: `${action}: no zone`, action, input: range, ...missing("ZoneId") },
    { name: `${action}: neither times nor job`, action, input: { ZoneId }, ...parameter('Invalid "Start time".') },
    {
      name: `${action}: a time without a zone`,
      action,
      input: { ZoneId, StartTime: "2026-11-22T00:00:00", EndTime: range.EndTime },
      ...parameter('Invalid "Start time".'),
    },
    {
      name: `${action}: no end`,
      action,
      input: { ZoneId, StartTime: range.StartTime },
      ...parameter('Invalid "End time".'),
    },
    {
      name: `${action}: a window of more than seven days`,
      action,
      input: { ZoneId, StartTime: "2026-11-01T00:00:00+08:00", EndTime: "2026-11-08T00:00:01+08:00" },
      ...parameter('Invalid "End time". The interval between the start and end time cannot exceed 7 days.'),
    },
    {
      name: `${action}: a page of 1001`,
      action,
      input: { ZoneId, ...range, Limit: 1001 },
      ...parameter('Invalid "Limit".'),
    },
    {
      name: `${action}: an unknown filter`,
      action,
      input: { ZoneId, ...range, Filters: [{ Name: "color", Values: ["red"] }] },
      ...parameter('Invalid "Filters.color".'),
    },
    {
      name: `${action}: two jobs`,
      action,
      input: { ZoneId, Filters: [{ Name: "job-id", Values: ["a", "b"] }] },
      ...parameter('Invalid "Filters.job-id".'),
    },
    {
      name: `${action}: 21 statuses`,
      action,
      input: { ZoneId, ...range, Filters: [{ Name: "statuses", Values: Array(21).fill("success") }] },
      ...parameter('Invalid "Filters.statuses".'),
    },
  ]),
  {
    name: "a fuzzy target of a prefetch",
    action: "DescribePrefetchTasks",
    input: { ZoneId, ...range, Filters: [{ Name: "target", Values: ["a"], Fuzzy: true }] },
    ...parameter('Invalid "Filters.target".'),
  },
];

export const suite = tencentSuite({
  options: {
    seed: {
      services: {
        teo: {
          zones: [
            { zoneId: "zone-1", zoneName: "a.com", account, domains: ["a.com", "*.a.com"] },
            { zoneId: "zone-2", zoneName: "b.com", account, domains: ["b.com"], features: [] },
            { zoneId: "zone-3", zoneName: "c.com", account: "4", domains: ["c.com"] },
          ],
        },
      },
    },
  },
  accepted: { action: "DescribeZones" },
  rows,
});
