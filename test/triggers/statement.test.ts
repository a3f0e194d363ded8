/**
 * A run that ends green has an edge without stale copies: what outsiders found
 * to be otherwise, each by what the cloud received and what the state says.
 */
import { describe, expect, test } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { siteId, useTenants, zoneId, type Params } from "./tenants.ts";

type Program = Record<string, Value>;

const world = useTenants();
const lines = (params: Params): string[] => String(params["ObjectPath"]).split(/\r?\n/);

describe("a corrected program", () => {
  test("EdgeOne: a target that was refused is corrected under the same hash: it is purged, and the good one is not", async () => {
    const { stack, calls } = await world();
    const trigger = stack(teo, "teo:PurgeTrigger");
    const program = (second: string): Program => ({
      zoneId,
      type: "purge_url",
      targets: ["https://www.example.net/a", second],
      contentHash: "1",
    });
    const first = await trigger.up(program("https://wwv.example.net/b"));
    expect(first.outputs).toMatchObject({ status: "partial", owed: [{ target: "https://wwv.example.net/b" }] });
    const second = await trigger.up(program("https://www.example.net/b"));
    expect(second).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(second.logs.join()).toMatch(/warn: no longer owed.*wwv\.example\.net/);
    expect((await calls("CreatePurgeTask")).map(({ Targets }) => Targets).at(-1)).toEqual([
      "https://www.example.net/b",
    ]);
  });

  test("ESA: files over the quota become a directory under the same hash: the directory is purged", async () => {
    const { stack, control, calls } = await world();
    const trigger = stack(esa, "esa:PurgeTrigger");
    const page = "https://www.example.com/docs/a";
    await control.faults.add({ kind: "quotaExhausted", action: "PurgeCaches", count: 1 });
    const first = { siteId, type: "file", targets: [page], contentHash: "1", failurePolicy: "warn" };
    expect((await trigger.up(first)).outputs).toMatchObject({ status: "failed", owed: [{ target: page }] });
    const ran = await trigger.up({ ...first, type: "directory", targets: ["https://www.example.com/docs/"] });
    expect(ran).toMatchObject({ outputs: { status: "complete", owed: [] } });
    const sent = (await calls("PurgeCaches")).map(({ Content }) => JSON.parse(String(Content)));
    expect(sent).toEqual([{ Directories: ["https://www.example.com/docs/"] }]);
  });
  test.each([
    [
      "CDN",
      cdn,
      "cdn:PurgeTrigger",
      { type: "CacheTag" },
      { domainName: "cdn.example.com" },
      { domainName: "CDN.example.com" },
      { domainName: "static.example.com" },
    ],
    [
      "DCDN",
      dcdn,
      "dcdn:PurgeTrigger",
      { type: "CacheTag" },
      { domainName: "dcdn.example.com" },
      { domainName: "dcdn.example.com", force: true },
      { domainName: "er.example.com" },
    ],
    [
      "Edge Routine",
      dcdn,
      "dcdn:EdgeRoutinePurgeTrigger",
      { type: "File" },
      { routineId: "a.b" },
      { routineId: "a.b", mergeDomainName: ["er.example.com"] },
      { routineId: "c.d" },
    ],
    [
      "EdgeOne",
      teo,
      "teo:PurgeTrigger",
      { zoneId, type: "purge_cache_tag" },
      { cacheTagDomains: ["example.net", "www.example.net"] },
      { cacheTagDomains: ["WWW.example.net"] },
      { cacheTagDomains: ["www.example.net", "img.example.net"] },
    ],
    [
      "EdgeOne",
      teo,
      "teo:PurgeTrigger",
      { zoneId, type: "purge_cache_tag" },
      { cacheTagDomains: ["www.example.net"] },
      { cacheTagDomains: ["www.example.net"] },
      {},
    ],
  ] as const)(
    "%s: a place more for the same targets under the same hash: they are purged; another option purges nothing",
    async (_name, module, token, base, before, same, wider) => {
      const { stack, control } = await world();
      const trigger = stack(module, token);
      const targets = base.type === "File" ? ["http://er.example.com/prices"] : ["shop"];
      const sent = async (options: Program) => {
        await control.requests.clear();
        expect(
          (await trigger.up({ ...base, targets, contentHash: "1", failurePolicy: "warn", ...options })).problems,
        ).toEqual([]);
        return (await control.requests.find()).filter(({ action }) => /^(Refresh|Create)/.test(action)).length;
      };
      expect([await sent(before), await sent(same), await sent(wider), await sent(wider)]).toEqual([1, 0, 1, 0]);
    },
  );
  test.each([
    ["CDN", cdn, "cdn:PurgeTrigger", "RefreshObjectCaches", "cdn.example.com", {}],
    ["Edge Routine", dcdn, "dcdn:EdgeRoutinePurgeTrigger", "RefreshErObjectCaches", "er.example.com", {}],
    ["ESA", esa, "esa:PurgeTrigger", "PurgeCaches", "www.example.com", { siteId, type: "file" }],
  ] as const)(
    "%s: an entry of contents that was refused is corrected: the corrected one is purged, though it is new",
    async (_name, module, token, action, host, base) => {
      const { stack, calls } = await world();
      const trigger = stack(module, token);
      const contents = (second: string): Program => ({
        ...base,
        contents: { [`https://${host}/a`]: "1", [second]: "1" },
      });
      await trigger.up({ ...contents("https://wwv.retired.example/b"), failurePolicy: "warn" });
      const before = (await calls(action)).length;
      const ran = await trigger.up(contents(`https://${host}/b`));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
      const sent = (await calls(action))
        .slice(before)
        .map((params) => String(params["Content"] ?? params["ObjectPath"]));
      expect(sent).toEqual([expect.stringContaining(`https://${host}/b`)]);
      expect(sent.join()).not.toContain(`https://${host}/a`);
    },
  );

  test.each([
    ["ESA", esa, "esa:PurgeTrigger", { siteId, type: "file" }, { type: "cachetag", contents: { shop: "1" } }],
    [
      "EdgeOne",
      teo,
      "teo:PurgeTrigger",
      { zoneId, type: "purge_url" },
      { type: "purge_cache_tag", contents: { shop: "1" } },
    ],
    ["CDN", cdn, "cdn:PurgeTrigger", { type: "File" }, { targets: ["https://cdn.example.com/a"], contentHash: "1" }],
  ] as const)(
    "%s: what leaves contents together with its type or source is not purged, and preview and up say so",
    async (_name, module, token, base, change) => {
      const { stack } = await world();
      const trigger = stack(module, token);
      const host = module === teo ? "www.example.net" : module === esa ? "www.example.com" : "cdn.example.com";
      await trigger.up({ ...base, contents: { [`https://${host}/a`]: "1", [`https://${host}/gone`]: "1" } });
      const said = new RegExp(`warn: not purged: .*https://${host}/gone`);
      const program: Program = { ...base, ...change };
      expect((await trigger.preview(program)).join()).toMatch(said);
      expect((await trigger.up(program)).logs.join()).toMatch(said);
    },
  );

  test("contents moved to another host: what the edge may hold there is not purged, and preview and up say so", async () => {
    const { stack } = await world();
    const trigger = stack(esa, "esa:PurgeTrigger");
    const site = (host: string, ...pages: string[]) =>
      Object.fromEntries(pages.map((page) => [`https://${host}/${page}`, "1"]));
    const program = { siteId, type: "file" };
    await trigger.up({ ...program, contents: site("example.com", "a", "b") });
    const moved = { ...program, contents: site("www.example.com", "a", "b") };
    const said = expect.stringMatching(
      /^warn: only recorded: 2 new files \(https:\/\/www\.example\.com\/a, \S+\/b\) of hosts of which nothing was recorded/,
    );
    const preview = await trigger.preview(moved);
    expect(preview).toContainEqual(said);
    expect(preview.join()).not.toContain("no old copy");
    expect((await trigger.up(moved)).logs).toContainEqual(said);
    const more = { ...program, contents: site("www.example.com", "a", "b", "c") };
    expect((await trigger.preview(more)).join()).toMatch(/1 new file only recorded: the edge holds no old copy/);
    expect((await trigger.up(more)).logs.join()).not.toContain("warn");
  });

  test("ESA: what the directories of the new type hold is covered, and no word is lost about it", async () => {
    const { stack } = await world();
    const trigger = stack(esa, "esa:PurgeTrigger");
    const page = (path: string): string => `https://www.example.com/${path}`;
    await trigger.up({ siteId, type: "file", contents: { [page("docs/a")]: "1", [page("b")]: "1" } });
    const program = { siteId, type: "directory", contents: { [page("docs/")]: "1" } };
    const [warning, ...others] = (await trigger.preview(program)).filter((line) => line.startsWith("warn"));
    expect([warning, others]).toEqual([
      expect.stringMatching(/^warn: not purged: 1 target \(https:\/\/www\.example\.com\/b\)/),
      [],
    ]);
    const all = await trigger.preview({ siteId, type: "purgeall", contentHash: "1" });
    expect(all.join()).not.toContain("not purged");
  });
});

