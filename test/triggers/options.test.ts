/** Every option of every trigger reaches the cloud, under the name that the vendor gives it. */
import { expect, test } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { useSites } from "./sites.ts";
import { subjectOf, type Token } from "./subjects.ts";

const sites = useSites();
const header = { "Accept-Encoding": "br" };

test.each<[Token, Record<string, Value>, Record<string, unknown>, action?: string]>([
  ["esa:PurgeTrigger", { type: "cachetag", targets: ["a"], force: true }, { Type: "cachetag", Force: "true" }],
  ["esa:PurgeTrigger", { edgeComputePurge: true }, { Type: "file", EdgeComputePurge: "true" }],
  ["esa:PurgeTrigger", { edgeComputePurge: false }, { EdgeComputePurge: "false" }],
  ["esa:PrefetchTrigger", { headers: header }, { Headers: JSON.stringify(header) }],
  ["cdn:PurgeTrigger", { type: "IgnoreParams", force: true }, { ObjectType: "IgnoreParams", Force: "true" }],
  [
    "cdn:PurgeTrigger",
    { type: "CacheTag", targets: ["a", "b"], domainName: "cdn.example.com", force: true },
    { CacheTag: "a,b", DomainName: "cdn.example.com", Force: "true" },
    "RefreshObjectCacheByCacheTag",
  ],
  [
    "cdn:PrefetchTrigger",
    { area: "overseas", l2Preload: true, withHeader: header, queryHashkey: true },
    {
      Area: "overseas",
      L2Preload: "true",
      WithHeader: JSON.stringify({ "Accept-Encoding": ["br"] }),
      QueryHashkey: "true",
    },
  ],
  ["dcdn:PrefetchTrigger", { area: "domestic" }, { Area: "domestic" }],
  [
    "dcdn:EdgeRoutinePurgeTrigger",
    { routineId: "a.b", mergeDomainName: ["er.example.com", "m.example.com"] },
    { RoutineId: "a.b", MergeDomainName: "er.example.com,m.example.com" },
  ],
  [
    "dcdn:EdgeRoutinePurgeTrigger",
    { type: "CacheTag", targets: ["a"], domainName: "er.example.com", mergeDomainName: ["m.example.com"] },
    { CacheTag: "a", Domain: "er.example.com", MergeDomainName: "m.example.com" },
    "RefreshErObjectCachesByCacheTag",
  ],
  ["teo:PurgeTrigger", { encodeUrl: true }, { EncodeUrl: true }],
  [
    "teo:PurgeTrigger",
    { type: "purge_cache_tag", targets: ["a"], cacheTagDomains: ["www.example.net"] },
    { CacheTag: { Domains: ["www.example.net"] } },
  ],
  [
    "teo:PrefetchTrigger",
    { mode: "edge", headers: [{ name: "Accept-Encoding", value: "br" }], prefetchMediaSegments: "on" },
    { Mode: "edge", Headers: [{ Name: "Accept-Encoding", Value: "br" }], PrefetchMediaSegments: "on" },
  ],
])("%s %j", async (token, options, params, action) => {
  const subject = subjectOf(token);
  const { control, stack } = await sites.open(subject);
  // A routine is none of a tag's.
  const base = options["type"] === "CacheTag" ? {} : subject.base;
  const program = { ...base, targets: [subject.target(0)], contentHash: "1", failurePolicy: "warn", wait: false };
  await stack.up({ ...program, ...options });
  const [sent] = await control.requests.find({ action: action ?? subject.submit });
  expect(sent?.params).toMatchObject(params);
});
