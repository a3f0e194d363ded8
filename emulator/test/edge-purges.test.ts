/** What visitors of the edge see: purges of every kind, several nodes. */
import { describe, expect, test } from "vitest";
import { alibaba, tencent } from "./clients.ts";
import { SiteId, host, nodes, useEdge } from "./edge-bench.ts";

const bench = useEdge();
const { publish, get, cache, purge, complete } = bench;

describe("purges", () => {
  const paths = ["/a/1?x=1", "/a/1?x=2", "/a/1", "/a/2", "/b/1"];
  const fill = async (): Promise<void> => {
    for (const path of paths) {
      await publish(path, path, { headers: { "cache-tag": path.startsWith("/a") ? "a" : "b" } });
      await get(path);
    }
  };
  const hits = async (): Promise<string[]> => {
    const kept = [];
    for (const path of paths) if ((await cache(path)) === "HIT") kept.push(path);
    return kept;
  };

  test.each<[string, object, string[]]>([
    ["file", { Files: [`https://${host}/a/1?x=1`] }, ["/a/1?x=2", "/a/1", "/a/2", "/b/1"]],
    ["cachekey", { CacheKeys: [{ Url: `http://${host}/a/1` }] }, ["/a/1?x=1", "/a/1?x=2", "/a/2", "/b/1"]],
    ["ignoreParams", { IgnoreParams: [`http://${host}/a/1`] }, ["/a/2", "/b/1"]],
    ["directory", { Directories: [`http://${host}/a/`] }, ["/b/1"]],
    ["cachetag", { CacheTags: ["a"] }, ["/b/1"]],
    ["hostname", { Hostnames: [host] }, []],
    ["purgeall", { PurgeAll: true }, []],
  ])("ESA %s", async (type, content, kept) => {
    await fill();
    await purge(type, content, "true");
    expect(await hits()).toEqual(paths);
    await complete();
    expect(await hits()).toEqual(kept);
  });

  test.each<[string, string, string[]]>([
    ["File", `http://cdn.example.com/a/1`, ["/a/1?x=1", "/a/1?x=2", "/a/2", "/b/1"]],
    ["IgnoreParams", `http://cdn.example.com/a/1`, ["/a/2", "/b/1"]],
    ["Directory", `cdn.example.com/a/`, ["/b/1"]],
    ["Regex", `http://cdn.example.com/./1$`, ["/a/1?x=1", "/a/1?x=2", "/a/2"]],
  ])("CDN %s", async (ObjectType, ObjectPath, kept) => {
    const url = (path: string): string => `http://cdn.example.com${path}`;
    for (const path of paths) {
      await bench.emulator.control.origin.publish({ host: "cdn.example.com", path, body: path });
      await bench.emulator.control.visit(url(path));
    }
    await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath, ObjectType, Force: "true" });
    await complete();
    const found = [];
    for (const path of paths) if ((await bench.emulator.control.visit(url(path))).cache === "HIT") found.push(path);
    expect(found).toEqual(kept);
  });

  test.each<[string, string[], string, string[]]>([
    ["purge_prefix", ["http://www.example.net/a/"], "REVALIDATED", ["/b/1"]],
    ["purge_host", ["www.example.net"], "REVALIDATED", []],
    ["purge_url", ["http://www.example.net/a/2"], "MISS", ["/a/1?x=1", "/a/1?x=2", "/a/1", "/b/1"]],
  ])("EdgeOne %s", async (Type, Targets, purged, kept) => {
    const url = (path: string): string => `http://www.example.net${path}`;
    for (const path of paths) {
      await bench.emulator.control.origin.publish({ host: "www.example.net", path, body: path });
      await bench.emulator.control.visit(url(path));
    }
    await tencent(bench.emulator.endpoint, "CreatePurgeTask", { ZoneId: "zone-2o1xvpmq7nn1", Type, Targets });
    await complete();
    const states = await Promise.all(paths.map(async (path) => (await bench.emulator.control.visit(url(path))).cache));
    expect(states).toEqual(paths.map((path) => (kept.includes(path) ? "HIT" : purged)));
  });

  test("without Force the object stays and the origin is asked whether it changed", async () => {
    await publish("/", "v1", { headers: { "cache-tag": "a" } });
    await get("/");
    await bench.emulator.control.origin.clearLog();
    await purge("cachetag", { CacheTags: ["a"] });
    await complete();
    expect((await bench.emulator.control.edge.objects({ node: "hangzhou" }))[0]?.state).toBe("expired");
    expect(await get("/")).toMatchObject({ cache: "REVALIDATED", body: "v1" });
    expect(await cache("/")).toBe("HIT");
    const [asked] = await bench.emulator.control.origin.log();
    expect(asked).toMatchObject({ status: 304, headers: { "if-none-match": expect.stringMatching(/^"/) as string } });
    await publish("/", "v2", { headers: { "cache-tag": "a" } });
    await purge("cachetag", { CacheTags: ["a"] });
    await complete();
    expect(await get("/")).toMatchObject({ cache: "MISS", body: "v2" });
  });

  test("an answer fetched before a purge is not stored after it", async () => {
    await publish("/", "v1", { headers: { "cache-tag": "a" }, delayMs: 150 });
    await purge("cachetag", { CacheTags: ["a"] }, "true");
    const visiting = get("/");
    await expect.poll(async () => (await bench.emulator.control.origin.log()).length).toBe(1);
    await complete();
    await publish("/", "v2", { headers: { "cache-tag": "a" } });
    expect((await visiting).body).toBe("v1");
    expect(await get("/")).toMatchObject({ cache: "MISS", body: "v2" });
  });

  test.each(["/(a+)+$", "/(a|aa)+$", "/(a*)*(a*)*b$", "/(?=a)", "/(", "/\\1"])(
    "Regex %s: neither a pattern that backtracks for years nor one that is none stops the edge",
    async (path) => {
      const url = `http://cdn.example.com/${"a".repeat(40)}!`;
      await bench.emulator.control.origin.publish({ host: "cdn.example.com", path: new URL(url).pathname, body: "v1" });
      await bench.emulator.control.visit(url);
      const ObjectPath = `http://cdn.example.com${path}`;
      await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath, ObjectType: "Regex" });
      await complete();
      expect((await bench.emulator.control.visit(url)).cache).toBe("HIT");
    },
  );

  test("cache keys with features of the visitor", async () => {
    const site = { siteId: "1", siteName: "a.com", account: "1234567890123456", records: [host] };
    const mine = await bench.emulator.control.createTenant("keys", {
      seed: { services: { esa: { sites: [{ ...site, cacheKey: ["UserDeviceType"] }] } } },
    });
    await mine.origin.publish({ host, path: "/", body: "x" });
    const visit = async (device: string): Promise<string> =>
      (await mine.visit(`http://${host}/`, { headers: { "user-agent": device } })).cache;
    expect([await visit("Linux"), await visit("iPhone"), await visit("iPhone")]).toEqual(["MISS", "MISS", "HIT"]);
    const CacheKeys = [{ Url: `http://${host}/`, Headers: { UserDeviceType: "mobile" } }];
    await alibaba(
      bench.emulator.endpoint,
      "esa",
      "PurgeCaches",
      { SiteId: "1", Type: "cachekey", Content: JSON.stringify({ CacheKeys }) },
      { key: "LTAI5tEMULATOR-keys" },
    );
    await mine.clock.advance(2000);
    expect([await visit("Linux"), await visit("iPhone")]).toEqual(["HIT", "MISS"]);
  });
});