describe("whose row is it", () => {
  test.each([
    ["CDN", cdn, "cdn", "RefreshObjectCaches", "PushObjectCache", "https://cdn.example.com/a"],
    ["DCDN", dcdn, "dcdn", "RefreshDcdnObjectCaches", "PreloadDcdnObjectCaches", "https://dcdn.example.com/a"],
  ] as const)(
    "%s: a prefetch's row is not taken for a purge that was cut before it arrived",
    async (_name, module, folder, refresh, push, page) => {
      const { stack, control, calls } = await world();
      await control.origin.publish({ host: new URL(page).hostname, path: "/a", body: "new" });
      await control.faults.add({ kind: "resetBefore", action: refresh, count: 1 });
      const program = { targets: [page], contentHash: "1" };
      const [purge, prefetch] = await Promise.all([
        stack(module, `${folder}:PurgeTrigger`).up(program),
        stack(module, `${folder}:PrefetchTrigger`).up(program),
      ]);
      expect([purge.outputs["status"], prefetch.outputs["status"]]).toEqual(["complete", "complete"]);
      expect([(await calls(refresh)).length, (await calls(push)).length]).toEqual([1, 1]);
    },
  );

  test("EdgeOne: another's purge of one URL is not taken for a purge_all that was cut before it arrived", async () => {
    const { stack, control, calls } = await world();
    await control.faults.add({ kind: "resetBefore", action: "CreatePurgeTask", count: 1 });
    const all = stack(teo, "teo:PurgeTrigger").up({ zoneId, type: "purge_all", contentHash: "1" });
    const url = { zoneId, type: "purge_url", targets: ["https://www.example.net/a"], contentHash: "1" };
    const one = stack(teo, "teo:PurgeTrigger").up(url);
    const [{ outputs }] = await Promise.all([all, one]);
    expect(outputs).toMatchObject({ status: "complete", tasks: [{ type: "purge_all" }] });
    const types = (await calls("CreatePurgeTask")).map(({ Type }) => String(Type));
    expect(new Set(types)).toEqual(new Set(["purge_all", "purge_url"]));
    expect(types).toHaveLength(2);
  });

  test("a row of DCDN's own purge is not taken for an edge routine's purge of the same URL", async () => {
    const { stack, control, calls } = await world();
    await control.faults.add({ kind: "resetBefore", action: "RefreshErObjectCaches", count: 1 });
    const program = { type: "File", targets: ["https://er.example.com/a"], contentHash: "1" };
    const [own, routine] = await Promise.all([
      stack(dcdn, "dcdn:PurgeTrigger").up(program),
      stack(dcdn, "dcdn:EdgeRoutinePurgeTrigger").up(program),
    ]);
    expect([own.outputs["status"], routine.outputs["status"]]).toEqual(["complete", "complete"]);
    expect((await calls("RefreshErObjectCaches")).map(lines)).toEqual([["https://er.example.com/a"]]);
  });
});

