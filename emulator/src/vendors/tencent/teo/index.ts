/** Tencent Cloud EdgeOne (TEO), API version 2022-09-01. */
import * as z from "zod";
import type { JsonObject } from "../../../ports/json.ts";
import { DailyCounters } from "../../quota.ts";
import { rateShapes } from "../../../tenant/rate.ts";
import { type Task, TaskBoard } from "../../tasks.ts";
import { taskOverview } from "../../overview.ts";
import type { OpenService, ServiceDefinition, World } from "../../../ports/service.ts";
import { tencentTexts } from "../catalog.ts";
import { requestLimitExceeded } from "../errors.ts";
import { teoCatalog, teoErrorTexts } from "./catalog.ts";
import type { Teo } from "./context.ts";
import { createPrefetchTask, createPurgeTask, quotaKey } from "./create.ts";
import { describeContentQuota, describeTasks, describeZones } from "./describe.ts";
import { actionInProgress, camUnauthorized, dailyQuota } from "./errors.ts";
import * as set from "./settings.ts";
import { type Zone, servesHost, zoneSchema } from "./zones.ts";

const seedSchema = z.strictObject({ zones: z.array(zoneSchema).default([]) });

export const teo: ServiceDefinition = {
  name: "teo",
  product: "teo",
  wire: "tencent",
  version: "2022-09-01",
  // what Tencent's products have in common is declared once, with its first
  switches: [rateShapes.tencent, ...set.teoSwitches],
  limits: set.teoLimits,
  texts: [...tencentTexts, ...teoErrorTexts, ...set.teoTexts],
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
    permissionDenied: () => camUnauthorized,
    locked: actionInProgress,
  },
  open: openTeo,
};

interface Dump {
  readonly zones: Zone[];
  readonly tasks: Task[];
  readonly quotas: ReturnType<DailyCounters["dump"]>;
}

function openTeo(world: World, seed: unknown): OpenService<Dump> {
  const { zones } = seedSchema.parse(seed);
  const context: Teo = {
    world,
    zones: new Map(zones.map((zone) => [zone.zoneId, zone])),
    tasks: new TaskBoard((task, target) => world.edge.prefetchResult(`teo/${task.id}`, target)),
    quotas: new DailyCounters(
      () => world.clock.now(),
      () => world.settings.limit(set.resetHour),
    ),
  };
  return {
    operations: new Map([
      ["CreatePurgeTask", createPurgeTask(context)],
      ["DescribePurgeTasks", describeTasks(context, "purge")],
      ["CreatePrefetchTask", createPrefetchTask(context)],
      ["DescribePrefetchTasks", describeTasks(context, "prefetch")],
      ["DescribeContentQuota", describeContentQuota(context)],
      ["DescribeZones", describeZones(context)],
    ]),
    delivery(host) {
      const zone = [...context.zones.values()].find((candidate) => servesHost(candidate, host));
      if (!zone) return undefined;
      const { zoneId, tagHeader, tagsCaseInsensitive } = zone;
      return { service: "teo", scope: zoneId, tagHeader, tagsCaseInsensitive, keyFeatures: [] };
    },
    describe: () => describe(context),
    dump: () => ({
      zones: structuredClone([...context.zones.values()]),
      tasks: context.tasks.dump(),
      quotas: context.quotas.dump(),
    }),
    load(dump) {
      context.zones.clear();
      for (const zone of dump.zones) context.zones.set(zone.zoneId, zone);
      context.tasks.load(dump.tasks);
      context.quotas.load(dump.quotas);
    },
  };
}

function describe({ world, zones, tasks, quotas }: Teo): JsonObject {
  return {
    zones: [...zones.values()].map((zone) => ({
      ...zone,
      quotas: [...set.purgeTypes, "prefetch_url" as const].map((type) => ({
        type,
        limit: world.settings.limit(set.quotas[type].daily),
        used: quotas.used(quotaKey(zone, type)),
      })),
    })),
    tasks: taskOverview(tasks, world.clock.now()),
  };
}
