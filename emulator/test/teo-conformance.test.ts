/** EdgeOne: documented error → exact code and text, always with HTTP 200. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { teoCatalog } from "../src/vendors/tencent/teo/errors.ts";
import { tencent } from "./clients.ts";
import { type Row, checkRow } from "./conformance.ts";

const ZoneId = "zone-1";
const account = "100012345678";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    clock: "2026-11-22T12:00:00Z",
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
  });
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

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

describe("EdgeOne answers", () => {
  test.each(rows)("$name with $code", (row) => checkRow(emulator.endpoint, "teo", emulator.control, row));

  test.each([...teoCatalog].map(([code, { message }]) => ({ code, message })))(
    "an injected $code as documented",
    async ({ code, message }) => {
      await emulator.control.faults.add({ kind: "error", code, count: 1 });
      const { status, response } = await tencent(emulator.endpoint, "DescribeZones");
      expect([status, response.Error]).toEqual([200, { Code: code, Message: message }]);
    },
  );
});

describe("EdgeOne", () => {
  const tasks = async (more: object): Promise<Record<string, unknown>[]> =>
    (await tencent(emulator.endpoint, "DescribePurgeTasks", { ZoneId, ...range, ...more })).response["Tasks"] as [];

  test("takes targets of several zones under one job with the zone *", async () => {
    const Targets = ["http://x.a.com/1", "http://b.com/2", "http://c.com/3"];
    const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", {
      ZoneId: "*",
      Type: "purge_url",
      Targets,
    });
    expect(response["FailedList"]).toEqual([{ Reason: "domain not valid", Targets: ["http://c.com/3"] }]);
    const both = await tasks({ ZoneId: "*", Filters: [{ Name: "job-id", Values: [response["JobId"]] }] });
    expect(both.map(({ Target }) => Target)).toEqual(["http://x.a.com/1", "http://b.com/2"]);
    expect(await tasks({})).toHaveLength(1);
  });

  test("finds rows by type, status, domain, and a part of the target", async () => {
    const create = (Type: string, Targets: string[]): Promise<unknown> =>
      tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId, Type, Targets });
    await create("purge_url", ["http://a.com/one", "http://x.a.com/two"]);
    await emulator.control.clock.advance(1500);
    await create("purge_host", ["x.a.com"]);
    const targets = async (Name: string, Values: string[], Fuzzy = false): Promise<unknown[]> =>
      (await tasks({ Filters: [{ Name, Values, Fuzzy }] })).map(({ Target }) => Target);
    expect(await targets("type", ["purge_host"])).toEqual(["x.a.com"]);
    expect(await targets("statuses", ["success", "failed"])).toEqual(["http://a.com/one", "http://x.a.com/two"]);
    expect(await targets("domains", ["x.a.com"])).toEqual(["x.a.com", "http://x.a.com/two"]);
    expect(await targets("target", ["two"], true)).toEqual(["http://x.a.com/two"]);
    expect(await targets("target", ["two"])).toEqual([]);
    expect((await tasks({ Offset: 1, Limit: 1 })).map(({ Target }) => Target)).toEqual(["http://a.com/one"]);
  });

  test("purge_all counts one and has one row", async () => {
    await tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId, Type: "purge_all", Method: "delete" });
    expect(await tasks({})).toMatchObject([{ Target: "", Type: "purge_all", Method: "delete", Status: "processing" }]);
    const { response } = await tencent(emulator.endpoint, "DescribeContentQuota", { ZoneId });
    expect(response["PurgeQuota"]).toContainEqual({ Type: "purge_all", Batch: 1, Daily: 1000, DailyAvailable: 999 });
  });
});
