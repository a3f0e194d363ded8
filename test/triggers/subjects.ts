/** Every trigger of every service, as the conformance suite must know it. */
import type { Module } from "../../provider/src/engine/define/resource.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import type { Params } from "./cloud.ts";
import type { JumpingGround } from "./jumping.ts";
import type { Subject } from "./conformance.ts";
import { resourceOf, type TestContext } from "./world.ts";

const purge = { verb: "purge", count: "purgeCount" } as const;
const prefetch = { verb: "prefetch", count: "prefetchCount" } as const;
const targets = (params: Params): string[] => (Array.isArray(params["Targets"]) ? params["Targets"].map(String) : []);
const lines = (params: Params): string[] => String(params["ObjectPath"]).split(/\r?\n/);

/** Token → subject. */
export const subjects = new Map<Token, Subject>();

export type Token = `${"esa" | "cdn" | "dcdn" | "teo"}:${string}Trigger`;

export function subjectOf(token: Token): Subject {
  const found = subjects.get(token);
  if (found === undefined) throw new Error(`no subject ${token}`);
  return found;
}

/** The vendors' SDKs are loaded when first used, and time should not pass meanwhile: a preview asks both, and takes none. */
export async function warmUp(ground: JumpingGround, config: object): Promise<void> {
  for (const token of ["esa:PurgeTrigger", "teo:PurgeTrigger"] as const) {
    const { resource, base, target } = subjectOf(token);
    const stack = ground.stack(resource, ground.context(config));
    await ground.still(() => stack.preview({ ...base, targets: [target(0)], contentHash: "a" }));
  }
}

function subject(module: Module<TestContext>, token: Token, rest: Omit<Subject, "resource">): void {
  subjects.set(token, { resource: resourceOf(module, `edgecache:${token}`), ...rest });
}

subject(esa, "esa:PurgeTrigger", {
  ...purge,
  cache: "esa",
  submit: "PurgeCaches",
  watch: "DescribePurgeTasks",
  list: "DescribePurgeTasks",
  lookUp: true,
  base: { siteId: "5407498413000", type: "file" },
  option: { edgeComputePurge: true },
  target: (index) => `https://www.example.com/${index}`,
  taskMs: "esa.purgeMs",
  perCall: 1000,
  sent: (params) => JSON.parse(String(params["Content"])).Files,
  daily: "esa.quota.enterprise.file",
  failedList: false,
});

subject(esa, "esa:PrefetchTrigger", {
  ...prefetch,
  cache: "esa",
  submit: "PreloadCaches",
  watch: "DescribePreloadTasks",
  list: "DescribePreloadTasks",
  // Its rows have times without a zone.
  lookUp: false,
  base: { siteId: "5407498413000" },
  option: { headers: { "Accept-Encoding": "br" } },
  target: (index) => `https://www.example.com/${index}`,
  taskMs: "esa.preloadMs",
  perCall: 100,
  sent: (params) => JSON.parse(String(params["Content"])),
  daily: undefined,
  failedList: false,
});

subject(cdn, "cdn:PurgeTrigger", {
  ...purge,
  cache: "cdn",
  submit: "RefreshObjectCaches",
  watch: "DescribeRefreshTaskById",
  list: "DescribeRefreshTasks",
  lookUp: true,
  base: { type: "File" },
  option: { force: false },
  limits: { "cdn.urlsPerMinute": 10_000 },
  target: (index) => `https://cdn.example.com/${index}`,
  taskMs: "cdn.refreshMs",
  perCall: 1000,
  sent: lines,
  daily: "cdn.daily.file",
  failedList: false,
});

subject(cdn, "cdn:PrefetchTrigger", {
  ...prefetch,
  cache: "cdn",
  submit: "PushObjectCache",
  watch: "DescribeRefreshTaskById",
  list: "DescribeRefreshTasks",
  lookUp: true,
  base: {},
  option: { area: "domestic" },
  target: (index) => `https://cdn.example.com/${index}`,
  taskMs: "cdn.preloadMs",
  perCall: 100,
  sent: lines,
  daily: "cdn.preloadDaily",
  failedList: false,
});

subject(dcdn, "dcdn:PurgeTrigger", {
  ...purge,
  cache: "dcdn",
  submit: "RefreshDcdnObjectCaches",
  watch: "DescribeDcdnRefreshTaskById",
  list: "DescribeDcdnRefreshTasks",
  lookUp: true,
  base: { type: "File" },
  option: { force: false },
  limits: { "dcdn.urlsPerMinute": 10_000 },
  target: (index) => `https://dcdn.example.com/${index}`,
  taskMs: "dcdn.refreshMs",
  perCall: 1000,
  sent: lines,
  daily: "dcdn.daily.file",
  failedList: false,
});

subject(dcdn, "dcdn:EdgeRoutinePurgeTrigger", {
  ...purge,
  cache: "er hello.mysubdomain",
  submit: "RefreshErObjectCaches",
  watch: "DescribeDcdnRefreshTaskById",
  list: "DescribeDcdnRefreshTasks",
  lookUp: false,
  base: { type: "File", routineId: "hello.mysubdomain" },
  option: { mergeDomainName: ["dcdn.example.com"] },
  limits: { "dcdn.urlsPerMinute": 10_000 },
  target: (index) => `https://er.example.com/${index}`,
  taskMs: "dcdn.refreshMs",
  perCall: 1000,
  sent: lines,
  daily: "dcdn.daily.file",
  failedList: false,
});

subject(dcdn, "dcdn:PrefetchTrigger", {
  ...prefetch,
  cache: "dcdn",
  submit: "PreloadDcdnObjectCaches",
  watch: "DescribeDcdnRefreshTaskById",
  list: "DescribeDcdnRefreshTasks",
  lookUp: true,
  base: {},
  option: { l2Preload: true },
  target: (index) => `https://dcdn.example.com/${index}`,
  taskMs: "dcdn.preloadMs",
  perCall: 100,
  sent: lines,
  daily: "dcdn.preloadDaily",
  failedList: false,
});

subject(teo, "teo:PurgeTrigger", {
  ...purge,
  cache: "teo",
  submit: "CreatePurgeTask",
  watch: "DescribePurgeTasks",
  list: "DescribePurgeTasks",
  lookUp: true,
  base: { zoneId: "zone-2o1xvpmq7nn1", type: "purge_url" },
  option: { failurePolicy: "warn" },
  target: (index) => `https://www.example.net/${index}`,
  taskMs: "teo.purgeMs",
  perCall: 2000,
  sent: targets,
  daily: "teo.purge_url.daily",
  failedList: true,
});

subject(teo, "teo:PrefetchTrigger", {
  ...prefetch,
  cache: "teo",
  submit: "CreatePrefetchTask",
  watch: "DescribePrefetchTasks",
  list: "DescribePrefetchTasks",
  lookUp: true,
  base: { zoneId: "zone-2o1xvpmq7nn1" },
  option: { mode: "default" },
  target: (index) => `https://www.example.net/${index}`,
  taskMs: "teo.prefetchMs",
  perCall: 2000,
  sent: targets,
  daily: "teo.prefetch_url.daily",
  failedList: true,
});
