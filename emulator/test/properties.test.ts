/** What holds whatever is asked: quotas, rows, pages, and purges at the edge. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
const hosts = { esa: "www.example.com", cdn: "cdn.example.com", teo: "www.example.net" } as const;
const runs = { numRuns: 40 };
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    clock: NOW,
    seed: { nodes: ["one", "two"] },
    limits: { "esa.perSecond": 1e9, "cdn.refreshPerSecond": 1e9, "teo.perSecond": 1e9, "cdn.taskByIdPerSecond": 1e9 },
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
    | { cloud: "cdn"; type: string; hit: (path: string, of: string) => boolean }
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
    { cloud: "esa", type: "purgeall", content: () => ({ PurgeAll: true }), hit: () => true },
    { cloud: "cdn", type: "File", hit: same },
    { cloud: "cdn", type: "IgnoreParams", hit: sameBare },
    { cloud: "cdn", type: "Directory", hit: below },
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
          for (const path of paths) {
            for (const node of ["one", "two"]) await emulator.control.visit(base + path, { node });
          }
          await emulator.control.origin.publish(...pages("new"));
          expect(await submit(purge, base, of, force)).toBeUndefined();
          // visits before completion may refill the caches: from the new release only
          for (const [path, node, at] of visits.toSorted((a, b) => a[2] - b[2])) {
            const now = Date.parse((await emulator.control.clock.get()).now) - Date.parse(NOW);
            if (at > now && at < 2000) await emulator.control.clock.advance(at - now);
            await emulator.control.visit(base + path, { node });
          }
          await emulator.control.clock.advance(2000);
          for (const object of await emulator.control.edge.objects({ host })) {
            const matching = purge.hit(object.path, of);
            const { body } = await emulator.control.visit(base + object.path, { node: object.node });
            expect([object.path, body]).toEqual([object.path, `${matching ? "new" : "old"} ${object.path}`]);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  async function submit(purge: Purge, base: string, of: string, force: boolean): Promise<unknown> {
    if (purge.cloud === "teo") {
      const Method = force ? "delete" : "invalidate";
      const input = { ZoneId, Type: purge.type, Targets: [purge.target(base, of)], Method };
      return (await tencent(emulator.endpoint, "CreatePurgeTask", input)).response.Error?.Code;
    }
    const parameters =
      purge.cloud === "esa"
        ? { SiteId, Type: purge.type, Content: JSON.stringify(purge.content(base, of)) }
        : { ObjectType: purge.type, ObjectPath: base + (purge.type === "Directory" ? directory(of) : of) };
    const action = purge.cloud === "esa" ? "PurgeCaches" : "RefreshObjectCaches";
    const answer = await alibaba(emulator.endpoint, purge.cloud, action, { ...parameters, Force: String(force) });
    return answer.body["Code"];
  }
});
