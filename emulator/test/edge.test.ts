/** What visitors of the edge see: HTTP caching and tags. */
import { describe, expect, test } from "vitest";
import { alibaba } from "./clients.ts";
import { SiteId, host, useEdge } from "./edge-bench.ts";

const bench = useEdge();
const { publish, get, cache, purge, complete, atOrigin } = bench;

describe("caching", () => {
  test("MISS, then HIT with an Age, then REVALIDATED when the time is over", async () => {
    await publish("/", "hello", { headers: { "cache-control": "max-age=60" } });
    expect(await get("/")).toMatchObject({ status: 200, body: "hello", cache: "MISS", age: undefined });
    await bench.emulator.control.clock.advance(59_000);
    expect(await get("/")).toMatchObject({ cache: "HIT", age: 59, body: "hello" });
    await bench.emulator.control.clock.advance(1_000);
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
    await bench.emulator.control.origin.down();
    const visit = (method: string) => bench.emulator.control.visit(`http://${host}/`, { method });
    expect([(await visit("GET")).status, (await visit("POST")).status]).toEqual([502, 502]);
    await bench.emulator.control.origin.down(false);
    await bench.emulator.control.settings.limits({ "edge.originTimeoutMs": 30 });
    await publish("/", "late", { delayMs: 300 });
    expect((await visit("GET")).status).toBe(504);
    await alibaba(bench.emulator.endpoint, "esa", "PreloadCaches", { SiteId, Content: `["http://${host}/"]` });
    await bench.emulator.control.clock.advance(3000);
    const { body } = await alibaba(bench.emulator.endpoint, "esa", "DescribePreloadTasks", { SiteId });
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
    expect((await bench.emulator.control.origin.log()).map(({ headers }) => headers["range"])).toEqual([undefined]);
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
    expect(await bench.emulator.control.edge.objects({ node: "hangzhou" })).toHaveLength(2);
  });

  test("a 404 is kept for a minute, then asked for again; a purge ends it earlier", async () => {
    expect([await cache("/new"), await cache("/new")]).toEqual(["MISS", "HIT"]);
    await publish("/new", "here");
    expect((await get("/new")).status).toBe(404);
    await bench.emulator.control.clock.advance(60_000);
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
    await bench.emulator.control.clock.advance(20_000);
    expect(await get("/swr")).toMatchObject({ cache: "STALE", body: "v1", age: 20 });
    await expect.poll(async () => (await get("/swr")).body).toBe("v2");
    await bench.emulator.control.origin.down();
    expect(await get("/sie")).toMatchObject({ cache: "STALE", body: "v1" });
    await bench.emulator.control.clock.advance(60_000);
    expect((await get("/sie")).status).toBe(502);
  });

  test("other methods pass through, unknown hosts are refused", async () => {
    await publish("/", "x");
    const posted = await bench.emulator.control.visit(`http://${host}/`, { method: "POST" });
    expect([posted.status, posted.cache]).toEqual([200, "BYPASS"]);
    const unknown = await bench.emulator.control.visit("http://unknown.org/");
    expect([unknown.status, unknown.cache]).toEqual([404, "NONE"]);
  });
});

describe("tags", () => {
  const tags = async (): Promise<(readonly string[])[]> =>
    (await bench.emulator.control.edge.objects({ node: "hangzhou" })).map((object) => object.tags);

  test("come from the default header until another one is named, from then on only from that", async () => {
    const headers = { "cache-tag": "a, b,,a ,", "edge-tag": "C" };
    await publish("/1", "x", { headers });
    await publish("/2", "x", { headers });
    await get("/1");
    await alibaba(bench.emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, TagName: "Edge-Tag" });
    await get("/2");
    await get("/1");
    expect(await tags()).toEqual([["a", "b"], ["C"]]);
  });

  test("stay what they were when the object is revalidated under another configuration", async () => {
    await publish("/", "x", { headers: { "cache-control": "max-age=60", "cache-tag": "a", "edge-tag": "b" } });
    await get("/");
    await alibaba(bench.emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, TagName: "Edge-Tag" });
    await bench.emulator.control.clock.advance(60_000);
    expect(await cache("/")).toBe("REVALIDATED");
    expect(await tags()).toEqual([["a"]]);
  });

  test("with CaseInsensitive they are kept and matched in lower case", async () => {
    await alibaba(bench.emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, CaseInsensitive: "on" });
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
