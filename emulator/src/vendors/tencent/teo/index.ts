/** Tencent Cloud EdgeOne (TEO), API version 2022-09-01. */
import * as z from "zod";
import type { OpenService, ServiceDefinition, ServiceState } from "../../../ports/service.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import { taskOverview } from "../../overview.ts";
import { dailyCounters } from "../../quota.ts";
import { Records, together } from "../../state.ts";
import { taskBoard } from "../../tasks.ts";
import { requestLimitExceeded, unauthorizedOperation } from "../errors.ts";
import type { Teo } from "./context.ts";
import { createPrefetchTask, createPurgeTask, quotaKey } from "./create.ts";
import { describeContentQuota, describeTasks, describeZones } from "./describe.ts";
import { actionInProgress, camUnauthorized, dailyQuota, teoCatalog } from "./errors.ts";
import * as set from "./settings.ts";
import { servesHost, zoneSchema } from "./zone.ts";

const seedSchema = z.strictObject({ zones: z.array(zoneSchema).default([]) });

export const teo: ServiceDefinition = {
  name: "teo",
  product: "teo",
  version: "2022-09-01",
  settings: set.settings,
  defaultSeed: {
    zones: [
      {
        zoneId: "zone-2o1xvpmq7nn1",
        zoneName: "example.net",
        account: "100012345678",
        domains: ["example.net", "www.example.net", "img.example.net"],
      },
    ],
  },
  catalog: teoCatalog,
  errors: {
    throttled: requestLimitExceeded,
    quotaExhausted: dailyQuota,
    permissionDenied: (_action, _key, settings) =>
      settings.switch(set.deniedCode) === camUnauthorized.code ? camUnauthorized : unauthorizedOperation,
    locked: actionInProgress,
  },
  // ZoneId `*` is about every zone of the account.
  resources: (action, input, account) => {
    const zoneId = input?.["ZoneId"];
    const named = action !== "DescribeZones" && typeof zoneId === "string";
    return [named ? `qcs::teo::uin/${account}:zone/${zoneId}` : "*"];
  },
  open: openTeo,
};

function openTeo(tenant: TenantPort, seed: unknown): OpenService {
  const zones = new Records(seedSchema.parse(seed).zones.map((zone) => [zone.zoneId, zone]));
  const tasks = taskBoard(tenant, "teo");
  const quotas = dailyCounters(tenant, set.resetHour);
  const context: Teo = { tenant, zones, tasks, quotas };
  return {
    operations: new Map([
      ["CreatePurgeTask", createPurgeTask(context)],
      ["DescribePurgeTasks", describeTasks(context, "purge")],
      ["CreatePrefetchTask", createPrefetchTask(context)],
      ["DescribePrefetchTasks", describeTasks(context, "prefetch")],
      ["DescribeContentQuota", describeContentQuota(context)],
      ["DescribeZones", describeZones(context)],
    ]),
    state: together({ zones, tasks, quotas }),
    delivery(host) {
      const zone = [...zones.values()].find((candidate) => servesHost(candidate, host));
      if (!zone) return undefined;
      const { zoneId, tagHeader, tagsCaseInsensitive } = zone;
      return { service: "teo", scope: zoneId, tagHeader, tagsCaseInsensitive, keyFeatures: [] };
    },
    describe: () => describe(context),
  };
}

function describe(teo: Teo): ServiceState {
  const { tenant, quotas, tasks } = teo;
  const zones = [...teo.zones.values()].map((zone) => ({
    ...zone,
    quotas: [...set.purgeTypes, "prefetch_url" as const].map((type) => ({
      type,
      limit: tenant.settings.limit(set.quotas[type].daily),
      used: quotas.used(quotaKey(zone, type)),
    })),
  }));
  const places = zones.map((zone) => ({
    kind: "EdgeOne",
    name: zone.zoneName,
    facts: [zone.zoneId, ...(zone.status === "active" ? [] : [zone.status])],
    hosts: zone.domains.map((host) => ({ host })),
    tagRules: [{ header: zone.tagHeader, caseInsensitive: zone.tagsCaseInsensitive }],
    quotas: zone.quotas,
  }));
  return { places, zones, tasks: taskOverview(tasks, tenant.clock.now()) };
}
