/** Every function of every service against the emulator. */
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { rewriting } from "./rewriting.ts";
import { ask, contextOf, resourceOf, Stack } from "./world.ts";

const site = "5407498413000";
const zone = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
let context: ReturnType<typeof contextOf>;
beforeAll(async () => {
  emulator = await startEmulator({
    limits: { "esa.purgeMs": 50, "cdn.refreshMs": 50, "dcdn.refreshMs": 50, "teo.purgeMs": 50 },
  });
  context = contextOf(emulator.configuration);
});
afterAll(() => emulator.close());

describe("ESA", () => {
  test("getCacheTag tells the default where nothing was set", async () => {
    expect(await ask(esa, "edgecache:esa:getCacheTag", context, { siteId: site })).toMatchObject({
      tagName: "Cache-Tag",
      caseInsensitive: "off",
      siteVersion: 0,
    });
  });

  test("getPurgeTasks lists all pages, getPurgeQuota what is left", async () => {
    const targets = Array.from({ length: 120 }, (_, index) => `https://www.example.com/list/${index}`);
    const stack = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
    await stack.up({ siteId: site, type: "file", targets, contentHash: "1" });
    const { tasks } = await ask(esa, "edgecache:esa:getPurgeTasks", context, { siteId: site });
    expect(tasks).toHaveLength(120);
    expect(
      await ask(esa, "edgecache:esa:getPurgeTasks", context, { siteId: site, content: targets[7] ?? "" }),
    ).toMatchObject({
      tasks: [{ content: targets[7], type: "file", status: "Complete", process: "100%" }],
    });
    const quota = await ask(esa, "edgecache:esa:getPurgeQuota", context, { siteId: site, type: "file" });
    expect(quota).toMatchObject({ usage: 120 });
    expect(Number(quota["remaining"])).toBe(Number(quota["quota"]) - 120);
  });

  test("getUploadTasks and getPrefetchTasks answer, with the vendor's window checked before the call", async () => {
    expect(await ask(esa, "edgecache:esa:getUploadTasks", context, { siteId: site })).toMatchObject({ tasks: [] });
    expect(await ask(esa, "edgecache:esa:getPrefetchTasks", context, { siteId: site })).toEqual({ tasks: [] });
    const old = { siteId: site, startTime: "2020-01-01T00:00:00Z", endTime: "2020-01-02T00:00:00Z" };
    await expect(ask(esa, "edgecache:esa:getUploadTasks", context, old)).rejects.toThrow(
      "the vendor remembers the last 3 days only (it answers InvalidTime)",
    );
    await expect(
      ask(esa, "edgecache:esa:getUploadTasks", context, { siteId: site, startTime: "2026-11-22T00:00:00Z" }),
    ).rejects.toThrow("MissingTimeParameter");
    const backwards = { siteId: site, startTime: "2026-11-22T02:00:00Z", endTime: "2026-11-22T01:00:00Z" };
    await expect(ask(esa, "edgecache:esa:getUploadTasks", context, backwards)).rejects.toThrow(
      "endTime must not be before startTime",
    );
    await expect(
      ask(esa, "edgecache:esa:getUploadTasks", context, { siteId: site, startTime: "yesterday" }),
    ).rejects.toThrow("RFC 3339");
  });

  test("getUploadTasks: both times may be one second, no further", async () => {
    const now = new Date(Math.floor(Date.now() / 1000) * 1000);
    const at = { siteId: site, startTime: now.toISOString(), endTime: now.toISOString() };
    expect(await ask(esa, "edgecache:esa:getUploadTasks", context, at)).toMatchObject({ tasks: [] });
    const before = { ...at, endTime: new Date(now.getTime() - 1000).toISOString() };
    await expect(ask(esa, "edgecache:esa:getUploadTasks", context, before)).rejects.toThrow(
      "endTime must not be before startTime",
    );
    // The other lists' pages: the end is later.
    await expect(ask(esa, "edgecache:esa:getPurgeTasks", context, at)).rejects.toThrow(
      "endTime must be after startTime",
    );
  });

  test("the three days count by the vendor's clock, to the second", async () => {
    const tenant = await emulator.control.createTenant("its-clock");
    // Ten minutes behind ours.
    const vendorNow = new Date(Math.floor(Date.now() / 1000) * 1000 - 600_000);
    await tenant.clock.freeze(vendorNow.toISOString());
    const own = contextOf(await tenant.configuration());
    const since = (ms: number) => {
      const startTime = new Date(vendorNow.getTime() - 3 * 86_400_000 + ms).toISOString();
      return ask(esa, "edgecache:esa:getUploadTasks", own, {
        siteId: site,
        startTime,
        endTime: vendorNow.toISOString(),
      });
    };
    // Before it told the time, a question that it may answer is asked; by our clock this one is too old.
    await since(0);
    await since(0);
    await expect(since(-5000)).rejects.toThrow("InvalidTime");
    expect(await tenant.requests.find({ action: "ListUploadTasks" })).toHaveLength(2);
  });

  test("getUploadTasks: any offset is sent as UTC, and the three days count to the minute", async () => {
    const tenant = await emulator.control.createTenant("windows");
    const own = contextOf(await tenant.configuration());
    const minutesAgo = (minutes: number) => new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * 60_000);
    const inShanghai = (time: Date) =>
      new Date(time.getTime() + 8 * 3600_000).toISOString().replace(/\.000Z$/, "+08:00");
    const asked = (from: Date, to: Date) =>
      ask(esa, "edgecache:esa:getUploadTasks", own, {
        siteId: site,
        startTime: inShanghai(from),
        endTime: inShanghai(to),
      });
    const threeDays = 3 * 24 * 60;
    const [from, to] = [minutesAgo(threeDays - 1), minutesAgo(60)];
    await asked(from, to);
    await expect(asked(minutesAgo(threeDays + 1), to)).rejects.toThrow("it answers InvalidTime");
    const utc = (time: Date) => time.toISOString().replace(".000Z", "Z");
    const sent = await tenant.requests.find({ action: "ListUploadTasks" });
    expect(sent.map(({ params }) => [params["StartTime"], params["EndTime"]])).toEqual([[utc(from), utc(to)]]);
  });

  test("getUploadTasks tells several codes one by one, and of an overdrawn quota nothing is left", async () => {
    await using proxy = await rewriting(emulator.endpoint);
    const own = contextOf({ ...emulator.configuration, esaEndpoint: proxy.origin });
    const Tasks = [{ UploadId: 1, ErrorCode: "InvalidUrl, QuotaExcess" }];
    proxy.rewrite = () => ({ status: 200, body: JSON.stringify({ RequestId: "R", Quota: 10, Usage: "12", Tasks }) });
    expect(await ask(esa, "edgecache:esa:getUploadTasks", own, { siteId: site })).toMatchObject({
      tasks: [{ errorCode: "InvalidUrl, QuotaExcess", errorCodes: ["InvalidUrl", "QuotaExcess"] }],
    });
    const quota = await ask(esa, "edgecache:esa:getPurgeQuota", own, { siteId: site, type: "file" });
    expect(quota).toMatchObject({ quota: 10, usage: 12, remaining: 0 });
  });

  test("getSites lists all pages, with ids of 64 bits exact", async () => {
    const account = "1234567890123456";
    // Beyond what a JSON number can hold in JavaScript.
    const ids = Array.from({ length: 501 }, (_, index) => String(9_223_372_036_854_775_000n + BigInt(index)));
    const sites = ids.map((siteId) => ({ siteId, siteName: "www.example.com", account, records: [] }));
    const tenant = await emulator.control.createTenant("many-sites", { seed: { services: { esa: { sites } } } });
    const found = await ask(esa, "edgecache:esa:getSites", contextOf(await tenant.configuration()), {});
    const listed = z.array(z.object({ siteId: z.string() })).parse(found["sites"]);
    expect(listed.map(({ siteId }) => siteId).toSorted()).toEqual(ids);
    expect(await tenant.requests.find({ action: "ListSites" })).toHaveLength(2);
  });

  test("getUploadTasks tells all that the vendor tells, by default of the last 24 hours", async () => {
    const tenant = await emulator.control.createTenant("uploads");
    await tenant.settings.limits({ "esa.uploadMs": 20 });
    const own = contextOf(await tenant.configuration());
    const foreign = "https://www.example.org/";
    const stack = new Stack(resourceOf(esa, "edgecache:esa:UploadTask"), own);
    const named = { siteId: site, type: "ignoreParams", uploadTaskName: "moved" };
    await stack.up({ ...named, targets: ["https://www.example.com/", foreign], contentHash: "1" });
    const [receipt] = z.array(z.object({ taskIds: z.tuple([z.string()]) })).parse(stack.state?.outputs["tasks"]);
    expect(await ask(esa, "edgecache:esa:getUploadTasks", own, { siteId: site, type: "ignoreParams" })).toEqual({
      requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      tasks: [
        {
          uploadTaskName: expect.stringMatching(/^moved-[0-9a-z]+$/),
          uploadId: receipt?.taskIds[0],
          createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          status: "Failed",
          type: "ignoreparams",
          description: "1 of 2 lines failed.",
          errorCode: "InvalidDomain",
          errorCodes: ["InvalidDomain"],
        },
      ],
    });
    // The trigger has asked before, for what its lines failed.
    const sent = (await tenant.requests.find({ action: "ListUploadTasks" })).at(-1);
    const { StartTime, EndTime, Type } = z.record(z.string(), z.string()).parse(sent?.params);
    expect(Date.parse(EndTime ?? "") - Date.parse(StartTime ?? "")).toBeGreaterThanOrEqual(24 * 3600_000);
    expect(Date.parse(EndTime ?? "") - Date.parse(StartTime ?? "")).toBeLessThan(24 * 3600_000 + 3000);
    expect(Type).toBe("ignoreparams");
  });

  test("getSites finds a site by name, getSite tells its version management", async () => {
    expect(await ask(esa, "edgecache:esa:getSites", context, { siteName: "example.com" })).toMatchObject({
      sites: [{ siteId: site, siteName: "example.com" }],
    });
    expect(await ask(esa, "edgecache:esa:getSite", context, { siteId: site })).toMatchObject({
      siteName: "example.com",
      versionManagement: false,
    });
    await expect(ask(esa, "edgecache:esa:getSite", context, { siteId: "1" })).rejects.toThrow(
      /SiteNotFound.*Check siteId/,
    );
  });
});

