/** Every function of every service against the emulator. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as cdn from "../../provider/src/services/cdn/index.ts";
import * as dcdn from "../../provider/src/services/dcdn/index.ts";
import * as esa from "../../provider/src/services/esa/index.ts";
import * as teo from "../../provider/src/services/teo/index.ts";
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
      "endTime must be after startTime",
    );
    await expect(
      ask(esa, "edgecache:esa:getUploadTasks", context, { siteId: site, startTime: "yesterday" }),
    ).rejects.toThrow("RFC 3339");
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
  { name: "cdn", module: cdn, host: "cdn.example.com" },
  { name: "dcdn", module: dcdn, host: "dcdn.example.com" },
])("$name", ({ name, module, host }) => {
  test("getRefreshTasks and getRefreshQuota", async () => {
    const stack = new Stack(resourceOf(module, `edgecache:${name}:PurgeTrigger`), context);
    const targets = Array.from({ length: 101 }, (_, index) => `https://${host}/list/${index}`);
    await stack.up({ type: "File", targets, contentHash: "1" });
    const { tasks } = await ask(module, `edgecache:${name}:getRefreshTasks`, context, {});
    expect(tasks).toHaveLength(101);
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
    expect(await ask(teo, "edgecache:teo:getPrefetchTasks", context, { zoneId: zone })).toEqual({ tasks: [] });
    expect(await ask(teo, "edgecache:teo:getContentQuota", context, { zoneId: zone })).toMatchObject({
      purge: expect.arrayContaining([expect.objectContaining({ type: "purge_url", dailyAvailable: 9970 })]),
    });
    expect(await ask(teo, "edgecache:teo:getZones", context, { zoneName: "example.net" })).toMatchObject({
      zones: [{ zoneId: zone, zoneName: "example.net" }],
    });
    const long = { zoneId: zone, startTime: "2026-11-01T00:00:00Z", endTime: "2026-11-20T00:00:00Z" };
    await expect(ask(teo, "edgecache:teo:getPurgeTasks", context, long)).rejects.toThrow("longer than 7 days");
  });
});
