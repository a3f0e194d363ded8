/** Every trigger of every service passes the one suite. */
import type { Module } from "../../provider/src/engine/define/resource.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { conformTrigger, type Subject } from "./conformance.ts";
import { resourceOf, type TestContext } from "./world.ts";

const purge = { verb: "purge", count: "purgeCount" } as const;
const prefetch = { verb: "prefetch", count: "prefetchCount" } as const;
const lines = (params: Readonly<Record<string, unknown>>): string[] => String(params["ObjectPath"]).split(/\r?\n/);

function subject(module: Module<TestContext>, token: string, rest: Omit<Subject, "resource">): void {
  conformTrigger(token, { resource: resourceOf(module, `edgecache:${token}`), ...rest });
}

subject(esa, "esa:PurgeTrigger", {
  ...purge,
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
  submit: "RefreshObjectCaches",
  watch: "DescribeRefreshTaskById",
  list: "DescribeRefreshTasks",
  lookUp: true,
  base: { type: "File" },
  option: { force: true },
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
  submit: "RefreshDcdnObjectCaches",
  watch: "DescribeDcdnRefreshTaskById",
  list: "DescribeDcdnRefreshTasks",
  lookUp: true,
  base: { type: "File" },
  option: { force: true },
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

const targets = (params: Readonly<Record<string, unknown>>): string[] =>
  Array.isArray(params["Targets"]) ? params["Targets"].map(String) : [];

subject(teo, "teo:PurgeTrigger", {
  ...purge,
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
