/** Whatever is purged and visited when: no visitor meets an old page that was named. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alibaba, tencent } from "./clients.ts";
import { NOW, useEmulator } from "./use-emulator.ts";

const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
const hosts = {
  esa: "www.example.com",
  cdn: "cdn.example.com",
  dcdn: "dcdn.example.com",
  er: "er.example.com",
  teo: "www.example.net",
} as const;
const bench = useEmulator({
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

const restart = async (): Promise<void> => {
  await bench.emulator.control.clock.freeze(NOW);
  await bench.emulator.control.reset();
};

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
          await bench.emulator.control.origin.publish(...pages("old"));
          const everywhere = paths.flatMap((path) => ["one", "two"].map((node) => ({ path, node })));
          await Promise.all(everywhere.map(({ path, node }) => bench.emulator.control.visit(base + path, { node })));
          await bench.emulator.control.origin.publish(...pages("new"));
          expect(await submit(purge, base, of, force)).toBeUndefined();
          // visits before completion may refill the caches: from the new release only
          for (const [path, node, at] of visits.toSorted((a, b) => a[2] - b[2])) {
            const now = Date.parse((await bench.emulator.control.clock.get()).now) - Date.parse(NOW);
            if (at > now && at < 2000) await bench.emulator.control.clock.advance(at - now);
            await bench.emulator.control.visit(base + path, { node });
          }
          await bench.emulator.control.clock.advance(2000);
          const objects = await bench.emulator.control.edge.objects({ host });
          const seen = await Promise.all(
            objects.map(async ({ path, node }) => (await bench.emulator.control.visit(base + path, { node })).body),
          );
          expect(seen).toEqual(objects.map(({ path }) => `${purge.hit(path, of) ? "new" : "old"} ${path}`));
        },
      ),
      { numRuns: 80 },
    );
  }, 300_000);

  async function submit(purge: Purge, base: string, of: string, force: boolean): Promise<unknown> {
    const { cloud, type } = purge;
    const Force = String(force);
    if (cloud === "teo") {
      const Method = force ? "delete" : "invalidate";
      const Targets = type === "purge_all" ? {} : { Targets: [purge.target(base, of)] };
      const input = { ZoneId, Type: type, ...Targets, Method };
      return (await tencent(bench.emulator.endpoint, "CreatePurgeTask", input)).response.Error?.Code;
    }
    if (cloud === "esa") {
      const Content = JSON.stringify(purge.content(base, of));
      const parameters = { SiteId, Type: type, Content, Force };
      return (await alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", parameters)).body["Code"];
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
    return (await alibaba(bench.emulator.endpoint, service, action, { ...parameters, Force })).body["Code"];
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
