/** Policies of keys: RAM's and CAM's documents, by action and by resource. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { type Policy, permits, policySchema } from "../src/ports/policies.ts";
import { alibaba, tencent } from "./clients.ts";

const account = "1";
const policies = {
  ram: {
    Version: "1",
    Statement: [
      { Effect: "Allow", Action: "esa:GetCacheTag", Resource: "acs:esa:*:1:site/1000" },
      { Effect: "Allow", Action: ["dcdn:Refresh*"], Resource: ["acs:dcdn:*:*:domain/a.example.com"] },
      { Effect: "Allow", Action: "dcdn:DescribeDcdnRefreshTasks", Resource: "acs:dcdn:*:*:domain/*" },
      { Effect: "Deny", Action: "dcdn:RefreshErObjectCaches", Resource: "*" },
    ],
  },
  cam: {
    version: "2.0",
    statement: [
      { effect: "allow", action: ["name/teo:CreatePurgeTask"], resource: ["qcs::teo::uin/:zone/zone-1"] },
      { effect: "allow", action: ["teo:DescribeZones"], resource: "*" },
    ],
  },
} as const;

let emulator: Emulator;
beforeAll(async () => {
  const site = (siteId: string) => ({ siteId, siteName: `${siteId}.com`, account, records: [] });
  const zone = (zoneId: string) => ({ zoneId, zoneName: "z.com", account, domains: ["z.com"] });
  emulator = await startEmulator({
    seed: {
      keys: [
        { cloud: "alibaba", account, accessKeyId: "AK", accessKeySecret: "s", policy: JSON.stringify(policies.ram) },
        {
          cloud: "tencent",
          account,
          accessKeyId: "TK",
          accessKeySecret: "s",
          policy: JSON.parse(JSON.stringify(policies.cam)),
        },
      ],
      services: {
        esa: { sites: [site("1000"), site("2000")] },
        dcdn: { domains: ["a.example.com", "b.example.com"].map((domain) => ({ domain, account })) },
        teo: { zones: [zone("zone-1"), zone("zone-2")] },
      },
    },
  });
});
afterAll(() => emulator.close());

const ram = async (service: string, action: string, parameters: Record<string, string>) =>
  (await alibaba(emulator.endpoint, service, action, parameters, { key: "AK", secret: "s" })).body["Code"];
const cam = async (action: string, input: object) =>
  (await tencent(emulator.endpoint, action, input, { key: "TK", secret: "s" })).response.Error?.Code;

test("of ESA: the site that is named", async () => {
  expect(await ram("esa", "GetCacheTag", { SiteId: "1000" })).toBeUndefined();
  expect(await ram("esa", "GetCacheTag", { SiteId: "2000" })).toBe("NoPermission");
  expect(await ram("esa", "UpdateCacheTag", { SiteId: "1000", TagName: "a" })).toBe("NoPermission");
});

test("of DCDN: every domain of a call, and no domain of a list is every one", async () => {
  const refresh = (paths: string) => ram("dcdn", "RefreshDcdnObjectCaches", { ObjectPath: paths });
  expect(await refresh("http://a.example.com/x\nhttp://A.example.com/y")).toBeUndefined();
  expect(await refresh("http://a.example.com/x\nhttp://b.example.com/x")).toBe("NoPermission");
  expect(await ram("dcdn", "DescribeDcdnRefreshTasks", {})).toBeUndefined();
  expect(await ram("dcdn", "DescribeDcdnRefreshQuota", {})).toBe("NoPermission");
  // A deny beats an allow.
  const er = { ObjectPath: "http://a.example.com/x", ObjectType: "File" };
  expect(await ram("dcdn", "RefreshErObjectCaches", er)).toBe("NoPermission");
});

test("of EdgeOne: the zone, and ZoneId * is about every one", async () => {
  const purge = (ZoneId: string) => cam("CreatePurgeTask", { ZoneId, Type: "purge_url", Targets: ["http://z.com/"] });
  expect(await purge("zone-1")).toBeUndefined();
  expect(await purge("zone-2")).toBe("UnauthorizedOperation.CamUnauthorized");
  expect(await purge("*")).toBe("UnauthorizedOperation.CamUnauthorized");
  expect(await cam("DescribeZones", {})).toBeUndefined();
});

test("patterns are plain text but for their stars and question marks", () => {
  const policy: Policy = [{ allow: true, actions: ["esa:Get?ite"], resources: ["acs:esa:*:1:site/1.0"] }];
  expect(permits(policy, "esa:GetSite", ["acs:esa:x:1:site/1.0"])).toBe(true);
  expect(permits(policy, "esa:GetSite", ["acs:esa:x:1:site/1x0"])).toBe(false);
  expect(permits(policy, "esa:GetSites", ["acs:esa:x:1:site/1.0"])).toBe(false);
  expect(permits(policy, "esa:GetSite", ["acs:esa:x:1:site/1.0", "*"])).toBe(false);
});

test("what is no policy is refused with the seed", () => {
  expect(policySchema.safeParse('{"Version":"2"}').success).toBe(false);
  expect(policySchema.safeParse("no JSON").success).toBe(false);
});

test("wildcards match as they should, and the worst of them at once", () => {
  const allowed = (pattern: string, resource: string): boolean =>
    permits([{ allow: true, actions: ["*"], resources: [pattern] }], "esa:GetSite", [resource]);
  expect(allowed("acs:esa:*:1:site/?", "acs:esa:cn-hangzhou:1:site/7")).toBe(true);
  expect(allowed("acs:esa:*:1:site/?", "acs:esa:cn-hangzhou:1:site/77")).toBe(false);
  expect(allowed("acs.esa(*)[1]", "acs.esa(\n)[1]")).toBe(true);
  expect(allowed("acs.esa", "acs:esa")).toBe(false);
  expect(allowed(`${"*a".repeat(40)}b`, "a".repeat(200))).toBe(false);
});
