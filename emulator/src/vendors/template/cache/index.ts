/** The template's one service: purges of URLs on the sites of an account. */
import * as z from "zod";
import type { OpenService, ServiceDefinition, ServiceState } from "../../../ports/service.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import { taskOverview } from "../../overview.ts";
import { dailyCounters } from "../../quota.ts";
import { Records, together } from "../../state.ts";
import { taskBoard } from "../../tasks.ts";
import { denied, tooManyCalls } from "../errors.ts";
import { cacheCatalog, quotaUsedUp, siteBusy } from "./errors.ts";
import { type Cache, getQuota, listPurges, purgeUrls } from "./operations.ts";
import { dailyUrls, resetHour, settings } from "./settings.ts";

const siteSchema = z.strictObject({
  host: z.string().min(1),
  account: z.string().min(1),
  tagHeader: z.string().default("Cache-Tag"),
});
const seedSchema = z.strictObject({ sites: z.array(siteSchema).default([]) });

export const cache: ServiceDefinition = {
  name: "template",
  product: "template",
  version: "2026-01-01",
  settings,
  defaultSeed: { sites: [{ host: "www.example.org", account: "template-account" }] },
  catalog: cacheCatalog,
  errors: {
    throttled: () => tooManyCalls,
    quotaExhausted: quotaUsedUp,
    permissionDenied: () => denied,
    locked: siteBusy,
  },
  // A vendor whose policies name single sites says here which ones a call is about.
  resources: () => ["*"],
  open,
};

function open(tenant: TenantPort, seed: unknown): OpenService {
  const sites = new Records(seedSchema.parse(seed).sites.map((site) => [site.host, site]));
  const tasks = taskBoard(tenant, "template");
  const quotas = dailyCounters(tenant, resetHour);
  const context: Cache = { tenant, sites, tasks, quotas };
  return {
    operations: new Map([
      ["PurgeUrls", purgeUrls(context)],
      ["ListPurges", listPurges(context)],
      ["GetQuota", getQuota(context)],
    ]),
    state: together({ sites, tasks, quotas }),
    delivery(host) {
      const site = sites.get(host);
      if (!site) return undefined;
      return {
        service: "template",
        scope: host,
        tagHeader: site.tagHeader,
        tagsCaseInsensitive: false,
        keyFeatures: [],
      };
    },
    describe: () => describe(context),
  };
}

function describe({ tenant, sites, tasks, quotas }: Cache): ServiceState {
  const places = [...sites.values()].map(({ host, account, tagHeader }) => ({
    kind: "Template",
    name: host,
    facts: [],
    hosts: [{ host }],
    tagRules: [{ header: tagHeader, caseInsensitive: false }],
    quotas: [{ type: "urls", limit: tenant.settings.limit(dailyUrls), used: quotas.used(account) }],
  }));
  return { places, tasks: taskOverview(tasks, tenant.clock.now()) };
}
