/** Targets into calls: the fewest that the vendor's rules allow, each target once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { refreshLimits, prefetchRules } from "../../provider/src/clouds/alibaba/refresh/limits.ts";
import { edgeRoutineRules } from "../../provider/src/clouds/alibaba/dcdn/edge-routine-trigger.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/limits.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/limits.ts";
import { batchLimit, preloadBatch, purgeDomains } from "../../emulator/src/vendors/alibaba/esa/settings.ts";
import { quotas } from "../../emulator/src/vendors/tencent/teo/settings.ts";
import { hostOf, pack } from "../../provider/src/triggers/submit/pack.ts";
import type { KindRules } from "../../provider/src/triggers/service.ts";

const rules = (perCall: number, hostsPerCall?: number): KindRules => ({
  perCall,
  bytesPerCall: 1 << 20,
  noun: "file",
  listed: "always",
  ...(hostsPerCall === undefined ? {} : { hostsPerCall }),
});

/** Each target once, within the rules, in the fewest calls. */
function expectFewest(batches: readonly (readonly string[])[], list: readonly string[], rules: KindRules): void {
  const { perCall, hostsPerCall = Infinity } = rules;
  const { least, most } = fewest(list, perCall, hostsPerCall);
  expect(batches.flat().toSorted()).toEqual(list.toSorted());
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(perCall);
    expect(new Set(batch.map(hostOf)).size).toBeLessThanOrEqual(hostsPerCall);
  }
  expect(batches.length).toBeGreaterThanOrEqual(least);
  expect(batches.length).toBeLessThanOrEqual(most);
}

/** What count and hosts ask for by themselves; only where both bind a call more may be needed. */
function fewest(list: readonly string[], perCall: number, hostsPerCall: number): { least: number; most: number } {
  const exactly = (least: number) => ({ least, most: least });
  const calls = (count: number): number => Math.ceil(count / perCall);
  const perHost = new Map<string, number>();
  for (const url of list) perHost.set(hostOf(url), (perHost.get(hostOf(url)) ?? 0) + 1);
  if (perHost.size <= hostsPerCall) return exactly(calls(list.length));
  if (hostsPerCall === 1) return exactly([...perHost.values()].reduce((sum, count) => sum + calls(count), 0));
  const least = Math.max(calls(list.length), Math.ceil(perHost.size / hostsPerCall));
  return { least, most: least + 1 };
}

const urls = fc.uniqueArray(
  fc.tuple(fc.nat(14), fc.nat(40)).map(([host, path]) => `https://h${host}.example.com/${path}`),
  { maxLength: 200 },
);

test("each target once, in order, in ceil(n / limit) calls", () => {
  fc.assert(
    fc.property(urls, fc.integer({ min: 1, max: 50 }), (list, limit) => {
      const batches = pack(list, rules(limit));
      expect(batches.flat()).toEqual(list);
      expect(batches.length).toBe(Math.ceil(list.length / limit));
    }),
  );
});

test("host and count rules hold, each target once, and one call more than the bound at most", () => {
  fc.assert(
    fc.property(urls, fc.integer({ min: 10, max: 50 }), fc.constantFrom(1, 2, 3, 10), (list, limit, hosts) => {
      expectFewest(pack(list, rules(limit, hosts)), list, rules(limit, hosts));
    }),
  );
});

test("big hosts fill the calls that small hosts have opened", () => {
  const list = [
    ...Array.from({ length: 20 }, (_, host) => `https://s${host}.com/`),
    ...Array.from({ length: 1000 }, (_, path) => `https://l1.com/${path}`),
    ...Array.from({ length: 1000 }, (_, path) => `https://l2.com/${path}`),
  ];
  expect(pack(list, rules(1000, 10)).length).toBe(3);
});

test("request size splits calls", () => {
  const long = Array.from({ length: 10 }, (_, index) => `https://www.example.com/${index}${"x".repeat(1000)}`);
  expect(pack(long, { ...rules(1000), bytesPerCall: 5200 }).map((batch) => batch.length)).toEqual([5, 5]);
  const spread = long.map((url, index) => url.replace("www", `h${index % 4}`));
  expect(pack(spread, { ...rules(1000, 3), bytesPerCall: 5200 }).map((batch) => batch.length)).toEqual([5, 5]);
});

test.each(esa.purgeTypes)("ESA %s: a call carries as many targets and hosts as the cloud takes", (type) => {
  const { perCall, hostsPerCall = purgeDomains.value } = esa.purgeLimits[type];
  expect([perCall, hostsPerCall]).toEqual([batchLimit(type).value, purgeDomains.value]);
  expect(esa.prefetchLimits.perCall).toBe(preloadBatch.value);
});

test.each(teo.purgeTypes)("EdgeOne %s: a call carries as many targets as the cloud takes", (type) => {
  expect(teo.purgeLimits[type].perCall).toBe(quotas[type].batch.value);
  expect(teo.prefetchLimits.perCall).toBe(quotas.prefetch_url.batch.value);
});

const services: Readonly<Record<string, Readonly<Record<string, KindRules>>>> = {
  ESA: { ...esa.purgeLimits, prefetch: esa.prefetchLimits },
  EdgeOne: { ...teo.purgeLimits, prefetch: teo.prefetchLimits },
  "CDN and DCDN": { ...refreshLimits, prefetch: prefetchRules },
  "Edge Routine": Object.fromEntries(
    (["File", "Directory", "Regex", "IgnoreParams", "CacheTag"] as const).map((type) => [type, edgeRoutineRules(type)]),
  ),
};

test.each(
  Object.entries(services).flatMap(([service, kinds]) =>
    Object.entries(kinds).map(([kind, rules]) => ({ service, kind, rules })),
  ),
)("$service $kind: each target once, in the fewest calls that its own limits allow", ({ rules }) => {
  // How many targets each host has.
  const hosts = fc.array(fc.nat(rules.perCall), { maxLength: 14 });
  fc.assert(
    fc.property(hosts, (counts) => {
      const list = counts.flatMap((count, host) =>
        Array.from({ length: count }, (_, at) => `https://h${host}.com/${at}`),
      );
      expectFewest(pack(list, rules), list, rules);
    }),
    { numRuns: 10 },
  );
});