describe.each([
  { name: "cdn", module: cdn, host: "cdn.example.com", listed: ["directory", "regex", "preload"] },
  { name: "dcdn", module: dcdn, host: "dcdn.example.com", listed: ["directory", "preload"] },
])("$name", ({ name, module, host, listed }) => {
  test("getRefreshTasks and getRefreshQuota", async () => {
    const stack = new Stack(resourceOf(module, `edgecache:${name}:PurgeTrigger`), context);
    const targets = Array.from({ length: 101 }, (_, index) => `https://${host}/list/${index}`);
    await stack.up({ type: "File", targets, contentHash: "1" });
    const { tasks } = await ask(module, `edgecache:${name}:getRefreshTasks`, context, {});
    expect(tasks).toHaveLength(101);
    await expect(
      ask(module, `edgecache:${name}:getRefreshTasks`, context, { domainName: host, status: "Failed" }),
    ).rejects.toThrow(
      "refused: objectType is needed together with domainName (the vendor answers MissingParameter.ObjectType); objectType is needed together with status",
    );
    for (const objectType of listed) {
      const asked = { domainName: host, objectType };
      expect(await ask(module, `edgecache:${name}:getRefreshTasks`, context, asked)).toEqual({ tasks: [] });
    }
    const quota = await ask(module, `edgecache:${name}:getRefreshQuota`, context, {});
    expect(quota).toMatchObject({ url: { quota: 10_000, remaining: 9899 }, directory: { quota: 100 } });
  });
});

