/** `edgecache:index:getPolicy`: least privilege for what a program uses. */
import { expect, test } from "vitest";
import * as general from "../../provider/src/general.ts";
import { missingStatement as ramStatement } from "../../provider/src/clouds/alibaba/permissions.ts";
import { missingStatement as camStatement } from "../../provider/src/clouds/tencent/permissions.ts";
import { tokens } from "../../provider/src/policies/policy.ts";
import { facts } from "./facts.ts";
import schema from "../../provider/schema.json" with { type: "json" };
import { ask, contextOf } from "../triggers/world.ts";

const context = contextOf({});
type Inputs = Readonly<Record<string, string | readonly string[]>>;
const policyOf = (uses: readonly Inputs[], more: Inputs = {}) =>
  ask(general, "edgecache:index:getPolicy", context, { uses, ...more });

test("of the site, domains, zone and type that the program has, and no other", async () => {
  const { ram, cam, actions } = await policyOf([
    { token: "edgecache:esa:CacheTagConfig", siteId: "1" },
    { token: "edgecache:esa:getSites" },
    { token: "edgecache:cdn:PurgeTrigger", domains: ["a.com", "b.com"], type: "File" },
    { token: "edgecache:teo:PrefetchTrigger", zoneId: "zone-1" },
  ]);
  expect(JSON.parse(String(ram))).toEqual({
    Version: "1",
    Statement: [
      {
        Effect: "Allow",
        Action: ["cdn:DescribeRefreshQuota", "cdn:DescribeRefreshTaskById", "esa:ListSites"],
        Resource: ["*"],
      },
      { Effect: "Allow", Action: ["cdn:DescribeRefreshTasks"], Resource: ["acs:cdn:*:*:domain/*"] },
      {
        Effect: "Allow",
        Action: ["cdn:RefreshObjectCaches"],
        Resource: ["acs:cdn:*:*:domain/a.com", "acs:cdn:*:*:domain/b.com"],
      },
      { Effect: "Allow", Action: ["esa:GetCacheTag", "esa:UpdateCacheTag"], Resource: ["acs:esa:*:*:site/1"] },
    ],
  });
  expect(JSON.parse(String(cam))).toEqual({
    version: "2.0",
    statement: [
      {
        effect: "allow",
        action: ["teo:CreatePrefetchTask", "teo:DescribeContentQuota", "teo:DescribePrefetchTasks"],
        resource: ["qcs::teo::uin/:zone/zone-1"],
      },
    ],
  });
  expect(actions).toHaveLength(10);
});

test("the same resources in another order are one statement", async () => {
  const { ram } = await policyOf([
    { token: "edgecache:esa:getSite", siteId: "2" },
    { token: "edgecache:esa:getCacheTag", siteId: "1" },
    { token: "edgecache:esa:getSite", siteId: "1" },
    { token: "edgecache:esa:getCacheTag", siteId: "2" },
  ]);
  expect(JSON.parse(String(ram)).Statement).toEqual([
    {
      Effect: "Allow",
      Action: ["esa:GetCacheTag", "esa:GetSite"],
      Resource: ["acs:esa:*:*:site/1", "acs:esa:*:*:site/2"],
    },
  ]);
});

test("two sites are two resources; what is not said is every one; accounts are named where they are given", async () => {
  const { ram, cam } = await policyOf(
    [
      { token: "edgecache:esa:getSite", siteId: "1" },
      { token: "edgecache:esa:getSite", siteId: "2" },
      { token: "edgecache:esa:getCacheTag" },
    ],
    { alibabaAccount: "77" },
  );
  expect(JSON.parse(String(ram)).Statement).toEqual([
    { Effect: "Allow", Action: ["esa:GetCacheTag"], Resource: ["acs:esa:*:77:site/*"] },
    { Effect: "Allow", Action: ["esa:GetSite"], Resource: ["acs:esa:*:77:site/1", "acs:esa:*:77:site/2"] },
  ]);
  expect(cam).toBeUndefined();
});

test("options decide: uploads with bulk only, one of two operations by type", async () => {
  const actionsOf = async (use: Inputs) => (await policyOf([use]))["actions"];
  const purges = { token: "edgecache:esa:PurgeTrigger", siteId: "1", type: "file" };
  expect(await actionsOf(purges)).toEqual(["esa:DescribePurgeTasks", "esa:GetPurgeQuota", "esa:PurgeCaches"]);
  expect(await actionsOf({ ...purges, bulk: "auto" })).toContain("esa:UploadFile");
  const tags = { token: "edgecache:dcdn:PurgeTrigger", domains: ["a.com"], type: "CacheTag" };
  expect(await actionsOf(tags)).toContain("dcdn:RefreshDcdnObjectCacheByCacheTag");
  expect(await actionsOf(tags)).not.toContain("dcdn:RefreshDcdnObjectCaches");
});

test("a token of nothing is refused with the nearest one", async () => {
  await expect(policyOf([{ token: "edgecache:esa:PurgeTriger" }])).rejects.toThrow(
    /token is nothing of this package; did you mean edgecache:esa:PurgeTrigger\?/,
  );
});

test("every resource and function of a cloud is known, and every action that the provider calls is somebody's", async () => {
  const declared = [...Object.keys(schema.resources), ...Object.keys(schema.functions)];
  expect(tokens.toSorted()).toEqual(declared.filter((token) => !token.includes(":index:")).toSorted());
  const { actions } = await policyOf(tokens.map((token) => ({ token, bulk: "auto" })));
  expect(actions).toEqual(
    facts.flatMap(({ operations }) => operations.map(({ permission }) => permission.action)).toSorted(),
  );
});

test("the statement that a refused call lacks names its own site, domains or zone", () => {
  expect(ramStatement("esa", "PurgeCaches", { SiteId: "1" })).toBe(
    '{"Effect":"Allow","Action":"esa:PurgeCaches","Resource":"acs:esa:*:*:site/1"}',
  );
  const paths = "https://a.com/x\nhttp://B.com/y?z\na.com/w";
  expect(ramStatement("cdn", "RefreshObjectCaches", { ObjectPath: paths })).toBe(
    '{"Effect":"Allow","Action":"cdn:RefreshObjectCaches","Resource":["acs:cdn:*:*:domain/a.com","acs:cdn:*:*:domain/b.com"]}',
  );
  expect(ramStatement("cdn", "DescribeRefreshTasks", {})).toBe(
    '{"Effect":"Allow","Action":"cdn:DescribeRefreshTasks","Resource":"acs:cdn:*:*:domain/*"}',
  );
  expect(ramStatement("cdn", "DescribeRefreshQuota", {})).toContain('"Resource":"*"');
  expect(camStatement("CreatePurgeTask", { ZoneId: "zone-1" })).toBe(
    '{"effect":"allow","action":["teo:CreatePurgeTask"],"resource":["qcs::teo::uin/:zone/zone-1"]}',
  );
  expect(camStatement("DescribeZones", {})).toContain('"resource":["*"]');
});
