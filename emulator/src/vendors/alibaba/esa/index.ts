/** Alibaba Cloud ESA, API version 2024-09-10. */
import * as z from "zod";
import { hostMatches, routineStore } from "../../../ports/edge.ts";
import type { OpenService, ServiceState } from "../../../ports/service.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import { taskOverview } from "../../overview.ts";
import { dailyCounters } from "../../quota.ts";
import { Records, together } from "../../state.ts";
import { taskBoard } from "../../tasks.ts";
import { noPermission, throttlingUser } from "../errors.ts";
import { operations } from "../operation.ts";
import type { AlibabaService } from "../product.ts";
import { getCacheTag, updateCacheTag } from "./cache-tag.ts";
import type { Esa } from "./context.ts";
import { esaCatalog, lockFailed, quotaExceeded, tooManyRequests } from "./errors.ts";
import { describePreloadTasks, describePurgeTasks } from "./listing.ts";
import { preloadCaches } from "./preload.ts";
import { getPurgeQuota, purgeCaches, quotaKey } from "./purge.ts";
import * as set from "./settings.ts";
import { type Site, openSite, servesHost, siteSchema, tagRule } from "./sites.ts";
import { activateVersionManagement, deactivateVersionManagement, getSite, listSites } from "./site-operations.ts";
import type { Upload } from "./upload.ts";
import { getFailFile, getUploadTask, listUploadTasks, submitUploadTask, uploadFile } from "./uploads.ts";

const seedSchema = z.strictObject({ sites: z.array(siteSchema).default([]) });

export const esa: AlibabaService = {
  name: "esa",
  product: "ESA",
  version: "2024-09-10",
  forms: set.forms,
  settings: set.settings,
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
        : throttlingUser.with({ status: Number(settings.switch(set.throttlingStatus)) }),
    quotaExhausted: quotaExceeded,
    permissionDenied: (action, key) => noPermission("esa", action, key),
    locked: lockFailed,
  },
  resources: (_action, input, account) => {
    const siteId = input?.["SiteId"];
    return [typeof siteId === "string" ? `acs:esa:cn-hangzhou:${account}:site/${siteId}` : "*"];
  },
  open: openEsa,
};

function openEsa(tenant: TenantPort, seed: unknown): OpenService {
  const now = tenant.clock.now();
  const { sites: seeded } = seedSchema.parse(seed);
  const sites = new Records(seeded.map((site): [string, Site] => [site.siteId, openSite(site, now)]));
  const tasks = taskBoard(tenant, "esa");
  const quotas = dailyCounters(tenant, set.resetHour);
  const uploads = new Records<Upload>();
  const context: Esa = { tenant, sites, tasks, quotas, uploads };
  return {
    operations: operations({
      UpdateCacheTag: updateCacheTag(context),
      GetCacheTag: getCacheTag(context),
      PurgeCaches: purgeCaches(context),
      DescribePurgeTasks: describePurgeTasks(context),
      DescribePreloadTasks: describePreloadTasks(context),
      GetPurgeQuota: getPurgeQuota(context),
      PreloadCaches: preloadCaches(context),
      UploadFile: uploadFile(context),
      SubmitUploadTask: submitUploadTask(context),
      GetUploadTask: getUploadTask(context),
      GetFailFile: getFailFile(context),
      ListUploadTasks: listUploadTasks(context),
      ListSites: listSites(context),
      GetSite: getSite(context),
      ActivateVersionManagement: activateVersionManagement(context),
      DeactivateVersionManagement: deactivateVersionManagement(context),
    }),
    state: together({ sites, tasks, quotas, uploads }),
    delivery(host) {
      const site = [...sites.values()].find((candidate) => servesHost(candidate, host));
      if (!site) return undefined;
      const { header, caseInsensitive } = tagRule(site);
      return {
        service: "esa",
        scope: site.siteId,
        tagHeader: header,
        tagsCaseInsensitive: caseInsensitive,
        keyFeatures: site.cacheKey,
        ...(hostMatches(host, site.routineHosts) ? { store: routineStore(site.siteId) } : {}),
      };
    },
    describe: () => describe(context),
  };
}

function describe(context: Esa): ServiceState {
  const { tenant, quotas } = context;
  const sites = [...context.sites.values()].map((site) => ({
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
      limit: tenant.settings.limit(set.quotaLimit(site.plan, type)),
      used: quotas.used(quotaKey(site, type)),
    })),
  }));
  const places = sites.map((site) => ({
    kind: "ESA",
    name: site.siteName,
    facts: [site.siteId, site.plan, ...(site.status === "active" ? [] : [site.status])],
    hosts: site.records.map((host) => ({ host })),
    tagRules: site.versions.map(({ version, readOnly, tagName, caseInsensitive }) => ({
      ...(site.versions.length > 1 ? { version: versionName(version, version === site.activeVersion, readOnly) } : {}),
      header: tagName || "Cache-Tag",
      caseInsensitive: caseInsensitive === "on",
      ...(tagName === null ? { note: "never configured" } : {}),
    })),
    quotas: site.quotas,
  }));
  return { places, sites, tasks: taskOverview(context.tasks, tenant.clock.now()) };
}

function versionName(version: number, served: boolean, readOnly: boolean): string {
  return [version, ...(served ? ["served"] : []), ...(readOnly ? ["read-only"] : [])].join(", ");
}