describe("one culprit holds up no other", () => {
  const hosts = [
    ["CDN", cdn, "cdn:PurgeTrigger", "RefreshObjectCaches", "cdn.example.com", {}],
    ["DCDN", dcdn, "dcdn:PurgeTrigger", "RefreshDcdnObjectCaches", "dcdn.example.com", {}],
    ["ESA", esa, "esa:PurgeTrigger", "PurgeCaches", "www.example.com", { siteId, type: "file" }],
  ] as const;
  const sentBy = (params: Params): string[] =>
    params["Content"] === undefined ? lines(params) : JSON.parse(String(params["Content"])).Files;

  test.each(hosts)(
    "%s: a host that is not ours is named and owed, the others go through in the same run",
    async (_name, module, token, action, host, base) => {
      const { stack, control, calls } = await world();
      const good = Array.from({ length: 20 }, (_, index) => `https://${host}/${index}`);
      const bad = "https://www.retired.example/x";
      const trigger = stack(module, token);
      const program = { ...base, targets: [...good.slice(0, 7), bad, ...good.slice(7)], contentHash: "1" };
      const ran = await trigger.up(program);
      expect(ran.outputs).toMatchObject({ status: "partial", owed: [{ target: bad }] });
      expect(ran.problems.join()).toContain(bad);
      expect((await calls(action)).flatMap(sentBy).toSorted()).toEqual(good.toSorted());
      const all = await control.requests.find({ action });
      expect(all.length).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(21)) + 1);
    },
  );

  test.each(hosts)(
    "%s: pages of a retired host leave contents: told once, and at rest",
    async (_name, module, token, action, host, base) => {
      const { stack, calls } = await world();
      const trigger = stack(module, token);
      const kept = `https://${host}/a`;
      const retired = "https://www.retired.example/x";
      await trigger.up({ ...base, contents: { [kept]: "1", [retired]: "1" }, onCreate: "skip" });
      const ran = await trigger.up({ ...base, contents: { [kept]: "2" } });
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
      expect(ran.logs.join()).toMatch(/warn: .*No longer owed: https:\/\/www\.retired\.example\/x/);
      expect((await calls(action)).flatMap(sentBy)).toEqual([kept]);
      expect((await trigger.preview({ ...base, contents: { [kept]: "2" } })).join()).toContain("contents unchanged");
    },
  );
});

