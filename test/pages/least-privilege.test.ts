/**
 * The policy that `getPolicy` writes is enough for the program it is of, and
 * not by one action too much: with any one taken away the program fails, or
 * does without what it only would have liked to know, and the error names the
 * statement that is missing.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import * as general from "../../provider/src/general.ts";
import { callsOf, tokens, type Use } from "../../provider/src/policies/policy.ts";
import type { Module } from "../../provider/src/engine/define/resource.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { Jumping } from "../triggers/jumping.ts";
import { warmUp } from "../triggers/subjects.ts";
import { ask, contextOf, resourceOf, type TestContext } from "../triggers/world.ts";

const siteId = "5407498413000";
const zoneId = "zone-2o1xvpmq7nn1";
const modules: Readonly<Record<string, Module<TestContext>>> = { esa, cdn, dcdn, teo };

interface Part {
  readonly use: Use & Record<string, Value>;
  /** The inputs of the resource or function. */
  readonly inputs: Record<string, Value>;
  /** Its targets fail, where that leads to a further call. */
  readonly failing?: true;
}

const file = (host: string) => ({ targets: [`https://${host}/a`], contentHash: "1" });
const onCdn = { domains: ["cdn.example.com"] };
const onDcdn = { domains: ["dcdn.example.com"] };
const onEr = { domains: ["er.example.com"] };
const parts: readonly Part[] = [
  { use: { token: "edgecache:esa:CacheTagConfig", siteId }, inputs: { siteId, tagName: "Mine" } },
  {
    use: { token: "edgecache:esa:PurgeTrigger", siteId, type: "file" },
    inputs: { siteId, type: "file", ...file("www.example.com") },
  },
  { use: { token: "edgecache:esa:PrefetchTrigger", siteId }, inputs: { siteId, ...file("www.example.com") } },
  {
    use: { token: "edgecache:cdn:PurgeTrigger", type: "File", ...onCdn },
    inputs: { type: "File", ...file("cdn.example.com") },
  },
  {
    use: { token: "edgecache:cdn:PurgeTrigger", type: "CacheTag", ...onCdn },
    inputs: { type: "CacheTag", domainName: "cdn.example.com", targets: ["t"], contentHash: "1" },
  },
  { use: { token: "edgecache:cdn:PrefetchTrigger", ...onCdn }, inputs: file("cdn.example.com") },
  {
    use: { token: "edgecache:dcdn:PurgeTrigger", type: "File", ...onDcdn },
    inputs: { type: "File", ...file("dcdn.example.com") },
  },
  {
    use: { token: "edgecache:dcdn:PurgeTrigger", type: "CacheTag", ...onDcdn },
    inputs: { type: "CacheTag", domainName: "dcdn.example.com", targets: ["t"], contentHash: "1" },
  },
  {
    use: { token: "edgecache:dcdn:EdgeRoutinePurgeTrigger", type: "File", ...onEr },
    inputs: { type: "File", ...file("er.example.com") },
  },
  {
    use: { token: "edgecache:dcdn:EdgeRoutinePurgeTrigger", type: "CacheTag", ...onEr },
    inputs: { type: "CacheTag", domainName: "er.example.com", targets: ["t"], contentHash: "1" },
  },
  { use: { token: "edgecache:dcdn:PrefetchTrigger", ...onDcdn }, inputs: file("dcdn.example.com") },
  {
    use: { token: "edgecache:teo:PurgeTrigger", zoneId },
    inputs: { zoneId, type: "purge_url", ...file("www.example.net") },
  },
  { use: { token: "edgecache:teo:PrefetchTrigger", zoneId }, inputs: { zoneId, ...file("www.example.net") } },
  {
    use: { token: "edgecache:esa:UploadTask", siteId },
    inputs: { siteId, type: "file", ...file("www.example.com") },
    failing: true,
  },
  { use: { token: "edgecache:esa:getCacheTag", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getPurgeTasks", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getPrefetchTasks", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getPurgeQuota", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getUploadTasks", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getSite", siteId }, inputs: { siteId } },
  { use: { token: "edgecache:esa:getSites" }, inputs: {} },
  { use: { token: "edgecache:cdn:getRefreshTasks" }, inputs: {} },
  { use: { token: "edgecache:cdn:getRefreshQuota" }, inputs: {} },
  { use: { token: "edgecache:dcdn:getRefreshTasks" }, inputs: {} },
  { use: { token: "edgecache:dcdn:getRefreshQuota" }, inputs: {} },
  { use: { token: "edgecache:teo:getPurgeTasks", zoneId }, inputs: { zoneId } },
  { use: { token: "edgecache:teo:getPrefetchTasks", zoneId }, inputs: { zoneId } },
  { use: { token: "edgecache:teo:getContentQuota", zoneId }, inputs: { zoneId } },
  { use: { token: "edgecache:teo:getZones" }, inputs: {} },
];

let ground: Jumping;
beforeAll(async () => {
  ground = await Jumping.start();
  await warmUp(ground, await ground.emulator.control.configuration());
});
afterAll(() => ground[Symbol.asyncDispose]());

let tenants = 0;

interface Seen {
  /** What was carried out, such as `esa:PurgeCaches`. */
  readonly actions: readonly string[];
  /** The actions that messages say are missing. */
  readonly missing: readonly string[];
  readonly failed: boolean;
}

/** Runs the part under a policy, with everything going wrong for which it has an action. */
async function run({ use: { token }, inputs, failing }: Part, policies: { ram: string; cam: string }): Promise<Seen> {
  const account = { alibaba: "1234567890123456", tencent: "100012345678" };
  const key = (cloud: "alibaba" | "tencent", accessKeyId: string, policy: string) => ({
    cloud,
    account: account[cloud],
    accessKeyId,
    accessKeySecret: "s",
    policy,
  });
  const control = await ground.emulator.control.createTenant(`p${++tenants}`, {
    seed: {
      keys: [key("alibaba", "AK", policies.ram), key("tencent", "TK", policies.cam)],
      // An older page asks for this permission, the newer does not. What starts by itself need not be started.
      switches: { "esa.permission.GetPurgeQuota": "asked", "esa.uploadStart": "submit" },
    },
  });
  const context = ground.context(await control.configuration());
  const [, module = "", name = ""] = token.split(":");
  const messages: string[] = [];
  let failed = false;
  const attempt = async (work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      messages.push(...(await work()));
    } catch (error) {
      failed = true;
      messages.push(String(error));
    }
  };
  const { [module]: found } = modules;
  if (found === undefined) throw new Error(`no module ${module}`);
  if (name.startsWith("get")) {
    await attempt(async () => {
      await ground.clock.during(() => ask(found, token, context, inputs));
      return [];
    });
  } else {
    const stack = ground.stack(resourceOf(found, token), context);
    await attempt(() => stack.preview(inputs));
    for (const action of submits) await control.faults.add({ kind: "resetAfter", action, count: 1 });
    if (failing) await control.faults.add({ kind: "failTarget" });
    await attempt(async () => {
      const { problems, logs } = await stack.up(inputs, { timeoutMs: 60_000 });
      failed ||= problems.length > 0;
      return [...problems, ...logs];
    });
  }
  const executed = (await control.requests.find({})).filter((request) => request.executed);
  return {
    actions: unique(executed.map(({ service, action }) => `${service}:${action}`)),
    missing: unique(messages.flatMap((message) => [...message.matchAll(lacking)].map(([, action = ""]) => action))),
    failed,
  };
}

/** Calls whose answer is lost once, so that it is looked for. */
const submits = [
  "PurgeCaches",
  "PreloadCaches",
  "UploadFile",
  "RefreshObjectCaches",
  "RefreshObjectCacheByCacheTag",
  "PushObjectCache",
  "RefreshDcdnObjectCaches",
  "RefreshDcdnObjectCacheByCacheTag",
  "RefreshErObjectCaches",
  "RefreshErObjectCachesByCacheTag",
  "PreloadDcdnObjectCaches",
  "CreatePurgeTask",
  "CreatePrefetchTask",
];
const lacking = /lacks a statement: \{"[Ee]ffect":"[Aa]llow","[Aa]ction":\[?"([^"]+)"/g;

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Both policies, one of them of nothing. */
async function policiesFor(use: Part["use"]): Promise<{ ram: string; cam: string }> {
  const { ram, cam } = await ask(general, "edgecache:index:getPolicy", contextOf({}), { uses: [use] });
  return {
    ram: typeof ram === "string" ? ram : '{"Version":"1","Statement":[]}',
    cam: typeof cam === "string" ? cam : '{"version":"2.0","statement":[]}',
  };
}

/** The document without one action, whichever statement has it. */
function without(policy: string, action: string): string {
  return JSON.stringify(JSON.parse(policy), (_key, value: unknown) =>
    Array.isArray(value) ? value.filter((each) => each !== action) : value,
  );
}

test.each(parts)("$use.token $use.type", { timeout: 60_000 }, async (part) => {
  const whole = await policiesFor(part.use);
  const actions = unique(callsOf(part.use).map(({ action }) => action));
  const seen = await run(part, whole);
  expect(seen.missing).toEqual([]);
  // Not one action too much, and none that another's permission covers.
  expect(seen.actions).toEqual(actions);
  for (const action of actions) {
    const { missing } = await run(part, { ram: without(whole.ram, action), cam: without(whole.cam, action) });
    expect({ action, missing }).toEqual({ action, missing: [action] });
  }
});

test("every token is tried", () => {
  expect(unique(parts.map(({ use }) => use.token))).toEqual(tokens.toSorted());
});
