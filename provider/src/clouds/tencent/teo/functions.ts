/** EdgeOne's questions: what is going on, what is left, which zones there are. */
import * as z from "zod";
import {
  defineFunction,
  type FunctionDefinition,
  type Shape,
  type ProviderFunction,
} from "../../../engine/define/index.ts";
import type { TencentContext } from "../client.ts";
import { checkWindow, toWindow, vendorTime, windowInputs } from "../../../trigger-kit/time-window.ts";
import {
  describeContentQuota,
  describeTasks,
  describeZones,
  quota,
  task,
  teoClient,
  zone,
  type TaskList,
} from "./client.ts";
import { memoryMs } from "./limits.ts";
import { zoneId } from "./zone.ts";

function ask<I extends Shape, O extends Shape>(
  definition: FunctionDefinition<TencentContext, I, O>,
): ProviderFunction<TencentContext> {
  return defineFunction(definition);
}

const tasks = z
  .array(task.output.meta({ type: "teo:Task", description: "What happens to one target." }))
  .meta({ description: "All tasks that match." });

function taskFunction(name: string, list: TaskList, what: string): ProviderFunction<TencentContext> {
  return ask({
    token: `edgecache:teo:${name}`,
    description: `Lists ${what} tasks of a zone (${list}), all pages. The vendor answers for at most 7 days; without times, the last 24 hours are listed.`,
    inputs: {
      zoneId,
      jobId: z.string().optional().meta({ description: "Only this job." }),
      target: z.string().optional().meta({ description: "Only this target." }),
      domains: z.array(z.string()).optional().meta({ description: "Only targets of these hosts; 20 at most." }),
      statuses: z.array(z.string()).optional().meta({ description: "Only tasks in these states." }),
      ...windowInputs,
    },
    outputs: { tasks },
    check: checkWindow,
    async invoke({ inputs, operation, context }) {
      const client = teoClient(context);
      // 30 days back is more than the vendor keeps; only the span has a documented limit.
      const window = toWindow(inputs, { ...vendorTime(client), memoryMs: 30 * 24 * 3600 * 1000, spanMs: memoryMs });
      const filters = [
        ...(inputs.jobId === undefined ? [] : [{ name: "job-id", values: [inputs.jobId] }]),
        ...(inputs.target === undefined ? [] : [{ name: "target", values: [inputs.target] }]),
        ...(inputs.domains === undefined ? [] : [{ name: "domains", values: inputs.domains }]),
        ...(inputs.statuses === undefined ? [] : [{ name: "statuses", values: inputs.statuses }]),
      ];
      return {
        tasks: await describeTasks(client, list, { zoneId: inputs.zoneId, ...window, filters }, operation),
      };
    },
  });
}

const allowances = z.array(
  quota.output.meta({ type: "teo:Allowance", description: "What the zone's plan allows for one type." }),
);

const contentQuota = ask({
  token: "edgecache:teo:getContentQuota",
  description: "Reads what the zone's plan allows, and how much is left today (DescribeContentQuota).",
  inputs: { zoneId },
  outputs: {
    purge: allowances.meta({ description: "Purges, by type." }),
    prefetch: allowances.meta({ description: "Prefetches, by type." }),
  },
  invoke: ({ inputs, operation, context }) => describeContentQuota(teoClient(context), inputs.zoneId, operation),
});

const zones = ask({
  token: "edgecache:teo:getZones",
  description: "Lists the account's zones (DescribeZones), all pages. The way from a domain to its `zoneId`.",
  inputs: {
    zoneName: z.string().optional().meta({ description: "Only the zone of this name." }),
  },
  outputs: {
    zones: z
      .array(zone.output.meta({ type: "teo:Zone", description: "A zone." }))
      .meta({ description: "All zones that match." }),
  },
  async invoke({ inputs, operation, context }) {
    const filters = inputs.zoneName === undefined ? undefined : [{ name: "zone-name", values: [inputs.zoneName] }];
    return { zones: await describeZones(teoClient(context), filters, operation) };
  },
});

export const functions = [
  taskFunction("getPurgeTasks", "DescribePurgeTasks", "purge"),
  taskFunction("getPrefetchTasks", "DescribePrefetchTasks", "prefetch"),
  contentQuota,
  zones,
];
