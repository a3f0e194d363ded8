/** What holds whatever is asked: quotas, rows, pages. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alibaba, tencent } from "./clients.ts";
import { NOW, useEmulator } from "./use-emulator.ts";

const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
const runs = { numRuns: 40 };
/** Thousands of requests: a busy machine needs minutes for them. */
const slow = { timeout: 300_000 };
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

// words that could trip a careless table of names
const word = fc.oneof(
  fc.constantFrom("a", "b", "constructor", "__proto__", "toString", "标签", "a b", "%41", "x,y"),
  fc.string({ minLength: 1, maxLength: 6, unit: "grapheme-ascii" }).filter((text) => text.trim() !== ""),
);

describe("quotas", slow, () => {
  test("EdgeOne: never below zero, and less by exactly what was accepted", async () => {
    await bench.emulator.control.settings.limits({ "teo.purge_cache_tag.daily": 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { maxLength: 6 }), async (calls) => {
        await restart();
        await bench.emulator.control.settings.limits({ "teo.purge_cache_tag.daily": 12 });
        let left = 12;
        for (const Targets of calls) {
          const { response } = await tencent(bench.emulator.endpoint, "CreatePurgeTask", {
            ZoneId,
            Type: "purge_cache_tag",
            Targets,
          });
          expect(response.Error?.Code).toBe(Targets.length > left ? "LimitExceeded.DailyQuota" : undefined);
          if (!response.Error) left -= Targets.length;
          const quota = await tencent(bench.emulator.endpoint, "DescribeContentQuota", { ZoneId });
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
      const { body } = await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota");
      return types.map((type) => Number(body[`${members[type]}Remain`]));
    };
    const call = fc.tuple(fc.constantFrom(...types), fc.integer({ min: 1, max: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 8 }), async (calls) => {
        await restart();
        await bench.emulator.control.settings.limits(daily);
        let expected = await left();
        for (const [type, wanted] of calls) {
          const count = type === "Regex" ? 1 : wanted;
          const ObjectPath = Array.from({ length: count }, (_, index) => `http://cdn.example.com/${index}/`).join("\n");
          const { body } = await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", {
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
    await bench.emulator.control.clock.freeze("2026-11-22T15:59:58Z");
    const purge = (): ReturnType<typeof alibaba> =>
      alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", {
        SiteId,
        Type: "purgeall",
        Content: '{"PurgeAll":true}',
      });
    const refresh = (): ReturnType<typeof alibaba> =>
      alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath: "http://cdn.example.com/" });
    await bench.emulator.control.settings.limits({ "esa.quota.enterprise.purgeall": 1, "cdn.daily.file": 1 });
    expect([(await purge()).status, (await refresh()).status]).toEqual([200, 200]);
    await bench.emulator.control.clock.advance(1000);
    expect([(await purge()).body["Code"], (await refresh()).body["Code"]]).toEqual([
      "QuotaExceeded",
      "QuotaExceeded.Refresh",
    ]);
    await bench.emulator.control.clock.advance(1000);
    expect([(await purge()).status, (await refresh()).status]).toEqual([200, 200]);
  });
});

describe("rows", slow, () => {
  test("every accepted target ends in exactly one terminal row, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(word, { minLength: 1, maxLength: 20 }), word, async (tags, failing) => {
        await restart();
        await bench.emulator.control.faults.add({ kind: "failTarget", target: failing });
        const answer = await alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", {
          SiteId,
          Type: "cachetag",
          Content: JSON.stringify({ CacheTags: tags }),
        });
        await bench.emulator.control.clock.advance(2000);
        const { body } = await alibaba(bench.emulator.endpoint, "esa", "DescribePurgeTasks", {
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
        await bench.emulator.control.settings.switches({ "teo.allTargetsFailed": "job" });
        await bench.emulator.control.faults.add({ kind: "failTarget", target: `/${failing}` });
        const Targets = pairs.map(([name, path]) => `http://${name}/${path}`);
        const { response } = await tencent(bench.emulator.endpoint, "CreatePurgeTask", {
          ZoneId,
          Type: "purge_url",
          Targets,
        });
        const refused = (response["FailedList"] as { Targets: string[] }[]).flatMap((entry) => entry.Targets);
        await bench.emulator.control.clock.advance(5000);
        const rows: Record<string, string>[] = [];
        for (let Offset = 0; Offset === rows.length && Offset < 30; Offset += Limit) {
          const Filters = [{ Name: "job-id", Values: [response["JobId"]] }];
          const page = await tencent(bench.emulator.endpoint, "DescribePurgeTasks", { ZoneId, Filters, Offset, Limit });
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
    await bench.emulator.control.settings.limits({ "cdn.refreshMerge": 3 });
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
          await bench.emulator.control.settings.limits({ "cdn.refreshMerge": 3 });
          const ids = new Set<string>();
          for (const call of calls) {
            const ObjectPath = call.map(([host, number]) => `http://${host}/${number}`).join("\n");
            const { body } = await alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath });
            for (const id of String(body["RefreshTaskId"]).split(",")) ids.add(id);
          }
          await bench.emulator.control.clock.advance(2000);
          const rows: string[] = [];
          for (const TaskId of ids) {
            const { body } = await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshTaskById", { TaskId });
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
            await alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", {
              SiteId,
              Type: "cachetag",
              Content: JSON.stringify({ CacheTags }),
            });
          }
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const seen: string[] = [];
          for (let page = 1; page <= Math.ceil(total / PageSize) + 1; page += 1) {
            const { body } = await alibaba(bench.emulator.endpoint, "esa", "DescribePurgeTasks", {
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