describe("EdgeOne", () => {
  test("getPurgeTasks, getPrefetchTasks, getContentQuota, getZones", async () => {
    const targets = Array.from({ length: 30 }, (_, index) => `https://www.example.net/list/${index}`);
    await new Stack(resourceOf(teo, "edgecache:teo:PurgeTrigger"), context).up({
      zoneId: zone,
      type: "purge_url",
      targets,
      contentHash: "1",
    });
    const { tasks } = await ask(teo, "edgecache:teo:getPurgeTasks", context, { zoneId: zone });
    expect(tasks).toHaveLength(30);
    for (const [status, count] of [
      ["success", 30],
      ["failed", 0],
    ] as const) {
      const some = await ask(teo, "edgecache:teo:getPurgeTasks", context, { zoneId: zone, statuses: [status] });
      expect(some["tasks"]).toHaveLength(count);
    }
    expect(await ask(teo, "edgecache:teo:getPrefetchTasks", context, { zoneId: zone })).toEqual({ tasks: [] });
    expect(await ask(teo, "edgecache:teo:getContentQuota", context, { zoneId: zone })).toMatchObject({
      purge: expect.arrayContaining([expect.objectContaining({ type: "purge_url", dailyAvailable: 9970 })]),
    });
    expect(await ask(teo, "edgecache:teo:getZones", context, { zoneName: "example.net" })).toMatchObject({
      zones: [{ zoneId: zone, zoneName: "example.net" }],
    });
    const long = { zoneId: zone, startTime: "2026-11-01T00:00:00Z", endTime: "2026-11-20T00:00:00Z" };
    await expect(ask(teo, "edgecache:teo:getPurgeTasks", context, long)).rejects.toThrow("longer than 7 days");
    const [from, to] = [Math.floor(Date.now() / 1000) * 1000 - 7 * 86_400_000, Math.floor(Date.now() / 1000) * 1000];
    const week = { zoneId: zone, startTime: new Date(from).toISOString(), endTime: new Date(to).toISOString() };
    await expect(ask(teo, "edgecache:teo:getPurgeTasks", context, week)).resolves.toHaveProperty("tasks");
  });

  test("all pages: 1,001 tasks, and 101 zones", async () => {
    const account = "100012345678";
    const empty = (index: number) => ({ zoneId: `zone-${index}`, zoneName: `z${index}.example`, domains: [], account });
    const full = { zoneId: zone, zoneName: "example.net", domains: ["www.example.net"], account };
    const seed = { services: { teo: { zones: [...Array.from({ length: 100 }, (_, index) => empty(index)), full] } } };
    const tenant = await emulator.control.createTenant("pages", { seed });
    const own = contextOf(await tenant.configuration());
    const targets = Array.from({ length: 1001 }, (_, index) => `https://www.example.net/list/${index}`);
    const program = { zoneId: zone, type: "purge_url", targets, contentHash: "1", wait: false };
    await new Stack(resourceOf(teo, "edgecache:teo:PurgeTrigger"), own).up(program);
    expect((await ask(teo, "edgecache:teo:getPurgeTasks", own, { zoneId: zone }))["tasks"]).toHaveLength(1001);
    expect((await ask(teo, "edgecache:teo:getZones", own, {}))["zones"]).toHaveLength(101);
    expect(await tenant.requests.find({ action: "DescribePurgeTasks" })).toHaveLength(2);
    expect(await tenant.requests.find({ action: "DescribeZones" })).toHaveLength(2);
  });
});
