/** What holds whatever is asked: quotas, rows, pages, and purges at the edge. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
const hosts = {
  esa: "www.example.com",
  cdn: "cdn.example.com",
  dcdn: "dcdn.example.com",
  er: "er.example.com",
  teo: "www.example.net",
} as const;
const runs = { numRuns: 40 };
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    clock: NOW,
    seed: { nodes: ["one", "two"] },
    limits: {
      "esa.perSecond": 1e9,
      "cdn.refreshPerSecond": 1e9,
      "cdn.quotaPerSecond": 1e9,
      "cdn.taskByIdPerSecond": 1e9,
      "dcdn.refreshPerSecond": 1e9,
      "teo.perSecond": 1e9,
    },
  });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const restart = async (): Promise<void> => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
};

// words that could trip a careless table of names
const word = fc.oneof(
  fc.constantFrom("a", "b", "constructor", "__proto__", "toString", "标签", "a b", "%41", "x,y"),
  fc.string({ minLength: 1, maxLength: 6, unit: "grapheme-ascii" }).filter((text) => text.trim() !== ""),
);

describe("quotas", () => {
  test("EdgeOne: never below zero, and less by exactly what was accepted", async () => {
    await emulator.control.settings.limits({ "teo.purge_cache_tag.daily": 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { maxLength: 6 }), async (calls) => {
        await restart();
        await emulator.control.settings.limits({ "teo.purge_cache_tag.daily": 12 });
        let left = 12;
        for (const Targets of calls) {
          const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", {
            ZoneId,
            Type: "purge_cache_tag",
            Targets,
          });
          expect(response.Error?.Code).toBe(Targets.length > left ? "LimitExceeded.DailyQuota" : undefined);
          if (!response.Error) left -= Targets.length;
          const quota = await tencent(emulator.endpoint, "DescribeContentQuota", { ZoneId });
          const rows = quota.response["PurgeQuota"] as { Type: string; DailyAvailable: number }[];
          expect(rows.find(({ Type }) => Type === "purge_cache_tag")?.DailyAvailable).toBe(left);
          expect(left).toBeGreaterThanOrEqual(0);
        }
      }),
      runs,
    );
  });

  test("CDN: never below zero, all or nothing, whatever the type", async () => {
    const types = ["File", "Directory", "Regex", "IgnoreParams"] as const;
    const members = { File: "Url", Directory: "Dir", Regex: "Regex", IgnoreParams: "IgnoreParams" } as const;
    const daily = { "cdn.daily.file": 9, "cdn.daily.directory": 4, "cdn.daily.regex": 2, "cdn.daily.ignoreParams": 6 };
    const left = async (): Promise<number[]> => {
      const { body } = await alibaba(emulator.endpoint, "cdn", "DescribeRefreshQuota");
      return types.map((type) => Number(body[`${members[type]}Remain`]));
    };
    const call = fc.tuple(fc.constantFrom(...types), fc.integer({ min: 1, max: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 8 }), async (calls) => {
        await restart();
        await emulator.control.settings.limits(daily);
        let expected = await left();
        for (const [type, wanted] of calls) {
          const count = type === "Regex" ? 1 : wanted;
          const ObjectPath = Array.from({ length: count }, (_, index) => `http://cdn.example.com/${index}/`).join("\n");
          const { body } = await alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", {
            ObjectType: type,
            ObjectPath,
          });
          const index = types.indexOf(type);
          const enough = count <= (expected[index] ?? 0);
          expect(body["Code"]).toBe(enough ? undefined : "QuotaExceeded.Refresh");
          if (enough) expected = expected.with(index, (expected[index] ?? 0) - count);
          expect(await left()).toEqual(expected);
          expect(Math.min(...expected)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("ESA and CDN: the next day in UTC+8 starts afresh, a second earlier does not", async () => {
    await emulator.control.clock.freeze("2026-11-22T15:59:58Z");
    const purge = (): ReturnType<typeof alibaba> =>
      alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' });
    const refresh = (): ReturnType<typeof alibaba> =>
      alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath: "http://cdn.example.com/" });
    await emulator.control.settings.limits({ "esa.quota.enterprise.purgeall": 1, "cdn.daily.file": 1 });
    expect([(await purge()).status, (await refresh()).status]).toEqual([200, 200]);
    await emulator.control.clock.advance(1000);
    expect([(await purge()).body["Code"], (await refresh()).body["Code"]]).toEqual([
      "QuotaExceeded",
      "QuotaExceeded.Refresh",
    ]);
    await emulator.control.clock.advance(1000);
    expect([(await purge()).status, (await refresh()).status]).toEqual([200, 200]);
  });
});

describe("rows", () => {
  test("every accepted target ends in exactly one terminal row, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(word, { minLength: 1, maxLength: 20 }), word, async (tags, failing) => {
        await restart();
        await emulator.control.faults.add({ kind: "failTarget", target: failing });
        const answer = await alibaba(emulator.endpoint, "esa", "PurgeCaches", {
          SiteId,
          Type: "cachetag",
          Content: JSON.stringify({ CacheTags: tags }),
        });
        await emulator.control.clock.advance(2000);
        const { body } = await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", {
          SiteId,
          Type: "cachetag",
          PageSize: "50",
        });
        const rows = body["Tasks"] as Record<string, string>[];
        expect(rows.map(({ Content, Status, TaskId }) => [Content, Status, TaskId])).toEqual(
          tags.map((tag) => [tag, tag.includes(failing) ? "Failed" : "Complete", answer.body["TaskId"]]),
        );
      }),
      runs,
    );
  });

  test("EdgeOne: a target is in FailedList or in one terminal row, and pages cover the rows", async () => {
    const host = fc.constantFrom("www.example.net", "img.example.net", "elsewhere.org");
    const targets = fc.uniqueArray(fc.tuple(host, fc.nat(30)), { minLength: 1, maxLength: 25, selector: String });
    await fc.assert(
      fc.asyncProperty(targets, fc.integer({ min: 1, max: 9 }), fc.nat(30), async (pairs, Limit, failing) => {
        await restart();
        await emulator.control.settings.switches({ "teo.allTargetsFailed": "job" });
        await emulator.control.faults.add({ kind: "failTarget", target: `/${failing}` });
        const Targets = pairs.map(([name, path]) => `http://${name}/${path}`);
        const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", {
          ZoneId,
          Type: "purge_url",
          Targets,
        });
        const refused = (response["FailedList"] as { Targets: string[] }[]).flatMap((entry) => entry.Targets);
        await emulator.control.clock.advance(5000);
        const rows: Record<string, string>[] = [];
        for (let Offset = 0; Offset === rows.length && Offset < 30; Offset += Limit) {
          const Filters = [{ Name: "job-id", Values: [response["JobId"]] }];
          const page = await tencent(emulator.endpoint, "DescribePurgeTasks", { ZoneId, Filters, Offset, Limit });
          expect(page.response["TotalCount"]).toBe(Targets.length - refused.length);
          rows.push(...(page.response["Tasks"] as Record<string, string>[]));
        }
        expect([...refused, ...rows.map(({ Target = "" }) => Target)].toSorted()).toEqual(Targets.toSorted());
        expect(refused.every((target) => target.includes("elsewhere.org"))).toBe(true);
        for (const { Target = "", Status } of rows) {
          expect(Status).toBe(Target.includes(`/${failing}`) ? "failed" : "success");
        }
      }),
      { numRuns: 25 },
    );
  });

  test("CDN: the ids of an answer cover each target once, merged or not", async () => {
    await emulator.control.settings.limits({ "cdn.refreshMerge": 3 });
    const domain = fc.constantFrom("cdn.example.com", "static.example.com");
    const path = fc.integer({ min: 0, max: 50 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.tuple(domain, path), { minLength: 1, maxLength: 9, selector: String }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (calls) => {
          await restart();
          await emulator.control.settings.limits({ "cdn.refreshMerge": 3 });
          const ids = new Set<string>();
          for (const call of calls) {
            const ObjectPath = call.map(([host, number]) => `http://${host}/${number}`).join("\n");
            const { body } = await alibaba(emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath });
            for (const id of String(body["RefreshTaskId"]).split(",")) ids.add(id);
          }
          await emulator.control.clock.advance(2000);
          const rows: string[] = [];
          for (const TaskId of ids) {
            const { body } = await alibaba(emulator.endpoint, "cdn", "DescribeRefreshTaskById", { TaskId });
            for (const { ObjectPath, Status } of body["Tasks"] as Record<string, string>[]) {
              rows.push(`${ObjectPath} ${Status}`);
            }
          }
          const wanted = calls.flat().map(([host, number]) => `http://${host}/${number} Complete`);
          expect(rows.toSorted()).toEqual(wanted.toSorted());
        },
      ),
      runs,
    );
  });

  test("pages cover each row once, in one order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (sizes, PageSize) => {
          await restart();
          for (const [call, size] of sizes.entries()) {
            const CacheTags = Array.from({ length: size }, (_, index) => `${call}/${index}`);
            await alibaba(emulator.endpoint, "esa", "PurgeCaches", {
              SiteId,
              Type: "cachetag",
              Content: JSON.stringify({ CacheTags }),
            });
          }
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const seen: string[] = [];
          for (let page = 1; page <= Math.ceil(total / PageSize) + 1; page += 1) {
            const { body } = await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", {
              SiteId,
              Type: "cachetag",
              PageNumber: String(page),
              PageSize: String(PageSize),
            });
            expect(body["TotalCount"]).toBe(total);
            for (const { Content } of body["Tasks"] as Record<string, string>[]) seen.push(String(Content));
          }
          expect(seen).toHaveLength(total);
          expect(new Set(seen).size).toBe(total);
        },
      ),
      runs,
    );
  });
});

describe("the edge", () => {
  const paths = ["/", "/a", "/a?x=1", "/a?x=2", "/a/", "/a/b", "/a/b?x=1", "/ab", "/c/d"];
  const pathOf = fc.constantFrom(...paths);
  const tagOf = (path: string): string => `t${paths.indexOf(path) % 3}`;

  type Purge =
    | {
        cloud: "esa";
        type: string;
        content: (base: string, path: string) => object;
        hit: (path: string, of: string) => boolean;
      }
    | { cloud: "cdn" | "dcdn" | "er"; type: string; hit: (path: string, of: string) => boolean }
    | {
        cloud: "teo";
        type: string;
        target: (base: string, path: string) => string;
        hit: (path: string, of: string) => boolean;
      };
  const bare = (path: string): string => path.split("?")[0] ?? "";
  const directory = (path: string): string => bare(path).replace(/[^/]*$/, "");
  const same = (path: string, of: string): boolean => path === of;
  const sameBare = (path: string, of: string): boolean => bare(path) === bare(of);
  const below = (path: string, of: string): boolean => path.startsWith(directory(of));
  const tagged = (path: string, of: string): boolean => tagOf(path) === tagOf(of);
  const purges: Purge[] = [
    { cloud: "esa", type: "file", content: (base, path) => ({ Files: [base + path] }), hit: same },
    { cloud: "esa", type: "ignoreParams", content: (base, path) => ({ IgnoreParams: [base + path] }), hit: sameBare },
    {
      cloud: "esa",
      type: "directory",
      content: (base, path) => ({ Directories: [base + directory(path)] }),
      hit: below,
    },
    { cloud: "esa", type: "cachetag", content: (_base, path) => ({ CacheTags: [tagOf(path)] }), hit: tagged },
    { cloud: "esa", type: "hostname", content: () => ({ Hostnames: [hosts.esa] }), hit: () => true },
    { cloud: "esa", type: "cachekey", content: (base, path) => ({ CacheKeys: [{ Url: base + path }] }), hit: same },
    { cloud: "esa", type: "purgeall", content: () => ({ PurgeAll: true }), hit: () => true },
    { cloud: "cdn", type: "File", hit: same },
    { cloud: "cdn", type: "IgnoreParams", hit: sameBare },
    { cloud: "cdn", type: "Directory", hit: below },
    { cloud: "cdn", type: "Regex", hit: (path) => path.includes("/a") },
    { cloud: "cdn", type: "tag", hit: tagged },
    { cloud: "dcdn", type: "File", hit: same },
    { cloud: "dcdn", type: "Directory", hit: below },
    { cloud: "dcdn", type: "tag", hit: tagged },
    { cloud: "er", type: "Directory", hit: below },
    { cloud: "er", type: "tag", hit: tagged },
    { cloud: "teo", type: "purge_all", target: () => "", hit: () => true },
    { cloud: "teo", type: "purge_url", target: (base, path) => base + path, hit: same },
    { cloud: "teo", type: "purge_prefix", target: (base, path) => base + directory(path), hit: below },
    { cloud: "teo", type: "purge_cache_tag", target: (_base, path) => tagOf(path), hit: tagged },
    { cloud: "teo", type: "purge_host", target: () => hosts.teo, hit: () => true },
  ];

  test("a purge never leaves a matching object fresh on any node, and touches nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...purges),
        pathOf,
        fc.boolean(),
        fc.array(fc.tuple(pathOf, fc.constantFrom("one", "two"), fc.nat(2500)), { minLength: 4, maxLength: 14 }),
        async (purge, of, force, visits) => {
          await restart();
          const host = hosts[purge.cloud];
          const base = `http://${host}`;
          const pages = (body: string) =>
            paths.map((path) => ({ host, path, body: `${body} ${path}`, headers: { "cache-tag": tagOf(path) } }));
          await emulator.control.origin.publish(...pages("old"));
          const everywhere = paths.flatMap((path) => ["one", "two"].map((node) => ({ path, node })));
          await Promise.all(everywhere.map(({ path, node }) => emulator.control.visit(base + path, { node })));
          await emulator.control.origin.publish(...pages("new"));
          expect(await submit(purge, base, of, force)).toBeUndefined();
          // visits before completion may refill the caches: from the new release only
          for (const [path, node, at] of visits.toSorted((a, b) => a[2] - b[2])) {
            const now = Date.parse((await emulator.control.clock.get()).now) - Date.parse(NOW);
            if (at > now && at < 2000) await emulator.control.clock.advance(at - now);
            await emulator.control.visit(base + path, { node });
          }
          await emulator.control.clock.advance(2000);
          const objects = await emulator.control.edge.objects({ host });
          const seen = await Promise.all(
            objects.map(async ({ path, node }) => (await emulator.control.visit(base + path, { node })).body),
          );
          expect(seen).toEqual(objects.map(({ path }) => `${purge.hit(path, of) ? "new" : "old"} ${path}`));
        },
      ),
      { numRuns: 80 },
    );
  }, 60_000);

  async function submit(purge: Purge, base: string, of: string, force: boolean): Promise<unknown> {
    const { cloud, type } = purge;
    const Force = String(force);
    if (cloud === "teo") {
      const Method = force ? "delete" : "invalidate";
      const Targets = type === "purge_all" ? {} : { Targets: [purge.target(base, of)] };
      const input = { ZoneId, Type: type, ...Targets, Method };
      return (await tencent(emulator.endpoint, "CreatePurgeTask", input)).response.Error?.Code;
    }
    if (cloud === "esa") {
      const Content = JSON.stringify(purge.content(base, of));
      const parameters = { SiteId, Type: type, Content, Force };
      return (await alibaba(emulator.endpoint, "esa", "PurgeCaches", parameters)).body["Code"];
    }
    const { service, byPath, byTag, domain } = refreshes[cloud];
    const paths = { Directory: directory(of), Regex: "/a.*" };
    const [action, parameters] =
      type === "tag"
        ? [byTag, { [domain]: hosts[cloud], CacheTag: tagOf(of) }]
        : [
            byPath,
            { ObjectType: type, ObjectPath: base + (type === "Directory" || type === "Regex" ? paths[type] : of) },
          ];
    return (await alibaba(emulator.endpoint, service, action, { ...parameters, Force })).body["Code"];
  }
});

const refreshes = {
  cdn: {
    service: "cdn",
    byPath: "RefreshObjectCaches",
    byTag: "RefreshObjectCacheByCacheTag",
    domain: "DomainName",
  },
  dcdn: {
    service: "dcdn",
    byPath: "RefreshDcdnObjectCaches",
    byTag: "RefreshDcdnObjectCacheByCacheTag",
    domain: "DomainName",
  },
  er: { service: "dcdn", byPath: "RefreshErObjectCaches", byTag: "RefreshErObjectCachesByCacheTag", domain: "Domain" },
} as const;
