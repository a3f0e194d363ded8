/** What visitors of the edge see: HTTP caching, tags, purges of every kind, several nodes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, type PageSeed, startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const SiteId = "5407498413000";
const nodes = ["hangzhou", "frankfurt", "virginia"];
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: NOW, seed: { nodes }, limits: { "esa.perSecond": 1000 } });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const host = "www.example.com";
const publish = (path: string, body: string, more: Partial<PageSeed> = {}): Promise<void> =>
  emulator.control.origin.publish({ host, path, body, ...more });
const get = async (path: string, headers: Record<string, string> = {}, node?: string) =>
  emulator.control.visit(`http://${host}${path}`, { headers, ...(node === undefined ? {} : { node }) });
const cache = async (path: string, node?: string): Promise<string> => (await get(path, {}, node)).cache;
const purge = (Type: string, content: object, Force?: string): Promise<unknown> =>
  alibaba(emulator.endpoint, "esa", "PurgeCaches", {
    SiteId,
    Type,
    Content: JSON.stringify(content),
    ...(Force === undefined ? {} : { Force }),
  });
const complete = (): Promise<unknown> => emulator.control.clock.advance(2000);
const atOrigin = async (): Promise<unknown[]> =>
  (await emulator.control.origin.log()).map(({ path, status, headers }) => [path, status, headers["if-none-match"]]);

describe("caching", () => {
  test("MISS, then HIT with an Age, then REVALIDATED when the time is over", async () => {
    await publish("/", "hello", { headers: { "cache-control": "max-age=60" } });
    expect(await get("/")).toMatchObject({ status: 200, body: "hello", cache: "MISS", age: undefined });
    await emulator.control.clock.advance(59_000);
    expect(await get("/")).toMatchObject({ cache: "HIT", age: 59, body: "hello" });
    await emulator.control.clock.advance(1_000);
    expect(await get("/")).toMatchObject({ cache: "REVALIDATED", age: 0, body: "hello" });
    const [, revalidation] = await atOrigin();
    expect(revalidation).toEqual(["/", 304, expect.stringMatching(/^"[0-9a-f]{16}"$/)]);
    expect(await cache("/")).toBe("HIT");
  });

  test("cookies reach the visitor who fetched, each on its line, and nobody else", async () => {
    const headers = { "cache-control": "max-age=60", "set-cookie": "a=1; Expires=Sun, 22 Nov 2026 13:00:00 GMT" };
    await publish("/", "x", { headers });
    expect((await get("/")).headers["set-cookie"]).toBe(headers["set-cookie"]);
    const second = await get("/");
    expect([second.cache, second.headers["set-cookie"]]).toEqual(["HIT", undefined]);
  });

  test("an origin that is away or too slow gives 502 or 504, also to other methods", async () => {
    await emulator.control.origin.down();
    const visit = (method: string) => emulator.control.visit(`http://${host}/`, { method });
    expect([(await visit("GET")).status, (await visit("POST")).status]).toEqual([502, 502]);
    await emulator.control.origin.down(false);
    await emulator.control.settings.limits({ "edge.originTimeoutMs": 30 });
    await publish("/", "late", { delayMs: 300 });
    expect((await visit("GET")).status).toBe(504);
    await alibaba(emulator.endpoint, "esa", "PreloadCaches", { SiteId, Content: `["http://${host}/"]` });
    await emulator.control.clock.advance(3000);
    const { body } = await alibaba(emulator.endpoint, "esa", "DescribePreloadTasks", { SiteId });
    expect(body["Tasks"]).toMatchObject([{ Status: "Failed", Description: "Origin Timeout" }]);
  });

  test("no-store and private answers are not kept", async () => {
    await publish("/no", "x", { headers: { "cache-control": "no-store" } });
    await publish("/mine", "x", { headers: { "cache-control": "private, max-age=60" } });
    expect([await cache("/no"), await cache("/no"), await cache("/mine"), await cache("/mine")]).toEqual(
      Array(4).fill("MISS"),
    );
  });

  test("visitors cannot steer the cache, but get 304 for what they have", async () => {
    await publish("/", "hello");
    const { headers } = await get("/");
    expect((await get("/", { "cache-control": "no-cache" })).cache).toBe("HIT");
    const conditional = await get("/", { "if-none-match": headers["etag"] ?? "" });
    expect([conditional.status, conditional.body, conditional.cache]).toEqual([304, "", "HIT"]);
  });

  test("ranges are answered from the whole object", async () => {
    await publish("/", "0123456789");
    const ranged = async (range: string): Promise<unknown[]> => {
      const { status, body, cache: state, headers } = await get("/", { range });
      return [status, body, state, headers["content-range"]];
    };
    expect(await ranged("bytes=2-4")).toEqual([206, "234", "MISS", "bytes 2-4/10"]);
    expect(await ranged("bytes=-3")).toEqual([206, "789", "HIT", "bytes 7-9/10"]);
    expect(await ranged("bytes=8-")).toEqual([206, "89", "HIT", "bytes 8-9/10"]);
    expect(await ranged("bytes=10-")).toEqual([416, "", "HIT", "bytes */10"]);
    expect(await ranged("lines=1-2")).toEqual([200, "0123456789", "HIT", undefined]);
    expect((await emulator.control.origin.log()).map(({ headers }) => headers["range"])).toEqual([undefined]);
  });

  test("Vary keeps a variant per value", async () => {
    await publish("/", "x", { headers: { "cache-control": "max-age=60", vary: "Accept-Language" } });
    const visit = async (language: string): Promise<string> => (await get("/", { "accept-language": language })).cache;
    expect([await visit("de"), await visit("en"), await visit("de"), await visit("en")]).toEqual([
      "MISS",
      "MISS",
      "HIT",
      "HIT",
    ]);
    expect(await emulator.control.edge.objects({ node: "hangzhou" })).toHaveLength(2);
  });

  test("a 404 is kept for a minute, then asked for again; a purge ends it earlier", async () => {
    expect([await cache("/new"), await cache("/new")]).toEqual(["MISS", "HIT"]);
    await publish("/new", "here");
    expect((await get("/new")).status).toBe(404);
    await emulator.control.clock.advance(60_000);
    expect(await get("/new")).toMatchObject({ status: 200, body: "here", cache: "MISS" });
    await cache("/other");
    await publish("/other", "here");
    await purge("file", { Files: [`http://${host}/other`] });
    await complete();
    expect((await get("/other")).status).toBe(200);
  });

  test("stale-while-revalidate serves the old copy once, stale-if-error while the origin is away", async () => {
    await publish("/swr", "v1", { headers: { "cache-control": "max-age=10, stale-while-revalidate=60" } });
    await publish("/sie", "v1", { headers: { "cache-control": "max-age=10, stale-if-error=60" } });
    await get("/swr");
    await get("/sie");
    await publish("/swr", "v2", { headers: { "cache-control": "max-age=10, stale-while-revalidate=60" } });
    await emulator.control.clock.advance(20_000);
    expect(await get("/swr")).toMatchObject({ cache: "STALE", body: "v1", age: 20 });
    await expect.poll(async () => (await get("/swr")).body).toBe("v2");
    await emulator.control.origin.down();
    expect(await get("/sie")).toMatchObject({ cache: "STALE", body: "v1" });
    await emulator.control.clock.advance(60_000);
    expect((await get("/sie")).status).toBe(502);
  });

  test("other methods pass through, unknown hosts are refused", async () => {
    await publish("/", "x");
    const posted = await emulator.control.visit(`http://${host}/`, { method: "POST" });
    expect([posted.status, posted.cache]).toEqual([200, "BYPASS"]);
    const unknown = await emulator.control.visit("http://unknown.org/");
    expect([unknown.status, unknown.cache]).toEqual([404, "NONE"]);
  });
});