describe("nodes", () => {
  test("have caches of their own and obey one after the other, the last at completion", async () => {
    await publish("/", "v1");
    for (const node of nodes) expect(await cache("/", node)).toBe("MISS");
    await publish("/", "v2");
    await purge("file", { Files: [`http://${host}/`] });
    const bodies = async (): Promise<string[]> =>
      Promise.all(nodes.map(async (node) => (await get("/", {}, node)).body));
    expect(await bodies()).toEqual(["v1", "v1", "v1"]);
    await bench.emulator.control.clock.advance(700);
    expect(await bodies()).toEqual(["v2", "v1", "v1"]);
    await bench.emulator.control.clock.advance(700);
    expect(await bodies()).toEqual(["v2", "v2", "v1"]);
    await bench.emulator.control.clock.advance(600);
    expect(await bodies()).toEqual(["v2", "v2", "v2"]);
  });

  test("may be late on purpose", async () => {
    await bench.emulator.control.settings.limits({ "edge.lateNodeMs": 10_000 });
    await publish("/", "v1");
    await cache("/", "virginia");
    await publish("/", "v2");
    await purge("file", { Files: [`http://${host}/`] });
    await complete();
    expect((await get("/", {}, "virginia")).body).toBe("v1");
    await bench.emulator.control.clock.advance(10_000);
    expect((await get("/", {}, "virginia")).body).toBe("v2");
  });

  test("are all warmed by a prefetch", async () => {
    await publish("/", "x");
    await alibaba(bench.emulator.endpoint, "esa", "PreloadCaches", { SiteId, Content: `["http://${host}/"]` });
    await bench.emulator.control.clock.advance(3000);
    expect(await Promise.all(nodes.map((node) => cache("/", node)))).toEqual(["HIT", "HIT", "HIT"]);
    expect(await bench.emulator.control.origin.log()).toHaveLength(3);
  });
});