test("a cache key that is no JSON is refused by Check and by preview, with its entry's name", async () => {
  const { stack } = await world();
  const trigger = stack(esa, "esa:PurgeTrigger");
  const program = { siteId, type: "cachekey", contents: { "{https://www.example.com/a": "1" } };
  expect(trigger.check(program).join()).toMatch(/contents\.\{https.*begins with \{ and is no cache key/);
});

test("a trigger that owes is deleted with a warning that names what is given up", async () => {
  const { stack, control } = await world();
  const trigger = stack(esa, "esa:PurgeTrigger");
  await control.faults.add({ kind: "quotaExhausted", action: "PurgeCaches", count: 1 });
  await trigger.up({
    siteId,
    type: "file",
    targets: ["https://www.example.com/a"],
    contentHash: "1",
    failurePolicy: "warn",
  });
  expect((await trigger.destroy()).join()).toMatch(/warn: 1 target still owed.*https:\/\/www\.example\.com\/a/);
});

test('onCreate "skip" says in preview and up which targets stay as the edge has them', async () => {
  const { stack } = await world();
  const trigger = stack(teo, "teo:PurgeTrigger");
  const program = { zoneId, type: "purge_url", targets: ["https://www.example.net/a"], contentHash: "1" };
  const said =
    /info: will purge nothing, since onCreate is "skip": 1 file only recorded \(https:\/\/www\.example\.net\/a\); what the edge holds of it stays/;
  expect((await trigger.preview({ ...program, onCreate: "skip" })).join()).toMatch(said);
  expect((await trigger.up({ ...program, onCreate: "skip" })).logs.join()).toMatch(said);
});

test.each([
  ["purge", /warn: 1 target left undone.*: https:\/\/www\.example\.com\/gone\. The edge may go on/],
  [
    "skip",
    /warn: 2 targets left undone.*: https:\/\/www\.example\.com\/gone, https:\/\/www\.example\.com\/new\. The edge/,
  ],
] as const)("--replace with onCreate %s: what only the old state knew is named", async (onCreate, said) => {
  const { stack } = await world();
  const page = (name: string): string => `https://www.example.com/${name}`;
  const program = (contents: Program): Program => ({ siteId, type: "file", contents, onCreate });
  const before = program({ [page("same")]: "1", [page("new")]: "1", [page("gone")]: "1" });
  const after = program({ [page("same")]: "1", [page("new")]: "2" });
  const old = stack(esa, "esa:PurgeTrigger");
  await old.up(before);
  old.state = old.state && { ...old.state, id: "old" };
  // As the engine does it: the replacement is made first.
  await stack(esa, "esa:PurgeTrigger").up(after);
  expect((await old.destroy()).join()).toMatch(said);
});

test("--replace of what owes the removal of a page: the page is named", async () => {
  const { stack, control } = await world();
  const page = (name: string): string => `https://www.example.com/${name}`;
  const program = (contents: Program): Program => ({ siteId, type: "file", contents });
  const old = stack(esa, "esa:PurgeTrigger");
  await old.up(program({ [page("same")]: "1", [page("gone")]: "1" }));
  await control.faults.add({ kind: "resetAfter", action: "PurgeCaches", count: 1 });
  await control.faults.add({ kind: "badGateway", action: "DescribePurgeTasks", count: 1000 });
  const lost = await old.up(program({ [page("same")]: "1" }), { timeoutMs: 60_000 });
  expect(lost.outputs["owed"]).toMatchObject([{ target: page("gone"), code: "AnswerLost" }]);
  await control.faults.clear();
  old.state = old.state && { ...old.state, id: "old" };
  await stack(esa, "esa:PurgeTrigger").up({ ...program({ [page("same")]: "1" }), onCreate: "skip" });
  expect((await old.destroy()).join()).toMatch(/warn: 1 target left undone.*: https:\/\/www\.example\.com\/gone\./);
});

test("--replace of a prefetch: pages that left contents were never to be sent", async () => {
  const { stack } = await world();
  const page = (name: string): string => `https://www.example.com/${name}`;
  const old = stack(esa, "esa:PrefetchTrigger");
  await old.up({ siteId, contents: { [page("same")]: "1", [page("gone")]: "1" }, onCreate: "skip" });
  old.state = old.state && { ...old.state, id: "old" };
  await stack(esa, "esa:PrefetchTrigger").up({ siteId, contents: { [page("same")]: "1" }, onCreate: "skip" });
  expect(await old.destroy()).toEqual([]);
});

test("--replace together with another type: what left contents is named too", async () => {
  const { stack } = await world();
  const old = stack(esa, "esa:PurgeTrigger");
  await old.up({ siteId, type: "file", contents: { "https://www.example.com/gone": "1" } });
  old.state = old.state && { ...old.state, id: "old" };
  await stack(esa, "esa:PurgeTrigger").up({ siteId, type: "cachetag", contents: { shop: "1" } });
  expect((await old.destroy()).join()).toMatch(/warn: 1 target left undone.*: https:\/\/www\.example\.com\/gone\./);
});

test("Ctrl-C before the batch limits are read: nothing is sent, all of it is owed", async () => {
  const { stack, calls } = await world();
  const program = { zoneId, type: "purge_url", targets: ["https://www.example.net/a"], onCreate: "skip" };
  const trigger = stack(teo, "teo:PurgeTrigger");
  await trigger.up({ ...program, contentHash: "1" });
  const ran = await trigger.up({ ...program, contentHash: "2" }, { signal: AbortSignal.abort() });
  expect(ran.outputs).toMatchObject({ status: "failed", owed: [{ code: "NotSent" }] });
  expect(await calls("CreatePurgeTask")).toEqual([]);
});

test("that the batch limits may not be read is told once, not by each trigger", async () => {
  const { stack, control } = await world();
  await control.faults.add({ kind: "permissionDenied", action: "DescribeContentQuota", count: 1000 });
  const program = (name: string): Program => ({
    zoneId,
    type: "purge_url",
    targets: [`https://www.example.net/${name}`],
    contentHash: "1",
  });
  const ran = [
    await stack(teo, "teo:PurgeTrigger").up(program("a")),
    await stack(teo, "teo:PurgeTrigger").up(program("b")),
  ];
  expect(ran.flatMap(({ logs }) => logs).filter((line) => line.includes("DescribeContentQuota"))).toHaveLength(1);
});

test("a quota that cannot be read does not hold up the purge", async () => {
  const { stack, control, calls } = await world();
  await control.faults.add({ kind: "throttle", action: "DescribeContentQuota", count: 1000 });
  const program = { zoneId, type: "purge_url", targets: ["https://www.example.net/a"], contentHash: "1" };
  const ran = await stack(teo, "teo:PurgeTrigger").up(program, { timeoutMs: 60_000 });
  expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
  expect(await calls("CreatePurgeTask")).toHaveLength(1);
});