describe("tags", () => {
  const tags = async (): Promise<(readonly string[])[]> =>
    (await emulator.control.edge.objects({ node: "hangzhou" })).map((object) => object.tags);

  test("come from the default header until another one is named, from then on only from that", async () => {
    const headers = { "cache-tag": "a, b,,a ,", "edge-tag": "C" };
    await publish("/1", "x", { headers });
    await publish("/2", "x", { headers });
    await get("/1");
    await alibaba(emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, TagName: "Edge-Tag" });
    await get("/2");
    await get("/1");
    expect(await tags()).toEqual([["a", "b"], ["C"]]);
  });

  test("stay what they were when the object is revalidated under another configuration", async () => {
    await publish("/", "x", { headers: { "cache-control": "max-age=60", "cache-tag": "a", "edge-tag": "b" } });
    await get("/");
    await alibaba(emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, TagName: "Edge-Tag" });
    await emulator.control.clock.advance(60_000);
    expect(await cache("/")).toBe("REVALIDATED");
    expect(await tags()).toEqual([["a"]]);
  });

  test("with CaseInsensitive they are kept and matched in lower case", async () => {
    await alibaba(emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, CaseInsensitive: "on" });
    await publish("/", "x", { headers: { "cache-tag": "Cat,Dog" } });
    await get("/");
    expect(await tags()).toEqual([["cat", "dog"]]);
    await purge("cachetag", { CacheTags: ["CAT"] }, "true");
    await complete();
    expect(await cache("/")).toBe("MISS");
  });

  test("with case they match only as they are", async () => {
    await publish("/", "x", { headers: { "cache-tag": "Cat" } });
    await get("/");
    await purge("cachetag", { CacheTags: ["cat"] }, "true");
    await complete();
    expect(await cache("/")).toBe("HIT");
  });
});

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
      await emulator.control.origin.publish({ host: "cdn.example.com", path, body: path });
      await emulator.control.visit(url(path));
    }
    await alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath, ObjectType, Force: "true" });
    await complete();
    const found = [];
    for (const path of paths) if ((await emulator.control.visit(url(path))).cache === "HIT") found.push(path);
    expect(found).toEqual(kept);
  });

  test.each<[string, string[], string, string[]]>([
    ["purge_prefix", ["http://www.example.net/a/"], "REVALIDATED", ["/b/1"]],
    ["purge_host", ["www.example.net"], "REVALIDATED", []],
    ["purge_url", ["http://www.example.net/a/2"], "MISS", ["/a/1?x=1", "/a/1?x=2", "/a/1", "/b/1"]],
  ])("EdgeOne %s", async (Type, Targets, purged, kept) => {
    const url = (path: string): string => `http://www.example.net${path}`;
    for (const path of paths) {
      await emulator.control.origin.publish({ host: "www.example.net", path, body: path });
      await emulator.control.visit(url(path));
    }
    await tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId: "zone-2o1xvpmq7nn1", Type, Targets });
    await complete();
    const states = await Promise.all(paths.map(async (path) => (await emulator.control.visit(url(path))).cache));
    expect(states).toEqual(paths.map((path) => (kept.includes(path) ? "HIT" : purged)));
  });

  test("without Force the object stays and the origin is asked whether it changed", async () => {
    await publish("/", "v1", { headers: { "cache-tag": "a" } });
    await get("/");
    await emulator.control.origin.clearLog();
    await purge("cachetag", { CacheTags: ["a"] });
    await complete();
    expect((await emulator.control.edge.objects({ node: "hangzhou" }))[0]?.state).toBe("expired");
    expect(await get("/")).toMatchObject({ cache: "REVALIDATED", body: "v1" });
    expect(await cache("/")).toBe("HIT");
    const [asked] = await emulator.control.origin.log();
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
    await expect.poll(async () => (await emulator.control.origin.log()).length).toBe(1);
    await complete();
    await publish("/", "v2", { headers: { "cache-tag": "a" } });
    expect((await visiting).body).toBe("v1");
    expect(await get("/")).toMatchObject({ cache: "MISS", body: "v2" });
  });

  test("cache keys with features of the visitor", async () => {
    const site = { siteId: "1", siteName: "a.com", account: "1234567890123456", records: [host] };
    const mine = await emulator.control.createTenant("keys", {
      seed: { services: { esa: { sites: [{ ...site, cacheKey: ["UserDeviceType"] }] } } },
    });
    await mine.origin.publish({ host, path: "/", body: "x" });
    const visit = async (device: string): Promise<string> =>
      (await mine.visit(`http://${host}/`, { headers: { "user-agent": device } })).cache;
    expect([await visit("Linux"), await visit("iPhone"), await visit("iPhone")]).toEqual(["MISS", "MISS", "HIT"]);
    const CacheKeys = [{ Url: `http://${host}/`, Headers: { UserDeviceType: "mobile" } }];
    await alibaba(
      emulator.endpoint,
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
    await emulator.control.clock.advance(700);
    expect(await bodies()).toEqual(["v2", "v1", "v1"]);
    await emulator.control.clock.advance(700);
    expect(await bodies()).toEqual(["v2", "v2", "v1"]);
    await emulator.control.clock.advance(600);
    expect(await bodies()).toEqual(["v2", "v2", "v2"]);
  });

  test("may be late on purpose", async () => {
    await emulator.control.settings.limits({ "edge.lateNodeMs": 10_000 });
    await publish("/", "v1");
    await cache("/", "virginia");
    await publish("/", "v2");
    await purge("file", { Files: [`http://${host}/`] });
    await complete();
    expect((await get("/", {}, "virginia")).body).toBe("v1");
    await emulator.control.clock.advance(10_000);
    expect((await get("/", {}, "virginia")).body).toBe("v2");
  });

  test("are all warmed by a prefetch", async () => {
    await publish("/", "x");
    await alibaba(emulator.endpoint, "esa", "PreloadCaches", { SiteId, Content: `["http://${host}/"]` });
    await emulator.control.clock.advance(3000);
    expect(await Promise.all(nodes.map((node) => cache("/", node)))).toEqual(["HIT", "HIT", "HIT"]);
    expect(await emulator.control.origin.log()).toHaveLength(3);
  });
});
