/** Alibaba Cloud ESA, API version 2024-09-10. */
import * as z from "zod";
import type { JsonObject } from "../../../ports/json.ts";
import { DailyCounters } from "../../quota.ts";
import { type Task, TaskBoard } from "../../tasks.ts";
import { noPermission, throttlingUser } from "../errors.ts";
import { taskOverview } from "../../overview.ts";
import type { OpenService, ServiceDefinition, World } from "../../../ports/service.ts";
import { getCacheTag, updateCacheTag } from "./cache-tag.ts";
import { esaCatalog, esaErrorTexts } from "./catalog.ts";
import type { Esa } from "./context.ts";
import { lockFailed, quotaExceeded, tooManyRequests } from "./errors.ts";
import { describePreloadTasks, describePurgeTasks } from "./listing.ts";
import { preloadCaches } from "./preload.ts";
import { getPurgeQuota, purgeCaches, quotaKey } from "./purge.ts";
import * as set from "./settings.ts";
import { type Site, openSite, servesHost, siteSchema, tagRule } from "./sites.ts";
import { activateVersionManagement, deactivateVersionManagement, getSite, listSites } from "./site-operations.ts";
import { type Upload, getFailFile, getUploadTask, listUploadTasks, submitUploadTask, uploadFile } from "./uploads.ts";

const seedSchema = z.strictObject({ sites: z.array(siteSchema).default([]) });

export const esa: ServiceDefinition = {
  name: "esa",
  product: "ESA",
  wire: "alibaba",
  version: "2024-09-10",
  switches: set.esaSwitches,
  limits: set.esaLimits,
  texts: [...esaErrorTexts, ...set.esaTexts],
  defaultSeed: {
    sites: [
      {
        siteId: "5407498413000",
        siteName: "example.com",
        account: "1234567890123456",
        records: ["example.com", "www.example.com", "img.example.com"],
      },
    ],
  },
  catalog: esaCatalog,
  errors: {
    throttled: (_limit, _seen, settings) =>
      settings.switch(set.throttleCode) === "TooManyRequests"
        ? tooManyRequests
        : throttlingUser(Number(settings.switch(set.throttlingStatus))),
    quotaExhausted: quotaExceeded,
    permissionDenied: (action, key) => noPermission("esa", action, key),
    locked: lockFailed,
  },
  open: openEsa,
};

interface Dump {
  readonly sites: Site[];
  readonly tasks: Task[];
  readonly quotas: ReturnType<DailyCounters["dump"]>;
  readonly uploads: Upload[];
}

function openEsa(world: World, seed: unknown): OpenService<Dump> {
  const { sites } = seedSchema.parse(seed);
  const now = world.clock.now();
  const context: Esa = {
    world,
    sites: new Map(sites.map((site) => [site.siteId, openSite(site, now)])),
    tasks: new TaskBoard((task, target) => world.edge.prefetchResult(`esa/${task.id}`, target)),
    quotas: new DailyCounters(
      () => world.clock.now(),
      () => world.settings.limit(set.resetHour),
    ),
    uploads: new Map(),
  };
  return {
    operations: new Map([
      ["UpdateCacheTag", updateCacheTag(context)],
      ["GetCacheTag", getCacheTag(context)],
      ["PurgeCaches", purgeCaches(context)],
      ["DescribePurgeTasks", describePurgeTasks(context)],
      ["DescribePreloadTasks", describePreloadTasks(context)],
      ["GetPurgeQuota", getPurgeQuota(context)],
      ["PreloadCaches", preloadCaches(context)],
      ["UploadFile", uploadFile(context)],
      ["SubmitUploadTask", submitUploadTask(context)],
      ["GetUploadTask", getUploadTask(context)],
      ["GetFailFile", getFailFile(context)],
      ["ListUploadTasks", listUploadTasks(context)],
      ["ListSites", listSites(context)],
      ["GetSite", getSite(context)],
      ["ActivateVersionManagement", activateVersionManagement(context)],
      ["DeactivateVersionManagement", deactivateVersionManagement(context)],
    ]),
    delivery(host) {
      const site = [...context.sites.values()].find((candidate) => servesHost(candidate, host));
      if (!site) return undefined;
      const { header, caseInsensitive } = tagRule(site);
      return {
        service: "esa",
        scope: site.siteId,
        tagHeader: header,
        tagsCaseInsensitive: caseInsensitive,
        keyFeatures: site.cacheKey,
      };
    },
    describe: () => describe(context),
    dump: () => ({
      sites: structuredClone([...context.sites.values()]),
      tasks: context.tasks.dump(),
      quotas: context.quotas.dump(),
      uploads: structuredClone([...context.uploads.values()]),
    }),
    load(dump) {
      context.sites.clear();
      for (const site of structuredClone(dump.sites)) context.sites.set(site.siteId, site);
      context.tasks.load(dump.tasks);
      context.quotas.load(dump.quotas);
      context.uploads.clear();
      for (const upload of structuredClone(dump.uploads)) context.uploads.set(upload.id, upload);
    },
  };
}

function describe(context: Esa): JsonObject {
  const { world } = context;
  return {
    sites: [...context.sites.values()].map((site) => ({
      siteId: site.siteId,
      siteName: site.siteName,
      account: site.account,
      plan: site.plan,
      status: site.status,
      records: site.records,
      versionManagement: site.versionManagement,
      activeVersion: site.activeVersion,
      versions: [...site.versions].map(([version, { readOnly, tagName, caseInsensitive }]) => ({
        version,
        readOnly,
        tagName: tagName ?? null,
        caseInsensitive: caseInsensitive ?? null,
      })),
      quotas: set.purgeTypes.map((type) => ({
        type,
        limit: world.settings.limit(set.quotaLimit(site.plan, type)),
        used: context.quotas.used(quotaKey(site, type)),
      })),
    })),
    tasks: taskOverview(context.tasks, world.clock.now()),
  };
}
