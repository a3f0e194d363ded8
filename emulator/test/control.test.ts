/** The control API: tenants, clock, log, seeds, snapshots, settings, its own description. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlClient, type Emulator, startEmulator } from "../src/index.ts";
import { type Answer, alibaba } from "./clients.ts";

const SiteId = "5407498413000";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
});
afterAll(() => emulator.close());

const esa = (key: string, action: string, parameters: Record<string, string> = {}): Promise<Answer> =>
  alibaba(emulator.endpoint, "esa", action, { SiteId, ...parameters }, { key });

describe("tenants", () => {
  test("see nothing of each other: state, log, clock, faults, pages, caches", async () => {
    const a = await emulator.control.createTenant("a");
    const b = await emulator.control.createTenant("b");
    await esa("LTAI5tEMULATOR-a", "UpdateCacheTag", { TagName: "A" });
    await a.faults.add({ kind: "error", code: "X", action: "PurgeCaches" });
    await a.clock.advance(86_400_000);
    await a.origin.publish({ host: "www.example.com", path: "/", body: "of a" });
    expect((await a.visit("http://www.example.com/")).body).toBe("of a");

    expect((await esa("LTAI5tEMULATOR-b", "GetCacheTag")).body["TagName"]).toBe("");
    expect((await esa("LTAI5tEMULATOR", "GetCacheTag")).body["TagName"]).toBe("");
    expect((await esa("LTAI5tEMULATOR-a", "GetCacheTag")).body["TagName"]).toBe("A");
    expect((await b.visit("http://www.example.com/")).status).toBe(404);
    expect(await b.faults.list()).toEqual([]);
    expect([(await a.clock.get()).now, (await b.clock.get()).now]).toEqual([
      "2026-11-23T12:00:00.000Z",
      "2026-11-22T12:00:00.000Z",
    ]);
    expect((await a.requests.find()).map(({ action, accessKeyId }) => [action, accessKeyId])).toEqual([
      ["UpdateCacheTag", "LTAI5tEMULATOR-a"],
      ["GetCacheTag", "LTAI5tEMULATOR-a"],
    ]);
    expect(await b.requests.find({ action: "UpdateCacheTag" })).toEqual([]);
    expect((await a.configuration()).alibabaAccessKeyId).toBe("LTAI5tEMULATOR-a");
  });

  test("exist only when made, start afresh when made again, and end", async () => {
    const gone = await emulator.control.createTenant("gone");
    await esa("LTAI5tEMULATOR-gone", "UpdateCacheTag", { TagName: "x" });
    await emulator.control.createTenant("gone");
    expect((await esa("LTAI5tEMULATOR-gone", "GetCacheTag")).body["TagName"]).toBe("");
    await emulator.control.removeTenant("gone");
    expect((await esa("LTAI5tEMULATOR-gone", "GetCacheTag")).body["Code"]).toBe("InvalidAccessKeyId.NotFound");
    await expect(gone.state()).rejects.toThrow('there is no tenant \\"gone\\"');
    await expect(emulator.control.removeTenant("default")).rejects.toThrow("that could be removed");
  });

  test("may have a seed and a clock of their own", async () => {
    const own = await emulator.control.createTenant("own", {
      clock: "2030-01-01T00:00:00Z",
      seed: {
        services: { esa: { sites: [{ siteId: "7", siteName: "o.com", account: "1234567890123456", records: [] }] } },
      },
    });
    const listed = await alibaba(emulator.endpoint, "esa", "ListSites", {}, { key: "LTAI5tEMULATOR-own" });
    expect(listed.body).toMatchObject({ TotalCount: 1, Sites: [{ SiteId: 7, CreateTime: "2030-01-01T00:00:00Z" }] });
    expect(await own.clock.get()).toEqual({ mode: "frozen", now: "2030-01-01T00:00:00.000Z" });
  });
});

describe("the clock", () => {
  test("stops, moves, runs from here and with the machine", async () => {
    const mine = await emulator.control.createTenant("clock");
    expect(await mine.clock.freeze("2026-01-01T00:00:00Z")).toEqual({
      mode: "frozen",
      now: "2026-01-01T00:00:00.000Z",
    });
    expect((await mine.clock.advance(1500)).now).toBe("2026-01-01T00:00:01.500Z");
    const running = await mine.clock.run("2027-01-01T00:00:00Z");
    expect([running.mode, running.now.slice(0, 17)]).toEqual(["real", "2027-01-01T00:00:"]);
    const machine = Date.parse((await mine.clock.run()).now);
    expect(Math.abs(machine - Date.now())).toBeLessThan(5_000);
  });
});

describe("the request log", () => {
  test("is found by service, action, status, code, outcome, parameter and sequence", async () => {
    const mine = await emulator.control.createTenant("log");
    const key = "LTAI5tEMULATOR-log";
    await esa(key, "GetCacheTag");
    await esa(key, "GetCacheTag", { SiteVersion: "9" });
    await esa(key, "GetSite");
    await alibaba(emulator.endpoint, "cdn", "DescribeRefreshQuota", {}, { key });
    const found = async (...[filter]: Parameters<typeof mine.requests.find>): Promise<string[]> =>
      (await mine.requests.find(filter)).map(({ action, code }) => `${action} ${code ?? "ok"}`);
    expect(await found({ service: "cdn" })).toEqual(["DescribeRefreshQuota ok"]);
    expect(await found({ action: "GetCacheTag", outcome: "ok" })).toEqual(["GetCacheTag ok"]);
    expect(await found({ status: 400 })).toEqual(["GetCacheTag VersionNotValid"]);
    expect(await found({ code: "VersionNotValid" })).toHaveLength(1);
    expect(await found({ params: { SiteVersion: "9" } })).toEqual(["GetCacheTag VersionNotValid"]);
    expect(await found({ since: 2 })).toEqual(["GetSite ok", "DescribeRefreshQuota ok"]);
    const [entry] = await mine.requests.find({ action: "GetSite" });
    expect(entry).toMatchObject({
      seq: 3,
      at: "2026-11-22T12:00:00.000Z",
      method: "POST",
      params: { SiteId },
      accessKeyId: key,
      account: "1234567890123456",
      status: 200,
      executed: true,
      faults: [],
      requestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
    });
    await mine.requests.clear();
    expect(await mine.requests.find()).toEqual([]);
  });

  test("streams entries as they come", async () => {
    await emulator.control.createTenant("stream");
    const response = await fetch(`${emulator.endpoint}/_emulator/requests/stream?tenant=stream`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: open");
    await esa("LTAI5tEMULATOR-stream", "GetSite");
    const { value = "" } = (await reader?.read()) ?? {};
    expect(value).toMatch(/^event: request\ndata: \{"seq":1,/);
    await reader?.cancel();
  });
});

describe("seeds and snapshots", () => {
  test("a seed that is wrong is refused with the place of the mistake, and changes nothing", async () => {
    const mine = await emulator.control.createTenant("seed");
    await esa("LTAI5tEMULATOR-seed", "UpdateCacheTag", { TagName: "Kept" });
    const wrong = (seed: object): Promise<void> => mine.seed(seed);
    await expect(wrong({ services: { esa: { sites: [{ siteId: "x" }] } } })).rejects.toThrow(/sites\[0\]\.siteId/);
    await expect(wrong({ services: { s3: {} } })).rejects.toThrow('names no service: \\"s3\\"');
    await expect(wrong({ page: [] })).rejects.toThrow("page");
    expect((await esa("LTAI5tEMULATOR-seed", "GetCacheTag")).body["TagName"]).toBe("Kept");
  });

  test("a snapshot brings back clouds, caches, pages and time", async () => {
    const mine = await emulator.control.createTenant("snap");
    const key = "LTAI5tEMULATOR-snap";
    const url = "http://www.example.com/";
    await mine.origin.publish({ host: "www.example.com", path: "/", body: "v1", headers: { "cache-tag": "a" } });
    await mine.visit(url);
    await esa(key, "PurgeCaches", { Type: "cachetag", Content: '{"CacheTags":["a"]}', Force: "true" });
    await mine.settings.limits({ "esa.perSecond": 77 });
    await mine.snapshots.take("before");

    await mine.clock.advance(5000);
    await mine.origin.publish({ host: "www.example.com", path: "/", body: "v2" });
    await esa(key, "UpdateCacheTag", { TagName: "Later" });
    expect((await mine.visit(url)).body).toBe("v2");

    await mine.snapshots.restore("before");
    expect(await mine.snapshots.list()).toEqual(["before"]);
    expect(await mine.visit(url)).toMatchObject({ cache: "HIT", body: "v1", age: 0 });
    expect((await esa(key, "GetCacheTag")).body["TagName"]).toBe("");
    const rows = (await esa(key, "DescribePurgeTasks", { Type: "cachetag" })).body["Tasks"];
    expect(rows).toMatchObject([{ Status: "Refreshing", Process: "0%" }]);
    const { limits } = await mine.settings.get();
    expect(limits.find(({ name }) => name === "esa.perSecond")?.inForce).toBe(77);
    // the purge that was under way is still on its way
    await mine.clock.advance(2000);
    expect((await mine.visit(url)).cache).toBe("MISS");
    await expect(mine.snapshots.restore("none")).rejects.toThrow('there is no snapshot \\"none\\"');
  });
});

test("every limit says where it comes from and when that was read", async () => {
  const { limits } = await emulator.control.settings.get();
  expect(limits.length).toBeGreaterThan(90);
  const bare = limits.filter(({ source, readOn }) => source.length < 6 || !/^\d{4}-\d{2}-\d{2}$/.test(readOn));
  expect(bare).toEqual([]);
});

test("a client needs only the address, and says what the emulator said", async () => {
  const client = new ControlClient(`${emulator.endpoint}/_emulator/`);
  expect(await client.info()).toMatchObject({ endpoint: emulator.endpoint, edge: emulator.edge.url });
  await expect(client.clock.advance(-1)).rejects.toThrow(/POST \/clock\/advance answered 400: .*ms/s);
});
