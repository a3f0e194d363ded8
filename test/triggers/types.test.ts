/** Every type of every service, as the cloud receives it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import type { Module } from "../../provider/src/engine/define/index.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { contextOf, resourceOf, Stack, type TestContext } from "./world.ts";

interface Case {
  readonly module: Module<TestContext>;
  readonly token: string;
  readonly inputs: Record<string, Value>;
  readonly action: string;
  readonly sent: Record<string, unknown>;
}

const url = "https://www.example.com/a";
const site = { siteId: "5407498413000", contentHash: "1" };
const purge = (inputs: Record<string, Value>, sent: Record<string, unknown>): Case => ({
  module: esa,
  token: "esa:PurgeTrigger",
  inputs: { ...site, ...inputs },
  action: "PurgeCaches",
  sent: { SiteId: "5407498413000", Type: inputs["type"], ...sent },
});
const zone = (inputs: Record<string, Value>, sent: Record<string, unknown>): Case => ({
  module: teo,
  token: "teo:PurgeTrigger",
  inputs: { zoneId: "zone-2o1xvpmq7nn1", contentHash: "1", ...inputs },
  action: "CreatePurgeTask",
  sent: { ZoneId: "zone-2o1xvpmq7nn1", Type: inputs["type"], ...sent },
});
const family = (
  name: "cdn" | "dcdn",
  trigger: string,
  action: string,
  inputs: Record<string, Value>,
  sent: Record<string, unknown>,
): Case => ({
  module: name === "cdn" ? cdn : dcdn,
  token: `${name}:${trigger}`,
  inputs: { contentHash: "1", ...inputs },
  action,
  sent,
});

const cases: Case[] = [
  purge(
    { type: "file", targets: [url], edgeComputePurge: true },
    { Content: `{"Files":["${url}"]}`, EdgeComputePurge: "true" },
  ),
  purge(
    { type: "cachekey", cacheKeys: [{ url, headers: { UserLanguage: "zh", UserGeo: "CN" } }, { url }] },
    { Content: `{"CacheKeys":[{"Url":"${url}","Headers":{"UserGeo":"CN","UserLanguage":"zh"}},{"Url":"${url}"}]}` },
  ),
  purge(
    { type: "cachetag", targets: ["a b", "ü"], force: true },
    { Content: `{"CacheTags":["a b","ü"]}`, Force: "true" },
  ),
  purge({ type: "directory", targets: [`${url}/`] }, { Content: `{"Directories":["${url}/"]}` }),
  purge({ type: "ignoreParams", targets: [url] }, { Content: `{"IgnoreParams":["${url}"]}` }),
  purge({ type: "hostname", targets: ["www.example.com"] }, { Content: `{"Hostnames":["www.example.com"]}` }),
  purge({ type: "purgeall" }, { Content: `{"PurgeAll":true}` }),
  zone({ type: "purge_url", targets: ["https://www.example.net/a"] }, { Targets: ["https://www.example.net/a"] }),
  zone(
    { type: "purge_prefix", targets: ["https://www.example.net/a/"], method: "delete" },
    { Targets: ["https://www.example.net/a/"], Method: "delete" },
  ),
  zone({ type: "purge_host", targets: ["www.example.net"] }, { Targets: ["www.example.net"] }),
  zone({ type: "purge_all", method: "invalidate" }, { Method: "invalidate" }),
  zone(
    { type: "purge_cache_tag", targets: ["t1", "t2"], cacheTagDomains: ["www.example.net"] },
    { Targets: ["t1", "t2"], CacheTag: { Domains: ["www.example.net"] } },
  ),
  {
    module: esa,
    token: "esa:PrefetchTrigger",
    inputs: { ...site, targets: [url], headers: { "Accept-Encoding": "br" } },
    action: "PreloadCaches",
    sent: { SiteId: "5407498413000", Content: `["${url}"]`, Headers: `{"Accept-Encoding":"br"}` },
  },
  {
    module: teo,
    token: "teo:PrefetchTrigger",
    inputs: {
      zoneId: "zone-2o1xvpmq7nn1",
      contentHash: "1",
      targets: ["https://www.example.net/a"],
      mode: "default",
      headers: [{ name: "Accept-Encoding", value: "br" }],
      prefetchMediaSegments: "off",
    },
    action: "CreatePrefetchTask",
    sent: {
      Targets: ["https://www.example.net/a"],
      Mode: "default",
      Headers: [{ Name: "Accept-Encoding", Value: "br" }],
      PrefetchMediaSegments: "off",
    },
  },
  ...(["cdn", "dcdn"] as const).flatMap((name) => {
    const host = `https://${name}.example.com`;
    const [refresh, byTag] =
      name === "cdn"
        ? ["RefreshObjectCaches", "RefreshObjectCacheByCacheTag"]
        : ["RefreshDcdnObjectCaches", "RefreshDcdnObjectCacheByCacheTag"];
    return [
      family(
        name,
        "PurgeTrigger",
        refresh,
        { targets: [`${host}/a,b`] },
        { ObjectPath: `${host}/a,b`, ObjectType: "File" },
      ),
      family(
        name,
        "PurgeTrigger",
        refresh,
        { type: "Directory", targets: [`${host}/a/`], force: true },
        { ObjectPath: `${host}/a/`, ObjectType: "Directory", Force: "true" },
      ),
      family(name, "PurgeTrigger", refresh, { type: "Regex", targets: [`${host}/.*js$`] }, { ObjectType: "Regex" }),
      family(
        name,
        "PurgeTrigger",
        refresh,
        { type: "IgnoreParams", targets: [`${host}/a`] },
        { ObjectType: "IgnoreParams" },
      ),
      family(
        name,
        "PurgeTrigger",
        byTag,
        { type: "CacheTag", targets: ["a", "b"], domainName: `${name}.example.com` },
        { CacheTag: "a,b", DomainName: `${name}.example.com` },
      ),
      family(
        name,
        "PrefetchTrigger",
        name === "cdn" ? "PushObjectCache" : "PreloadDcdnObjectCaches",
        {
          targets: [`${host}/a`],
          area: "domestic",
          l2Preload: true,
          withHeader: { "Accept-Encoding": "gzip", Accept: ["a", "b"] },
        },
        {
          ObjectPath: `${host}/a`,
          Area: "domestic",
          L2Preload: "true",
          WithHeader: `{"Accept-Encoding":["gzip"],"Accept":["a","b"]}`,
        },
      ),
    ];
  }),
  family(
    "dcdn",
    "EdgeRoutinePurgeTrigger",
    "RefreshErObjectCaches",
    {
      targets: ["https://er.example.com/a"],
      routineId: "hello.world",
      mergeDomainName: ["dcdn.example.com", "er.example.com"],
    },
    {
      ObjectPath: "https://er.example.com/a",
      ObjectType: "File",
      RoutineId: "hello.world",
      MergeDomainName: "dcdn.example.com,er.example.com",
    },
  ),
  ...(
    [
      ["Directory", "https://er.example.com/a/"],
      ["Regex", "https://er.example.com/.*js$"],
      ["IgnoreParams", "https://er.example.com/a"],
    ] as const
  ).map(([type, target]) =>
    family(
      "dcdn",
      "EdgeRoutinePurgeTrigger",
      "RefreshErObjectCaches",
      { type, targets: [target], routineId: "hello.world" },
      { ObjectPath: target, ObjectType: type, RoutineId: "hello.world" },
    ),
  ),
  family(
    "dcdn",
    "EdgeRoutinePurgeTrigger",
    "RefreshErObjectCachesByCacheTag",
    { type: "CacheTag", targets: ["a"], domainName: "er.example.com" },
    { CacheTag: "a", Domain: "er.example.com" },
  ),
];

describe.concurrent("types", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  test.each(cases.map((each, index) => ({ ...each, index })))(
    "$token sends $inputs.type by $action",
    async ({ module, token, inputs, action, sent, index }) => {
      const control = await emulator.control.createTenant(`t${index}`);
      await control.settings.limits({
        "esa.purgeMs": 20,
        "esa.preloadMs": 20,
        "teo.prefetchMs": 20,
        "cdn.refreshMs": 20,
        "dcdn.refreshMs": 20,
        "cdn.preloadMs": 20,
        "dcdn.preloadMs": 20,
        "teo.purgeMs": 20,
      });
      const hosts = ["www.example.com", "www.example.net", "cdn.example.com", "dcdn.example.com"];
      await control.origin.publish(...hosts.map((host) => ({ host, path: "/a", body: "a" })));
      const stack = new Stack(resourceOf(module, `edgecache:${token}`), contextOf(await control.configuration()));
      await stack.preview(inputs);
      const ran = await stack.up(inputs);
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
      const [request, ...more] = await control.requests.find({ action });
      expect(more).toEqual([]);
      expect(request?.params).toMatchObject(sent);
    },
  );

  test.each([
    ["PurgeTrigger", "RefreshDcdnObjectCaches", 1],
    ["EdgeRoutinePurgeTrigger", "RefreshErObjectCaches", 2],
  ])("dcdn:%s: URLs of two domains by %s take %i", async (trigger, action, calls) => {
    const control = await emulator.control.createTenant(trigger);
    await control.settings.limits({ "dcdn.refreshMs": 20 });
    const stack = new Stack(resourceOf(dcdn, `edgecache:dcdn:${trigger}`), contextOf(await control.configuration()));
    const targets = ["a", "b"].flatMap((page) => ["er", "dcdn"].map((name) => `https://${name}.example.com/${page}`));
    expect((await stack.preview({ targets, contentHash: "1" }))[0]).toContain(`: ${calls} call`);
    expect(await stack.up({ targets, contentHash: "1" })).toMatchObject({ problems: [] });
    const requests = await control.requests.find({ action });
    const sent = requests.map(({ params }) => String(params["ObjectPath"]).split(/\r?\n/));
    expect(sent).toHaveLength(calls);
    expect(sent.flat().toSorted()).toEqual(targets.toSorted());
  });
});
